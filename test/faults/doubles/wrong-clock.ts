/** Loaded before a service's own modules: its wall clock is off by GILD_TEST_CLOCK_MS from the start. */
const off = Number(process.env['GILD_TEST_CLOCK_MS'] ?? 0);
const TrueDate = Date;

class WrongDate extends TrueDate {
  constructor(...args: readonly [] | ConstructorParameters<typeof TrueDate>) {
    if (args.length === 0) super(TrueDate.now() + off);
    else super(...args);
  }

  static override now(): number {
    return TrueDate.now() + off;
  }
}

Object.assign(globalThis, { Date: WrongDate });
