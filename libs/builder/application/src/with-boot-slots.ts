import type { Hypervisor } from '@gild/ports';

/**
 * The same hypervisor with at most so many boots at once; the others wait in the order they came. The time limit of a boot begins
 * when its turn comes. One that is called off while it waits never starts.
 */
export const withBootSlots = (hypervisor: Hypervisor, slots: number): Hypervisor => {
  let free = slots;
  const waiting: (() => void)[] = [];
  const enter = async (signal: AbortSignal): Promise<void> => {
    if (free > 0) return void (free -= 1);
    const turn = Promise.withResolvers<undefined>();
    const take = () => turn.resolve(undefined);
    const leave = () => {
      const place = waiting.indexOf(take);
      if (place === -1) return;
      waiting.splice(place, 1);
      turn.reject(signal.reason);
    };
    waiting.push(take);
    signal.addEventListener('abort', leave, { once: true });
    await turn.promise.finally(() => signal.removeEventListener('abort', leave));
  };
  const pass = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    requireTools: (boots) => hypervisor.requireTools(boots),
    bootTest: async (spec) => {
      spec.signal.throwIfAborted();
      await enter(spec.signal);
      try {
        return await hypervisor.bootTest(spec);
      } finally {
        pass();
      }
    },
  };
};
