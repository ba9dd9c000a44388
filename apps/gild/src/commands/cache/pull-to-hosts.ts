import { randomUUID } from 'node:crypto';
import type { AskedVersion } from '@gild/cache-application';
import { type ErrorCode, HostPull, type HostCacheRecord } from '@gild/contracts';
import { Fault, faultCode } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { EXIT, exitCodeOf } from '../../exit-codes.js';
import { printable } from '../../output/format.js';
import { transferReport } from '../exporting/transfer-report.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from '../context.js';
import { farmOverHttp } from './farm-over-http.js';
import { hostOutcomesText, pulledText } from './host-pull-text.js';

/** How long an answer is waited for that says how far a pull is. */
const ANSWER_MS = 1000;

type Cached = Extract<HostPull, { state: 'cached' }>;
type Pulling = Extract<HostPull, { state: 'pulling' }>;

/** What became of the pull to one host. */
export type HostOutcome = { host: string } & (
  Omit<Cached, 'host'> | { state: 'failed'; code: string; message: string }
);

type Asked = { image: string; version: string; arch?: string };
type Given = { flags: CommonOptions; context: Context };

/** A channel, or the newest version, is looked up once: every host gets the same. */
const settled = async (client: HttpClient, { image, version, arch }: AskedVersion): Promise<Asked> => {
  const { version: number } = await farmOverHttp(client).version(image, version);
  return { image, version: number, ...(arch !== undefined && { arch }) };
};

/** Asks again and again how far it is, until it is there. Rejects with the fault for which it failed. */
const followed = async (
  client: HttpClient,
  { host, asked }: { host: string; asked: Asked },
  at: (pull: Pulling) => void,
): Promise<Cached> => {
  const body = { ...asked, pullId: randomUUID(), waitMs: ANSWER_MS };
  const path = apiPath(['hosts', host, 'cache', 'pulls']);
  for (;;) {
    const pull = HostPull.parse(await client.json({ method: 'POST', path, body, repeatable: true }));
    if (pull.state === 'cached') return pull;
    at(pull);
  }
};

const nameOf = ({ image, version }: Asked): string => `${image}@${version}`;

const interruptible = async ({ context }: Given, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
    context.terminal.note('interrupted; what was asked of a cache manager goes on there');
    context.setExitCode(EXIT.interrupted);
  }
};

/** Has an image in the cache of another host, and shows how far it is. */
export const pullToHost = (wanted: AskedVersion, host: string, given: Given): Promise<void> =>
  withServer(given.context, (client) =>
    interruptible(given, async () => {
      const { flags, context } = given;
      const asked = await settled(client, wanted);
      const report = transferReport(context.terminal, `${nameOf(asked)} on ${host}`, Date.now);
      const pulled = await followed(client, { host, asked }, ({ receivedBytes, totalBytes }) =>
        receivedBytes < totalBytes ? report.at(receivedBytes, totalBytes) : report.step('verifying'),
      ).finally(() => report.end());
      context.terminal.note(pulledText(pulled));
      printer(context, flags)(pulled.entry, ({ storage_path: path }) => `${host}:${printable(path)}\n`);
    }),
  );

const outcomeOn = async (host: string, pulled: Promise<Cached>): Promise<HostOutcome> => {
  try {
    return { ...(await pulled), host };
  } catch (error) {
    const code = faultCode(error);
    if (code === undefined) throw error;
    return { host, state: 'failed', code, message: (error as Fault).message };
  }
};

/** Has an image in the caches of all hosts on record; leaves with the highest of the codes of those that failed. */
export const pullToAllHosts = (wanted: AskedVersion, flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, (client) =>
    interruptible({ flags, context }, async () => {
      const asked = await settled(client, wanted);
      const hosts = await hostsOnRecord(client);
      const outcomes = await onEach(client, { hosts, asked }, context);
      context.setExitCode(Math.max(...outcomes.map(exitOf)));
      printer(context, flags)(outcomes, hostOutcomesText);
    }),
  );

const hostsOnRecord = async (client: HttpClient): Promise<string[]> => {
  const records = (await get(client, apiPath(['hosts', 'cache']))) as HostCacheRecord[];
  if (records.length > 0) return records.map(({ host }) => host);
  throw new Fault(
    'CACHE_HOST_NOT_FOUND',
    'no host is on record with a cache: start a cache manager or gild up on one, or pull without --all-hosts',
  );
};

const onEach = async (
  client: HttpClient,
  { hosts, asked }: { hosts: readonly string[]; asked: Asked },
  { terminal }: Context,
): Promise<readonly HostOutcome[]> => {
  const report = transferReport(terminal, `${nameOf(asked)} on ${hosts.length} hosts`, Date.now);
  const pulls = new Map<string, Pulling>();
  const sum = (of: (pull: Pulling) => number) => [...pulls.values()].map(of).reduce((a, b) => a + b, 0);
  const follow = (host: string) =>
    followed(client, { host, asked }, (pull) => {
      pulls.set(host, pull);
      report.at(
        sum(({ receivedBytes }) => receivedBytes),
        sum(({ totalBytes }) => totalBytes),
      );
    });
  return Promise.all(hosts.map((host) => outcomeOn(host, follow(host)))).finally(() => report.end());
};

const exitOf = (outcome: HostOutcome): number =>
  outcome.state === 'failed' ? (exitCodeOf[outcome.code as ErrorCode] ?? EXIT.failed) : EXIT.done;
