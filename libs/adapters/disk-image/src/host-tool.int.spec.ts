import { runTool } from './host-tool.js';

it('says which program is not there', async () => {
  const { signal } = new AbortController();
  const running = runTool({ argv: ['no-such-program'], log: () => undefined, signal });
  await expect(running).rejects.toMatchObject({
    code: 'TOOL_FAILED',
    message: 'The program no-such-program is needed and was not found; run "gild doctor".',
  });
});
