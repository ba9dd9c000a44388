/** Tells one waiter at a time that something happened. A ring nobody waits for is kept for the next. */
export type Bell = {
  ring: () => void;
  /** Resolves at the next ring, or at once when it rang since the last wait. */
  rung: () => Promise<void>;
  /** Forgets a ring nobody waited for. */
  silence: () => void;
};

export const bell = (): Bell => {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      hasRung = wake === undefined;
      wake?.();
      wake = undefined;
    },
    rung: () => {
      if (!hasRung) return new Promise((resolve) => (wake = resolve));
      hasRung = false;
      return Promise.resolve();
    },
    silence: () => {
      hasRung = false;
    },
  };
};
