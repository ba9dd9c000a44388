/**
 * Loaded before a service's own modules: its wall clock is off by as many milliseconds as the file GILD_TEST_CLOCK says, and
 * jumps whenever that says something else.
 */
import { readFileSync } from 'node:fs';

const path = process.env['GILD_TEST_CLOCK'] ?? '';
const TrueDate = Date;

const now = (): number => TrueDate.now() + Number(readFileSync(path, 'utf8'));

class WrongDate extends TrueDate {
  constructor(...args: readonly [] | ConstructorParameters<typeof TrueDate>) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static override now(): number {
    return now();
  }
}

Object.assign(globalThis, { Date: WrongDate });
