import { readAnswer } from './answers.js';

it('is what the program says, or the fault of its problem', () => {
  expect(readAnswer('Resolving', '{"packages":[]}')).toStrictEqual({ packages: [] });
  const problem = { kind: 'unknown', names: ['ngimx'], known: [] };
  expect(() => readAnswer('Resolving', JSON.stringify({ problem }))).toThrow(
    expect.objectContaining({ code: 'PACKAGE_NOT_FOUND' }),
  );
});

it.each(['', '{', '3', 'null', '[]', '"packages"'])('is a fault of its own where %j is written', (text) => {
  expect(() => readAnswer('Resolving', text)).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_FAILED',
      message: "Resolving failed: the answer is none of Gild's own program.",
    }),
  );
});
