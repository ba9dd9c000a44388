import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type GoldenImageBuildJob, Taskserv } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { z } from 'zod';
import { actorOf } from '../../client/actor.js';
import { type HttpClient, httpClient } from '../../client/http-client.js';
import type { Session } from '../../client/session.js';
import { homeOf } from '../../farm/home.js';
import { testingHome } from '../../farm/testing-home.js';
import { duration, printable } from '../../output/format.js';
import { failureExit } from '../run-build.js';
import { apiPath, type Context, get, printer, withServer } from '../context.js';
import { type Built, followBuild } from '../follow-build.js';
import { testDefinition, type TestFlags } from './test-definition.js';

/** How a test of a taskserv ended. `checks`: what was asked of the booted image. */
export type TestOutcome = {
  taskserv: string;
  passed: boolean;
  base_os: string;
  os_version: string;
  arch: string;
  taskserv_versions: Record<string, string>;
  checks: string[];
  error_message: string | null;
  log_path: string;
  job: GoldenImageBuildJob;
};

/**
 * Tests on this host what the server's catalogue says, in a farm of its own that publishes nothing where images are kept. The log
 * stays.
 */
export const testTaskserv = async (name: string, flags: TestFlags, context: Context): Promise<void> => {
  const catalogue = await catalogueWith(name, context);
  const home = testingHome(homeOf(context.env));
  const { startTestingFarm } = await import('../../farm/embedded-farm.js');
  const farm = await startTestingFarm(home, catalogue);
  if (farm === undefined) throw underWay(home.root);
  try {
    const client = httpClient({ kind: 'process', connect: farm.connect }, actorOf(context.env));
    const session = privateSession(client, farm.close);
    const built = await buildOnce(testDefinition(name, flags), { flags, context, session });
    const logPath = await keepLog(join(home.root, `${name}.log`), built.job, session);
    if (built.job.status === 'failed') context.setExitCode(failureExit(built.job, context.interrupted));
    printer(context, flags)(outcomeOf(name, built, { catalogue, logPath }), outcomeText);
  } finally {
    await farm.close();
  }
};

/** Everything the server has. Fault: TASKSERV_NOT_FOUND, before anything is built. */
const catalogueWith = async (name: string, context: Context): Promise<readonly Taskserv[]> => {
  let found: Taskserv[] = [];
  await withServer(context, async (client) => {
    await get(client, apiPath(['taskservs', name]));
    found = readCatalogue(await get(client, apiPath(['taskservs'])));
  });
  return found;
};

/** A server's answer becomes files of this host, so that it is only taken as the taskservs it should be. */
const readCatalogue = (answer: unknown): Taskserv[] => {
  const parsed = z.array(Taskserv).safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new Fault('UNAVAILABLE', 'the server answered with a catalogue that is none');
};

const underWay = (folder: string): Fault =>
  new Fault(
    'CONFLICT',
    `another test of a taskserv runs in ${folder}: wait for its end, or set GILD_HOME to another folder`,
  );

const privateSession = (client: HttpClient, close: () => Promise<void>): Session => ({
  client,
  server: () => 'own',
  renew: () => Promise.resolve(),
  close,
});

type Running = { flags: TestFlags; context: Context; session: Session };

const buildOnce = async (definition: object, { flags, context, session }: Running): Promise<Built> => {
  const call = { method: 'POST', path: '/v1/builds', body: { definition } };
  const { job } = (await session.client.json(call)) as { job: GoldenImageBuildJob };
  return followBuild([job], { context, session, quiet: flags.json === true, joined: false });
};

const keepLog = async (path: string, job: GoldenImageBuildJob, { client }: Session): Promise<string> => {
  const events = await client.events({ method: 'GET', path: apiPath(['jobs', job.job_id, 'logs']) });
  await mkdir(join(path, '..'), { recursive: true });
  await pipeline(
    async function* () {
      for await (const { event, data } of events) {
        if (event === 'end') return;
        yield Buffer.from((data as { base64: string }).base64, 'base64');
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  return path;
};

const outcomeOf = (
  taskserv: string,
  { job, version }: Built,
  { catalogue, logPath }: { catalogue: readonly Taskserv[]; logPath: string },
): TestOutcome => {
  const { base_os, os_version } = job.image_config;
  const installed = version?.taskserv_versions ?? {};
  return {
    taskserv,
    passed: job.status === 'completed',
    base_os,
    os_version,
    arch: job.arch,
    taskserv_versions: installed,
    checks: checksOf(
      catalogue.filter(({ name }) => name === taskserv || name in installed),
      job,
    ),
    error_message: job.error_message ?? null,
    log_path: logPath,
    job,
  };
};

const checksOf = (
  taskservs: readonly Taskserv[],
  { image_config: { base_os, os_version } }: GoldenImageBuildJob,
) =>
  taskservs.flatMap(({ name, checks, distributions }) => {
    const here = distributions[base_os]?.find(({ releases }) => releases?.includes(os_version) ?? true);
    return (here?.checks ?? checks).map((check) => `${name}/${check.name}`);
  });

export const outcomeText = (outcome: TestOutcome): string => {
  const { taskserv, base_os, os_version, arch, job } = outcome;
  const where = `${base_os} ${os_version} (${arch})`;
  const log = `  log: ${outcome.log_path}\n`;
  if (!outcome.passed) {
    const end = job.failure_class === 'cancelled' ? 'was cancelled' : 'failed';
    return `${taskserv} ${end} on ${where}: ${printable(outcome.error_message ?? '')}\n${log}`;
  }
  const versions = Object.entries(outcome.taskserv_versions).map(([name, version]) => `${name} ${version}`);
  const took = duration((job.duration_seconds ?? 0) * 1000);
  const checks = outcome.checks.map((check) => `  ✔ ${check}\n`).join('');
  return `${taskserv} works on ${where}, tested in ${took}: ${printable(versions.join(', '))}\n${checks}${log}`;
};
