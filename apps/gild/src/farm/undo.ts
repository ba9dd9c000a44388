/** What has been opened so far, and how to close it again. */
export type Undo = {
  add: (step: () => unknown) => void;
  /** Runs every step once, the last one first, also after one that fails; then throws the first failure. */
  run: () => Promise<void>;
};

export const undoStack = (): Undo => {
  const steps: (() => unknown)[] = [];
  return {
    add: (step) => void steps.push(step),
    run: async () => {
      const failures: unknown[] = [];
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
};
