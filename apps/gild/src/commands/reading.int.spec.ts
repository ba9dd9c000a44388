import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildUnderTest } from '../gild-under-test.spec.js';

const JOB = '01JNQ4T7V8Z0E5W6X9Y2A3B4C5';
const event = { position: '3', time: '2026-01-01T00:00:00.000Z', actor: 'ada', sentence: 'web was defined' };
const job = {
  job_id: JOB,
  image_name: 'web',
  image_version: '1.0.0',
  status: 'failed',
  progress_percent: 40,
  attempt: 1,
  error_message: 'the script printed \u001b[2J\nand \u009b31m',
  steps: [],
};

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-reading-'));
  const before = process.cwd();
  const gild = new GildUnderTest();
  const run = (...args: string[]) => gild.run(args);

  beforeAll(async () => {
    process.chdir(folder);
    await gild.start();
  });
  afterAll(() => {
    process.chdir(before);
    gild.stop();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['images'], '/v1/images?at=7', []],
    [['versions', 'web'], '/v1/images/web/versions?at=7', []],
    [['show', 'web@1.0.0'], '/v1/images/web/versions/1.0.0?at=7', {}],
    [['sbom', 'web@1.0.0'], '/v1/images/web/versions/1.0.0/sbom?at=7', {}],
    [['diff', 'web@1.0.0', 'web'], '/v1/images/web/versions/1.0.0/diff?to=latest&to_image=web&at=7', {}],
    [['jobs'], '/v1/jobs?at=7', []],
    [['job', JOB], `/v1/jobs/${JOB}?at=7`, job],
    [['why', JOB], `/v1/jobs/${JOB}/why?at=7`, { sentences: [] }],
    [['vm', 'list'], '/v1/vms?state=running&at=7', []],
    [['history', 'web'], '/v1/history/web?at=7', { subject: 'web', entries: [event] }],
    [['registry', 'export'], '/v1/registry?at=7', {}],
  ])('asks %j for the past', async (args, path, answer) => {
    const asked = gild.answerJson(answer);
    const { code, stdout } = await run(...args, '--at', '7', '--json');
    expect([code, asked]).toStrictEqual([0, [path]]);
    expect(JSON.parse(stdout)).toStrictEqual(answer);
  });

  it('asks what another policy would have done, in a part of the log', async () => {
    const asked = gild.answerJson({ builds: 0 });
    const policy = ['max_parallel_builds=6', 'max_build_time_minutes=45'];
    const { code, stdout } = await run('replay', '--policy', ...policy, '--from', '7', '--json');
    expect([code, JSON.parse(stdout)]).toStrictEqual([0, { builds: 0 }]);
    expect(asked).toStrictEqual(['/v1/replay/policy?max_parallel_builds=6&max_build_time_minutes=45&from=7']);
  });

  it.each([
    [[], 'expected either --verify or --policy FIELD=VALUE'],
    [['--verify', '--policy', 'max_parallel_builds=6'], 'expected either --verify or --policy FIELD=VALUE'],
    [['--policy', 'max_parallel_builds'], 'expected FIELD=VALUE'],
    [['--verify', '--to', '7'], 'with --policy only'],
  ])('refuses `gild replay %j` as wrong usage', async (args, message) => {
    const { code, said } = await run('replay', ...args);
    expect([code, said]).toStrictEqual([2, expect.stringContaining(message)]);
  });

  it('keeps what a script printed away from the terminal', async () => {
    gild.answerJson(job);
    const shown = (await run('job', JOB)).stdout;
    gild.answerJson({ sentences: [job.error_message] });
    const explained = (await run('why', JOB)).stdout;
    expect([shown, explained]).toStrictEqual([
      expect.stringContaining('error: the script printed \\x1b[2J\nand \\x9b31m\n'),
      'the script printed \\x1b[2J\nand \\x9b31m\n',
    ]);
  });

  it('leaves with 3 when the server wants another token', async () => {
    gild.answerJson({ error: { code: 'FORBIDDEN_BY_POLICY', message: 'a valid API token is needed' } }, 401);
    expect(await run('images')).toMatchObject({ code: 3, said: 'a valid API token is needed' });
  });

  it('verifies the image also where a folder has its name', async () => {
    mkdirSync('web');
    gild.answerJson({ image_name: 'web', version: '1.0.0', verified: true, objects: [{ checksum: 'abc' }] });
    expect(await run('verify', 'web')).toMatchObject({
      code: 0,
      stdout: 'web@1.0.0: every stored byte is as published, sha256 abc\n',
    });
  });

  it('prints a log as one document, whatever its pieces cut', async () => {
    const text = Buffer.from('first "line"\n\u001b[1msnow ☃\n');
    const cut = text.indexOf('☃') + 1;
    gild.answer = (request, response) => {
      if (request.url === `/v1/jobs/${JOB}`) {
        response.end(JSON.stringify(job));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of [text.subarray(0, cut), text.subarray(cut)])
        response.write(`event: log\ndata: ${JSON.stringify({ base64: piece.toString('base64') })}\n\n`);
      response.end('event: end\ndata: {}\n\n');
    };
    const { stdout } = await run('logs', JOB, '--json');
    expect(JSON.parse(stdout)).toStrictEqual({ job_id: JOB, log: text.toString() });
    expect((await run('logs', JOB)).stdout).toBe('first "line"\n\\x1b[1msnow ☃\n');
  });

  it('prints no document of a build that does not exist', async () => {
    gild.answerJson({ error: { code: 'JOB_NOT_FOUND', message: 'there is no such build' } }, 404);
    expect(await run('logs', JOB, '--json')).toStrictEqual({
      code: 2,
      stdout: '',
      said: 'there is no such build',
    });
  });

  it('takes no time limit that is not a number', async () => {
    expect(await run('test-boot', 'web.qcow2', '--timeout', 'abc')).toMatchObject({
      code: 2,
      said: '--timeout: expected a whole number from 1 to 86400, found "abc"',
    });
  });
});
