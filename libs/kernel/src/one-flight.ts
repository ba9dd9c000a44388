/** Runs one call of a name at a time: who asks for it meanwhile gets the outcome of the one that runs. */
export type OneFlight = <T>(name: string, call: () => Promise<T>) => Promise<T>;

export const oneFlight = (): OneFlight => {
  const running = new Map<string, Promise<unknown>>();
  return <T>(name: string, call: () => Promise<T>): Promise<T> => {
    const known = running.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const work = call().finally(() => running.delete(name));
    running.set(name, work);
    return work;
  };
};
