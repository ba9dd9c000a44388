/** Runs the work of a key once for everybody who asks while it runs. */
export const singleFlight = () => {
  const running = new Map<string, Promise<void>>();
  return (key: string, work: () => Promise<void>): Promise<void> => {
    const found = running.get(key) ?? work().finally(() => running.delete(key));
    running.set(key, found);
    return found;
  };
};

/** What succeeds is done once; what fails is tried again by the next who asks. */
export const lazily = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
};
