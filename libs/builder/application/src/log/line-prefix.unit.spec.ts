import { linePrefix } from './line-prefix.js';

const through = async (...chunks: readonly string[]): Promise<string> => {
  let text = '';
  const prefix = linePrefix('bios', async (chunk) => {
    text += Buffer.from(chunk).toString('latin1');
    await Promise.resolve();
  });
  for (const chunk of chunks) await prefix.write(Buffer.from(chunk, 'latin1'));
  await prefix.end();
  return text;
};

it('begins every line with the word, however the bytes are cut', async () => {
  expect(await through('one\ntw', 'o\n\nthr', 'ee')).toBe('bios| one\nbios| two\nbios| \nbios| three\n');
});

it('leaves the bytes of a line as they are', async () => {
  expect(await through('\x1b[31m\xff\r\n')).toBe('bios| \x1b[31m\xff\r\n');
});

it('takes as many lines at once as come', async () => {
  expect(await through('\n'.repeat(150_000))).toBe('bios| \n'.repeat(150_000));
});

it('writes nothing for nothing', async () => {
  expect(await through('')).toBe('');
});

it('breaks a line that does not end', async () => {
  const text = await through('x'.repeat(20_000));
  expect(text.split('\n').map(({ length }) => length)).toStrictEqual([8198, 8198, 3622, 0]);
});
