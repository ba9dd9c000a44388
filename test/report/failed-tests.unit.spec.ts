import { join } from 'node:path';

type Report = {
  testResults: { name: string; message: string; status: string; assertionResults: object[] }[];
};
const program = join(import.meta.dirname, '..', '..', 'tools', 'failed-tests.mjs');
const { failedInShort, failedTests } = (await import(program)) as {
  failedInShort: (report: Report) => string[];
  failedTests: (report: Report) => string;
};

const wrong = (fullName: string) => ({
  fullName,
  status: 'failed',
  failureMessages: [`${fullName} went wrong`],
});
/** What Jest says of a file of which a test failed, and what runs after it. */
const BOTH = `  ● \u001b[1ma › b

    a b went wrong

  ● Test suite failed to run

    the server did not end

      at x.ts:2

  ● Test suite failed to run

    the folder is not empty
`;
const file = (message: string, assertionResults: object[]): Report => ({
  testResults: [{ name: join(process.cwd(), 'x.spec.ts'), message, status: 'failed', assertionResults }],
});

it('tells of a test that failed, and of what failed after it outside of every test', () => {
  const told = failedTests(file(BOTH, [wrong('a b')]));
  expect(told).toMatch(/^✕ x\.spec\.ts: a b\n {4}a b went wrong\n/);
  expect(told).toContain('✕ x.spec.ts\n    ● Test suite failed to run\n    \n        the server did not end');
  expect(told).toContain('the folder is not empty');
  expect(told.split('a b went wrong')).toHaveLength(2);
});

it('tells of a file that could not be run, and of several tests with one cause once', () => {
  expect(failedTests(file('  ● Test suite failed to run\n\n    no such module', []))).toContain(
    'no such module',
  );
  const same = { ...wrong('a b'), fullName: 'a c' };
  const told = failedTests(file('  ● a › b\n\n  ● a › c\n', [wrong('a b'), same]));
  expect(told).toBe('✕ x.spec.ts: a b\n✕ x.spec.ts: a c\n    a b went wrong');
});

it('tells of each cause in a line, whichever way it failed, and of none at too great length', () => {
  const long = { ...wrong('a d'), failureMessages: ['x'.repeat(1_000)] };
  const same = { ...wrong('a b'), fullName: 'a c' };
  const [first = '', ...others] = failedInShort(file(BOTH, [long, wrong('a b'), same]));
  expect(first).toMatch(/^✕ x\.spec\.ts: a d: x+…$/);
  expect(first).toHaveLength(400);
  expect(others).toStrictEqual([
    '✕ x.spec.ts: a b (and 1 more): a b went wrong',
    '✕ x.spec.ts: the server did not end',
    '✕ x.spec.ts: the folder is not empty',
  ]);
});
