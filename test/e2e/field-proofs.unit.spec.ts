import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GoldenImageConfigDocument, ImageBuildStepsDocument } from '@gild/contracts';
import { ABSENCE_PROOFS, FIELD_PROOFS, STEP_PROOFS, type Proof } from './field-proofs.js';

const ROOT = join(import.meta.dirname, '../..');
const proofs: readonly (readonly [string, Proof])[] = [
  ...Object.entries(FIELD_PROOFS),
  ...Object.entries(STEP_PROOFS).map(([name, proof]) => [`steps.${name}`, proof] as const),
];
const absences: typeof proofs = Object.entries(ABSENCE_PROOFS).map(
  ([name, proof]) => [`steps.${name}: false`, proof] as const,
);

describe('the proofs that a definition takes effect', () => {
  it('are there for every field of the schema, and for no other', () => {
    const fields = Object.keys(GoldenImageConfigDocument.shape).filter((name) => name !== 'steps');
    expect(Object.keys(FIELD_PROOFS).sort()).toStrictEqual(fields.sort());
  });

  it('are there for every step of the schema, and for no other', () => {
    const steps = Object.keys(ImageBuildStepsDocument.shape);
    expect(Object.keys(STEP_PROOFS).sort()).toStrictEqual(steps.sort());
  });

  it('are there, of having none, for every step that can be switched off', () => {
    const switches = Object.entries(ImageBuildStepsDocument.shape).filter(
      ([, { def }]) => typeof def.defaultValue === 'boolean',
    );
    expect(Object.keys(ABSENCE_PROOFS).sort()).toStrictEqual(switches.map(([name]) => name).sort());
  });

  it.each(
    [...proofs, ...absences].flatMap(([name, proof]) =>
      'shown' in proof ? [[name, proof.shown] as const] : [],
    ),
  )('of %s is a test there is', (_, { spec, title }) => {
    const [before, after] = readFileSync(join(ROOT, spec), 'utf8').split(`'${title}'`);
    expect({ before: before?.trimEnd(), isThere: after !== undefined }).toStrictEqual({
      before: expect.stringMatching(/(^|\n) *(it|it\.each\(.*\)|\]\)|\))\($/),
      isThere: true,
    });
  });

  it('are missing for no field', () => {
    const lacking = proofs.flatMap(([name, proof]) => ('missing' in proof ? [name] : []));
    expect(lacking).toStrictEqual([]);
  });
});
