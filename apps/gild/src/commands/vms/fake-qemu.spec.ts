import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Manners =
  'switches itself off' | 'obeys' | 'heeds only a cut' | 'is deaf' | 'fails' | 'breaks when asked';

/** Speaks the little of QMP that a machine is told by, over the descriptor that QEMU is given. */
const SCRIPT = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const manners = readFileSync(join(__dirname, 'manners'), 'utf8');
appendFileSync(join(__dirname, 'started'), JSON.stringify(process.argv.slice(2)) + '\\n');
const told = { system_powerdown: ['obeys'], quit: ['obeys', 'heeds only a cut'] };
if (manners === 'fails') {
  console.error('qemu: no such machine');
  process.exit(1);
}
if (manners === 'switches itself off') process.exit(0);
process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
const control = new (require('node:net').Socket)({ fd: 3 });
control.write('{"QMP": {}}\\n');
require('node:readline').createInterface({ input: control }).on('line', (line) => {
  const { execute } = JSON.parse(line);
  control.write('{"return": {}}\\n');
  console.log('told: ' + execute);
  if (told[execute]?.includes(manners)) process.exit(0);
  if (execute === 'system_powerdown' && manners === 'breaks when asked') {
    console.error('qemu: disk is away');
    process.exit(1);
  }
});
setInterval(() => undefined, 1000);
`;

/** A program in place of QEMU for x86_64, first in the PATH of this process, that notes what it is started with. */
export class FakeQemu {
  readonly #folder: string;
  readonly #path = process.env['PATH'];

  constructor(home: string) {
    this.#folder = join(home, 'programs');
    mkdirSync(this.#folder);
    const program = join(this.#folder, 'qemu-system-x86_64');
    writeFileSync(program, SCRIPT);
    chmodSync(program, 0o755);
    process.env['PATH'] = `${this.#folder}${delimiter}${this.#path ?? ''}`;
  }

  /** How machines behave from now on; forgets those that were started. */
  behave(manners: Manners): void {
    writeFileSync(join(this.#folder, 'manners'), manners);
    rmSync(this.#started, { force: true });
  }

  /** The arguments of each machine that was started. */
  get started(): string[][] {
    const lines = readFileSync(this.#started, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as string[]);
  }

  stop(): void {
    process.env['PATH'] = this.#path;
  }

  get #started(): string {
    return join(this.#folder, 'started');
  }
}
