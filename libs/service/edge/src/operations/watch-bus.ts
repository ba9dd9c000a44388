import type { Meter } from '@gild/operations';

/** What is watched of a connection to NATS. */
export type BusConnection = {
  rtt: () => Promise<number>;
  status: () => AsyncIterable<{ type: string }>;
};

/** Counts how often the connection broke and came back, until it is closed. */
export const watchBus = (connection: BusConnection, meter: Meter): void => {
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') meter.count('gild_bus_disconnects_total', {});
      if (type === 'reconnect') meter.count('gild_bus_reconnects_total', {});
    }
  };
  void watch().catch(() => undefined);
};
