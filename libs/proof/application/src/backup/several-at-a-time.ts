/** How many small objects are under way at once. */
export const SEVERAL = 16;

/** Does the work on each item, on at most so many at a time; the results are in the order of the items. The first error ends it. */
export const severalAtATime = async <T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<R>,
  most = SEVERAL,
): Promise<R[]> => {
  const results: R[] = [];
  const underWay = new Set<Promise<void>>();
  let next = 0;
  try {
    for await (const item of items) {
      const at = next;
      next += 1;
      const done = work(item).then((result) => {
        results[at] = result;
        underWay.delete(done);
      });
      done.catch(() => undefined); // who waits below hears of it, maybe only after the next item has come
      underWay.add(done);
      if (underWay.size >= most) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay); // nothing goes on behind the caller's back
  }
  return results;
};
