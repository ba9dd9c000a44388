import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

/** The definition: members in the order of their keys' code units, each piece as the platform writes it. */
const defined = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => defined(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const texts = members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${defined(member)}`);
  return `{${texts.join(',')}}`;
};

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.nat().map(String),
  fc.constantFrom('__proto__', '10', '9', '01'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    ...[
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constantFrom(null, undefined),
    ],
    fc.array(tie('any'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('any')), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
  ),
})).any;

it('has one spelling for a value, whatever its keys are and in whatever order they came', () =>
  fc.assert(
    fc.property(value, (it) => {
      expect(canonicalJson(it)).toBe(defined(it));
    }),
    { numRuns: 2_000 },
  ));

it('sorts indexes and names by code unit, where the platform would not', () => {
  const members = JSON.parse('{"b":1,"9":2,"10":3,"__proto__":{"z":1,"a":2}}') as unknown;
  expect(canonicalJson([members])).toBe('[{"10":3,"9":2,"__proto__":{"a":2,"z":1},"b":1}]');
});
