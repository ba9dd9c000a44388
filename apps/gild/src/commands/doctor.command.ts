import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { table } from '../output/table.js';
import { type CommonOptions, type Context, printer } from './context.js';
import type { Finding } from './diagnosis/finding.js';
import { examples, JSON_FLAG } from './option-texts.js';

/** `gild doctor`: what this host lacks for building images, and what to do about it. */
export const doctorCommand = (program: Command, context: Context): void => {
  program
    .command('doctor')
    .description('check the tools and limits of this host and say what to install')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild doctor', 'gild doctor --json'))
    .action((flags: CommonOptions) => doctor(flags, context));
};

const doctor = async (flags: CommonOptions, context: Context): Promise<void> => {
  const { hostFindings } = await import('./diagnosis/host-findings.js'); // no other command has to load it
  const findings = await hostFindings(context.env);
  const ok = findings.every((finding) => finding.ok);
  if (!ok) context.setExitCode(EXIT.failed);
  printer(context, flags)({ ok, findings }, report);
};

export const report = ({ ok, findings }: { ok: boolean; findings: Finding[] }): string => {
  const rows = findings.map((finding) => [
    finding.ok ? 'ok' : 'MISSING',
    finding.check,
    finding.found,
    finding.remedy,
  ]);
  const packages = findings.filter((finding) => !finding.ok && finding.remedy.startsWith('apt-get'));
  const names = packages.map(({ remedy }) => remedy.split(' ').at(-1));
  const install = names.length === 0 ? '' : `install what is missing: apt-get install ${names.join(' ')}\n`;
  return `${table(['', 'check', 'found', 'what to do'], rows)}${install}${ok ? 'this host can build images\n' : ''}`;
};
