/** Runs `use`, then `remove`; also when the process exits before `use` has ended. */
export const removedAfterwards = async <T>(remove: () => void, use: () => Promise<T>): Promise<T> => {
  process.once('exit', remove);
  try {
    return await use();
  } finally {
    process.off('exit', remove);
    remove();
  }
};
