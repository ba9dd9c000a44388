import type { Response } from 'express';

const KEEP_ALIVE_MS = 15_000;

/** A server-sent event stream (WHATWG HTML §9.2) to one client; `signal` is aborted when the client goes away. */
export type EventStream = {
  signal: AbortSignal;
  send: (event: string, data: unknown, id?: string) => Promise<void>;
  end: () => void;
};

/** Starts the stream. `send` waits while the client reads too slowly, so nothing piles up here. */
export const openEventStream = (response: Response): EventStream => {
  const gone = new AbortController();
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  const stop = () => {
    clearInterval(keepAlive);
    gone.abort();
  };
  response.on('close', stop);
  return {
    signal: gone.signal,
    send: async (event, data, id) => {
      const identity = id === undefined ? '' : `id: ${id}\n`;
      const text = `event: ${event}\n${identity}data: ${JSON.stringify(data)}\n\n`;
      if (!gone.signal.aborted && !response.write(text)) await drained(response, gone.signal);
    },
    end: () => {
      stop();
      response.end();
    },
  };
};

const drained = (response: Response, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
