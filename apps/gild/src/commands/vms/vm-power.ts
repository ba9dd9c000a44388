import type { VmProcess } from '@gild/hypervisor-qemu';
import type { Clock } from '@gild/ports';
import type { Context } from '../context.js';

/** How long a guest may take to shut down; where it is emulated that takes a minute. */
const SHUTDOWN_MS = 120_000;
/** How long QEMU may take to end when the power is cut: it writes to the disk what it still holds. */
const CUT_MS = 10_000;

type Power = {
  context: Pick<Context, 'interrupted' | 'onInsisted'> & { terminal: Pick<Context['terminal'], 'note'> };
  clock: Clock;
};
type Vm = Pick<VmProcess, 'ended' | 'pressPower' | 'cutPower' | 'kill'>;

/** A power button that is pressed harder each time: a shutdown, a cut, and the end of QEMU where it heeds neither. */
const powerOf = (vm: Vm, { context, clock }: Power, over: AbortSignal) => {
  const { note } = context.terminal;
  const unlessOver = (ms: number, act: () => void): void =>
    void clock.delay(ms, over).then(act, () => undefined);
  let isCut = false;
  const cut = (): void => {
    if (isCut) return vm.kill();
    isCut = true;
    vm.cutPower();
    unlessOver(CUT_MS, () => {
      note(`QEMU did not end within ${CUT_MS / 1000} s: killing it`);
      vm.kill();
    });
  };
  const shutDown = (): void => {
    note('shutting down; Ctrl-C again cuts the power');
    vm.pressPower();
    unlessOver(SHUTDOWN_MS, () => {
      if (isCut) return;
      note(`the guest did not shut down within ${SHUTDOWN_MS / 1000} s: cutting its power`);
      cut();
    });
  };
  return { shutDown, cut };
};

/** Until the machine has ended, which the first Ctrl-C asks it to, and each further one makes it. It does so in bounded time. */
export const untilOff = async (vm: Vm, power: Power): Promise<void> => {
  const { interrupted, onInsisted } = power.context;
  const over = new AbortController();
  const { shutDown, cut } = powerOf(vm, power, over.signal);
  const letGo = onInsisted(cut);
  interrupted.addEventListener('abort', shutDown, { once: true });
  if (interrupted.aborted) shutDown();
  try {
    await vm.ended;
  } finally {
    interrupted.removeEventListener('abort', shutDown);
    letGo();
    over.abort();
  }
};
