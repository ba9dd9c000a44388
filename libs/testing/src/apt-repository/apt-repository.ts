import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpenPgpKey } from './open-pgp-key.js';

const run = promisify(execFile);

/** What a suite has: for each component the folder its packages are in, or nothing. */
export type TestSuite = { suite: string; components: Readonly<Record<string, string | undefined>> };

type Made = { suites: readonly TestSuite[]; arch: string; validUntil?: string };

/** A repository as a distribution has it, with indexes of apt's own making, on a port of the loopback interface. */
export class AptRepository {
  private constructor(
    readonly folder: string,
    private readonly suites: readonly TestSuite[],
    private readonly server: Server,
  ) {}

  /** It is not signed yet. */
  static async made({ suites, arch, validUntil }: Made): Promise<AptRepository> {
    const folder = await mkdtemp(join(tmpdir(), 'gild-repository-'));
    for (const suite of suites) await indexSuite(folder, suite, { arch, validUntil });
    const server = createServer(({ url = '/' }, response) => {
      const file = createReadStream(join(folder, decodeURIComponent(new URL(url, 'http://host').pathname)));
      file.on('error', () => response.writeHead(404).end());
      file.pipe(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new AptRepository(folder, suites, server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Signs every suite anew. */
  async signWith(key: OpenPgpKey): Promise<void> {
    for (const { suite } of this.suites) {
      const at = (name: string) => join(this.folder, 'dists', suite, name);
      await key.clearSign(at('Release'), at('InRelease'));
    }
  }

  /** Takes every signature off. */
  async unsign(): Promise<void> {
    for (const { suite } of this.suites)
      await rm(join(this.folder, 'dists', suite, 'InRelease'), { force: true });
  }

  async remove(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

type Facts = { arch: string; validUntil: string | undefined };

const indexSuite = async (root: string, { suite, components }: TestSuite, facts: Facts): Promise<void> => {
  const lists = join(root, 'dists', suite);
  for (const [component, packages] of Object.entries(components)) {
    const pool = `pool/${suite}/${component}`;
    await mkdir(join(root, pool), { recursive: true });
    for (const file of packages === undefined ? [] : await readdir(packages))
      await cp(join(packages ?? '', file), join(root, pool, file));
    const index = join(lists, component, `binary-${facts.arch}`);
    await mkdir(index, { recursive: true });
    const { stdout } = await run('apt-ftparchive', ['packages', pool], { cwd: root });
    await writeFile(join(index, 'Packages'), stdout);
  }
  const { stdout } = await run('apt-ftparchive', [...release(suite, components, facts), 'release', lists]);
  await writeFile(join(lists, 'Release'), stdout);
};

const release = (suite: string, components: TestSuite['components'], { arch, validUntil }: Facts): string[] =>
  Object.entries({
    Origin: 'Test',
    Suite: suite,
    Codename: suite,
    Architectures: arch,
    Components: Object.keys(components).join(' '),
    ...(validUntil !== undefined && { 'Valid-Until': validUntil }),
  }).flatMap(([name, value]) => ['-o', `APT::FTPArchive::Release::${name}=${value}`]);
