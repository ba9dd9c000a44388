/** One that fails is reported, keeps no other from its turn, and is tried again at the next look. */
export const forEach = async <T>(
  items: Iterable<T>,
  { report }: { report: (error: unknown) => void },
  work: (item: T) => Promise<void>,
): Promise<void> => {
  for (const item of items) await work(item).catch(report);
};
