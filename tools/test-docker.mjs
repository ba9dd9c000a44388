// Where a Docker engine runs: builds the images, brings the small farm up, builds an image on it and tears all down again.
// Base images that cannot be pulled are made of Debian's packages, under their names without the digest. It takes minutes,
// so it runs only when it is asked for: npm test -- docker
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'gild-docker-'));
const port = process.env.GILD_PORT ?? '17440';
const env = { ...process.env, DOCKER_BUILDKIT: '1', GILD_PORT: port, COMPOSE_PROJECT_NAME: 'gild-test' };

const run = (program, args, options = {}) =>
  spawnSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

const must = (program, args, options) => {
  const { status, error, stdout } = run(program, args, options);
  if (status !== 0)
    throw new Error(`${program} ${args.slice(0, 6).join(' ')} … ended with ${error?.message ?? status}`);
  return stdout.trim();
};

const answers = (...args) => run('docker', args, { stdio: 'ignore' }).status === 0;

const PATH = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A Debian, with what `more` puts into its folder. */
const madeImage = (name, more = () => undefined) => {
  const root = join(scratch, 'root');
  must('mmdebstrap', ['--variant=minbase', '--include=ca-certificates,busybox', 'bookworm', root]);
  rmSync(join(root, 'dev'), { recursive: true, force: true });
  more(root);
  const archive = join(scratch, 'root.tar');
  must('tar', ['-C', root, '-cf', archive, '.']);
  must('docker', ['import', '-c', PATH, archive, name]);
  rmSync(root, { recursive: true, force: true });
  rmSync(archive);
};

const withNode = (root) => {
  const npm = resolve(must('npm', ['root', '-g']), 'npm');
  must('mkdir', ['-p', join(root, 'usr/local/lib/node_modules')]);
  must('cp', ['-rL', npm, join(root, 'usr/local/lib/node_modules/npm')]);
  must('cp', ['-L', process.execPath, join(root, 'usr/local/bin/node')]);
  must('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
};

const withNats = (root) => {
  const program = must('sh', ['-c', 'command -v nats-server']);
  must('cp', ['-L', program, join(root, 'usr/local/bin/nats-server')]);
  must('ln', ['-s', '/bin/busybox', join(root, 'usr/local/bin/wget')]);
};

/** The image as it is pinned, else one of the name that is here or is made here. */
const image = (pinned, more) => {
  if (answers('image', 'inspect', pinned) || answers('pull', '-q', pinned)) return pinned;
  const [name] = pinned.split('@');
  if (!answers('image', 'inspect', name)) madeImage(name, more);
  console.log(`${pinned} cannot be pulled: ${name} as it was made here`);
  return name;
};

const pinnedIn = (file, pattern) => readFileSync(file, 'utf8').match(pattern)[1];

const secrets = () =>
  Object.entries({ ca: '/etc/ssl/certs/ca-certificates.crt', npmrc: join(process.env.HOME ?? '/', '.npmrc') })
    .filter(([, path]) => existsSync(path))
    .flatMap(([id, src]) => ['--secret', `id=${id},src=${src}`]);

const buildImages = () => {
  const file = 'deploy/docker/Dockerfile';
  const node = image(pinnedIn(file, /^ARG NODE_IMAGE=(.*)$/m), withNode);
  const debian = image(pinnedIn(file, /^ARG DEBIAN_IMAGE=(.*)$/m));
  for (const target of ['control', 'builder']) {
    const args = ['--build-arg', `NODE_IMAGE=${node}`, '--build-arg', `DEBIAN_IMAGE=${debian}`, ...secrets()];
    must('docker', [
      'build',
      '-q',
      '-f',
      file,
      '--target',
      target,
      '-t',
      `gild/${target}:0.1.0`,
      ...args,
      '.',
    ]);
  }
};

const compose = (...args) => must('docker', ['compose', '-f', 'docker-compose.small.yml', ...args]);

const buildOnTheFarm = () => {
  const definition = join(scratch, 'tiny.yaml');
  writeFileSync(definition, "name: tiny\nbase_os: debian\nos_version: '12'\ndisk_size_gb: 10\n");
  const token = compose('exec', '-T', 'gateway', 'cat', '/run/gild/token');
  const farm = { env: { ...env, GILD_URL: `http://127.0.0.1:${port}`, GILD_TOKEN: token } };
  must(
    './gild',
    ['build', definition, '--no-boot-test', '--arch', process.arch === 'x64' ? 'x86_64' : 'aarch64'],
    farm,
  );
  console.log(must('./gild', ['verify', 'tiny@1.0.0'], farm));
};

const timed = (what, work) => {
  const start = performance.now();
  work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
};

if (!answers('info') || !answers('compose', 'version')) {
  console.error(
    'NOT TESTED: the images and the compose files, for no Docker engine with Compose answers here',
  );
  process.exit(0);
}
try {
  compose('config', '-q');
  timed('images', buildImages);
  env.GILD_NATS_IMAGE = image(
    pinnedIn('deploy/compose/services.yml', /GILD_NATS_IMAGE:-(nats.*)\}/),
    withNats,
  );
  timed('up', () => compose('up', '-d', '--no-build', '--wait', '--wait-timeout', '300'));
  timed('build', buildOnTheFarm);
} finally {
  run('docker', ['compose', '-f', 'docker-compose.small.yml', 'down', '-v', '--timeout', '30']);
  rmSync(scratch, { recursive: true, force: true });
}
