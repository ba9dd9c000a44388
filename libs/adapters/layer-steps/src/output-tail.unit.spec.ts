import { wholeOutput } from './output-tail.js';

const MIB = 2 ** 20;

it('keeps all of a small output', () => {
  const output = wholeOutput('rpm');
  for (const piece of ['caf', 'é\n', 'bar\n']) output.add(Buffer.from(piece));
  expect(output.text()).toBe('café\nbar\n');
});

it('refuses to keep an output without end', () => {
  const output = wholeOutput('rpm');
  const piece = Buffer.alloc(16 * MIB, 'y');
  for (let count = 0; count < 4; count += 1) output.add(piece);
  expect(() => output.add(Buffer.from('y'))).toThrow(
    expect.objectContaining({
      code: 'PACKAGE_FAILED',
      message: 'rpm printed more than 64 MiB, where far less was expected, and was ended.',
    }),
  );
});
