import { z } from 'zod';
import { ArchName } from '../documents/arch.js';
import { ImageName } from '../documents/field-formats.js';
import { Actor } from './requests.js';

const name = (whose: string) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
      `expected the name of a ${whose}: letters, digits, dots, underscores and dashes, the first a letter or a digit, 128 at most`,
    );

/** Name of a virtual machine: unique in the farm, and the same whenever it starts. */
export const VmId = name('VM');

/** Name of a host that runs virtual machines. */
export const VmHost = name('host');

const report = { vmId: VmId, actor: Actor };

/** `reportVmStart`: the machine runs this version there now. Safe to repeat: what is known already is not recorded again. */
export const ReportVmStart = z.strictObject({
  ...report,
  image: ImageName,
  /** A number, `latest`, or `:` and a channel: the version it names when the report comes in. */
  version: z.string().min(1).default('latest'),
  host: VmHost,
  arch: ArchName.optional(),
});
export type ReportVmStart = z.infer<typeof ReportVmStart>;

/** `reportVmStop`: the machine does not run any more. Safe to repeat. */
export const ReportVmStop = z.strictObject({
  ...report,
  reason: z.string().trim().min(1).max(300).optional(),
});
export type ReportVmStop = z.infer<typeof ReportVmStop>;
