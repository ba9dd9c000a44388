import { formatViolations, ImageBuildPolicyDocument, parseDefinitionText } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** Name and value of every FIELD=VALUE, as text. Fault: INVALID_REQUEST. */
export const fieldsIn = (fields: readonly string[]): [name: string, value: string][] =>
  fields.map((field) => {
    const [, name, value] = /^([a-z_]+)=(.*)$/.exec(field) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new Fault('INVALID_REQUEST', `expected FIELD=VALUE, such as max_parallel_builds=6, found ${field}`);
  });

/**
 * A value that is sound as text is that text: `12` is a release. Others are read as YAML reads them: `6` is a number, `true` true or
 * false. Fault: INVALID_REQUEST.
 */
export const changesIn = (fields: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    fieldsIn(fields).map(([name, value]) => {
      if (isTextOf(name, value)) return [name, value];
      const read = parseDefinitionText(value, 'value.yaml');
      if (!read.ok)
        throw new Fault('INVALID_REQUEST', `the value of ${name}: ${formatViolations(read.violations)}`);
      return [name, read.value];
    }),
  );

const isTextOf = (name: string, value: string): boolean =>
  Object.entries(ImageBuildPolicyDocument.shape).some(
    ([field, schema]) => field === name && schema.safeParse(value).success,
  );
