// Where a Docker engine runs: builds the images, brings both farms up, builds an image on each and tears all down again. It
// takes minutes, so it runs only when it is asked for: npm test -- docker
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, env, must, port, run } from './docker/engine.mjs';
import { buildImages, findImages } from './docker/images.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'gild-docker-'));

const timed = (what, work) => {
  const start = performance.now();
  work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
};

/** KurrentDB's image cannot be made here: a container that does nothing has its place, and the events lie in one file. */
const WITHOUT_KURRENTDB = {
  services: {
    kurrentdb: {
      image: 'gild/control:0.1.0',
      entrypoint: ['sleep', 'infinity'],
      healthcheck: { test: ['CMD', 'true'], interval: '2s' },
    },
    ...Object.fromEntries(
      ['registry', 'scheduler'].map((name) => [
        name,
        {
          environment: { GILD_EVENTS: 'sqlite:/var/lib/gild/events/events.db' },
          volumes: ['events:/var/lib/gild/events'],
        },
      ]),
    ),
  },
  volumes: { events: {} },
};

const override = () => {
  const file = join(scratch, 'without-kurrentdb.json');
  writeFileSync(file, JSON.stringify(WITHOUT_KURRENTDB));
  return file;
};

const composeOf = (files) => (args, options) =>
  must('docker', ['compose', ...files.flatMap((file) => ['-f', file]), ...args], options);

const ASKS_NATS = `require('node:net').connect(4222, 'nats').once('data', (it) => { console.log(String(it).slice(5)); process.exit() })`;

/** Nobody is let into NATS without an identity, and nobody sees what belongs to another. */
const lookAround = (compose) => {
  const inside = (service, ...command) => compose(['exec', '-T', service, ...command]);
  const { auth_required, tls_required } = JSON.parse(inside('registry', 'node', '-e', ASKS_NATS));
  assert.deepEqual({ auth_required, tls_required }, { auth_required: true, tls_required: true });
  const keysOf = (service) => inside(service, 'ls', '/run/gild').split('\n');
  assert.deepEqual(keysOf('registry'), ['ca.crt', 'registry.creds']);
  assert.deepEqual(keysOf('scheduler'), ['agents-signing.nk', 'ca.crt', 'scheduler.creds']);
  assert.deepEqual(keysOf('gateway'), ['ca.crt', 'gateway.creds', 'token']);
  inside('builder', 'sh', '-c', '! ls /run/gild && ! env | grep -i token');
  assert.equal(inside('builder', 'cat', '/proc/1/comm'), 'tini');
};

const buildOnTheFarm = (compose) => {
  const definition = join(scratch, 'tiny.yaml');
  writeFileSync(definition, "name: tiny\nbase_os: debian\nos_version: '12'\ndisk_size_gb: 10\n");
  const token = compose(['exec', '-T', 'gateway', 'cat', '/run/gild/token']);
  const farm = { env: { ...env, GILD_URL: `http://127.0.0.1:${port}`, GILD_TOKEN: token } };
  const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
  must('./gild', ['build', definition, '--no-boot-test', '--arch', arch], farm);
  console.log(must('./gild', ['verify', 'tiny@1.0.0'], farm));
};

/** The first failure counts: that a broken farm could not be taken down says nothing of why it broke. */
const takeDown = (compose, failure) => {
  try {
    compose(['down', '-v', '--timeout', '30']);
  } catch (error) {
    if (failure === undefined) throw error;
    console.error(`it could not be taken down either: ${error.message}`);
  }
};

const tryFarm = (name, files) => {
  const compose = composeOf(files);
  const up = () => compose(['up', '-d', '--no-build', '--wait', '--wait-timeout', '300']);
  let failure;
  try {
    timed(`${name}: up`, up);
    lookAround(compose);
    timed(`${name}: build`, () => buildOnTheFarm(compose));
    timed(`${name}: up again`, up);
    const joins = compose(['logs', '--no-log-prefix', 'join']).match(/has joined the farm as agent builder/g);
    assert.equal(joins?.length, 2, 'the agent asks the farm at every start');
  } catch (error) {
    run('docker', ['compose', ...files.flatMap((file) => ['-f', file]), 'logs', '--tail', '40'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    failure = error;
  }
  takeDown(compose, failure);
  if (failure !== undefined) throw failure;
  const left = ['ps', 'volume', 'network'].map((kind) => [
    ...(kind === 'ps' ? ['ps', '-a'] : [kind, 'ls']),
    ...['-q', '--filter', 'label=com.docker.compose.project=gild-test'],
  ]);
  for (const args of left) assert.equal(must('docker', args), '', `docker ${args.join(' ')}`);
};

if (!answers('info') || !answers('compose', 'version')) {
  console.error(
    'NOT TESTED: the images and the compose files, for no Docker engine with Compose answers here',
  );
  process.exit(0);
}
try {
  const hasMinio = findImages(scratch);
  for (const file of ['docker-compose.small.yml', 'docker-compose.yml']) composeOf([file])(['config', '-q']);
  timed('images', () => buildImages(scratch));
  tryFarm('small farm', ['docker-compose.small.yml']);
  if (hasMinio) tryFarm('farm with MinIO', ['docker-compose.yml', override()]);
  else console.error('NOT TESTED: docker-compose.yml, for MinIO is neither an image nor a program here');
  console.error('NOT TESTED: KurrentDB as docker-compose.yml starts it');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
