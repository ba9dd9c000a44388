import { Taskserv } from '@gild/contracts';
import { GildUnderTest } from '../../gild-under-test.spec.js';

const check = { name: 'up', unit: 'web.service' };
const web = Taskserv.parse({
  name: 'web',
  description: 'Serves\u001b[2J pages',
  version_package: 'web-server',
  requires: ['runtime'],
  distributions: {
    debian: [
      { releases: ['11', '12'], packages: ['web-server'], enable: ['web.service'] },
      { releases: ['13'], version_package: 'web3', packages: ['web3'], replaces: ['web-server'] },
    ],
    fedora: [{ packages: ['web'] }],
  },
  checks: [check, { name: 'port', port: 80 }, { name: 'says', command: ['web', '-v'], expect: 'web 3' }],
});
const runtime = Taskserv.parse({
  name: 'runtime',
  description: 'Runs',
  version: '1.35.1',
  distributions: { ubuntu: [{ releases: ['22.04'] }] },
  checks: [check],
});

describe('gild taskserv', () => {
  const gild = new GildUnderTest();
  beforeAll(() => gild.start());
  afterAll(() => gild.stop());

  it('lists what the server has, with where each version comes from and where it exists', async () => {
    const asked = gild.answerJson([runtime, web]);
    const { stdout } = await gild.run(['taskserv', 'ls']);
    expect(asked).toStrictEqual(['/v1/taskservs']);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toStrictEqual([
      'TASKSERV | DESCRIPTION | VERSION OF | FOR',
      'runtime | Runs | 1.35.1 | ubuntu 22.04',
      String.raw`web | Serves\x1b[2J pages | web-server, web3 | debian 11, 12, 13; every fedora`,
      '',
    ]);
  });

  it('prints the catalogue as one document', async () => {
    gild.answerJson([runtime, web]);
    expect(JSON.parse((await gild.run(['taskserv', 'ls', '--json'])).stdout)).toStrictEqual([runtime, web]);
  });

  it('shows what a taskserv installs and how it is checked', async () => {
    const asked = gild.answerJson(web);
    const { stdout } = await gild.run(['taskserv', 'show', 'web']);
    expect(asked).toStrictEqual(['/v1/taskservs/web']);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))).toStrictEqual([
      String.raw`taskserv | web: Serves\x1b[2J pages`,
      'version | of web-server, web3',
      'for | debian 11, 12, 13; every fedora',
      'requires | runtime',
      'debian 11, 12 | packages web-server; starts web.service',
      'debian 13 | packages web3; in place of web-server',
      'fedora | packages web',
      'checks | up: web.service is active',
      ' | port: port 80 answers',
      ' | says: web says "web 3"',
      '',
    ]);
  });

  it('leaves with 2 where there is no such taskserv, before it tests anything', async () => {
    const error = { code: 'TASKSERV_NOT_FOUND', message: 'no taskserv is called wbe: did you mean web?' };
    for (const verb of ['show', 'test']) {
      gild.answerJson({ error }, 404);
      expect(await gild.run(['taskserv', verb, 'wbe'])).toStrictEqual({
        code: 2,
        stdout: '',
        said: error.message,
      });
    }
  });
});
