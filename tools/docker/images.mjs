// The images of the farm, and those it is built on. What cannot be pulled is made of Debian's packages and of programs of
// this host, under its name without the digest.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { answers, env, must, programAt } from './engine.mjs';

const DOCKERFILE = 'deploy/docker/Dockerfile';
const PATH = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A Debian, with what `more` puts into its folder. */
const madeImage = (name, { packages = [], more = () => undefined }, scratch) => {
  const root = join(scratch, 'root');
  const include = ['ca-certificates', 'busybox', ...packages].join(',');
  must('mmdebstrap', ['--quiet', '--variant=minbase', `--include=${include}`, 'bookworm', root]);
  rmSync(join(root, 'dev'), { recursive: true, force: true });
  more(root);
  const archive = join(scratch, 'root.tar');
  must('tar', ['-C', root, '-cf', archive, '.']);
  must('docker', ['import', '-c', PATH, archive, name]);
  rmSync(root, { recursive: true, force: true });
  rmSync(archive);
};

const withProgram = (name) => (root) =>
  must('cp', ['-L', programAt(name), join(root, 'usr/local/bin', name)]);

const NODE = {
  more: (root) => {
    const npm = resolve(must('npm', ['root', '-g']), 'npm');
    must('mkdir', ['-p', join(root, 'usr/local/lib/node_modules')]);
    must('cp', ['-rL', npm, join(root, 'usr/local/lib/node_modules/npm')]);
    must('cp', ['-L', process.execPath, join(root, 'usr/local/bin/node')]);
    must('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
  },
};

const NATS = {
  program: 'nats-server',
  more: (root) => {
    withProgram('nats-server')(root);
    must('ln', ['-s', '/bin/busybox', join(root, 'usr/local/bin/wget')]);
  },
};

const MINIO = { program: 'minio', packages: ['curl'], more: withProgram('minio') };

const pinnedIn = (file, pattern) => readFileSync(file, 'utf8').match(pattern)[1];

/** The image as it is pinned, else one of the name that is here or is made here; undefined where its program is not here. */
const image = (pinned, recipe, scratch) => {
  if (answers('image', 'inspect', pinned) || answers('pull', '-q', pinned)) return pinned;
  const [name] = pinned.split('@');
  if (recipe.program !== undefined && programAt(recipe.program) === undefined) return undefined;
  if (!answers('image', 'inspect', name)) madeImage(name, recipe, scratch);
  console.log(`${pinned} cannot be pulled: ${name} as it was made here`);
  return name;
};

const secrets = () =>
  Object.entries({ ca: '/etc/ssl/certs/ca-certificates.crt', npmrc: join(process.env.HOME ?? '/', '.npmrc') })
    .filter(([, path]) => existsSync(path))
    .flatMap(([id, src]) => ['--secret', `id=${id},src=${src}`]);

/** Builds what the repository brings. */
export const buildImages = (scratch) => {
  const node = image(pinnedIn(DOCKERFILE, /^ARG NODE_IMAGE=(.*)$/m), NODE, scratch);
  const debian = image(pinnedIn(DOCKERFILE, /^ARG DEBIAN_IMAGE=(.*)$/m), {}, scratch);
  const bases = ['--build-arg', `NODE_IMAGE=${node}`, '--build-arg', `DEBIAN_IMAGE=${debian}`];
  for (const target of ['control', 'builder']) {
    const what = ['-f', DOCKERFILE, '--target', target, '-t', `gild/${target}:0.1.0`];
    must('docker', ['build', '-q', ...what, ...bases, ...secrets(), '.']);
  }
};

/** Finds the images of others that the compose files name, but for those the caller names. MinIO's may be had nowhere: false then. */
export const findImages = (scratch) => {
  const nats = pinnedIn('deploy/compose/services.yml', /GILD_NATS_IMAGE:-(nats.*)\}/);
  env.GILD_NATS_IMAGE ||= image(nats, NATS, scratch);
  if (env.MINIO_IMAGE) return true;
  const minio = image(pinnedIn('docker-compose.yml', /MINIO_IMAGE:-(.*)\}/), MINIO, scratch);
  if (minio !== undefined) env.MINIO_IMAGE = minio;
  return minio !== undefined;
};
