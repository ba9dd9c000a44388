import { describeWithNats } from '@gild/testing';
import { grantsOf } from './farm-record.js';
import { workFoldersOf } from './farm-agents.js';
import { FaultFarm } from './fault-farm.js';
import { NetworkOfHosts } from './network-of-hosts.js';
import { isPossible } from './possible.js';
import { within } from './within.js';

const PATIENCE_MS = 240_000;
const ELSEWHERE_MS = 45_000;
const describeOnHosts = isPossible('a farm on several hosts, and what separates them', [
  ...['unshare', '--net', 'ip', 'link', 'add', 'gild-a', 'type', 'veth', 'peer', 'name', 'gild-b'],
])
  ? describeWithNats()
  : describe.skip;

describeOnHosts('a farm on three hosts', () => {
  let network: NetworkOfHosts;
  let farm: FaultFarm;
  const hosts: Record<string, readonly string[]> = {};

  beforeAll(async () => {
    network = new NetworkOfHosts();
    farm = await FaultFarm.started({ address: network.address, under: network.onFarm });
    for (const name of ['north', 'south'])
      farm.agents.start(name, { under: (hosts[name] = network.host(name)) });
    await farm.agentsAreThere('north', 'south');
  }, PATIENCE_MS);
  afterAll(async () => {
    await (farm as FaultFarm | undefined)?.remove();
    (network as NetworkOfHosts | undefined)?.remove();
  });
  afterEach(() => expect(farm.violations()).toStrictEqual([]));

  it(
    'builds on both hosts, and publishes what they built',
    async () => {
      const jobs = await Promise.all(['quick', 'quick', 'quick', 'quick'].map((work) => farm.submit(work)));
      for (const job of jobs) await farm.isCompleted(job);
      expect(new Set(jobs.flatMap((job) => grantsOf(farm.events(), job)))).toStrictEqual(
        new Set(['north', 'south']),
      );
      expect(farm.disks()).toHaveLength(jobs.length);
    },
    PATIENCE_MS,
  );

  it(
    'row 7: an agent that is cut off stops its build before another one is given it, and is refused when it is back',
    async () => {
      const job = await farm.submit('gate-a');
      await farm.isAtWork(job);
      const [cutOff = ''] = grantsOf(farm.events(), job);
      const isWorking = (): boolean => farm.agents.leftoversOf(cutOff).programs.length > 1;
      await within(10_000, 'its programs run', isWorking);
      network.cut(cutOff);
      const begun = performance.now();
      // Whatever is granted from here on is granted later than this.
      await within(ELSEWHERE_MS, 'the build is stopped or given to another agent', () => {
        if (grantsOf(farm.events(), job).length > 1)
          throw new Error('given to another agent while it was worked on');
        return !isWorking();
      });
      const stoppedMs = performance.now() - begun;
      expect(grantsOf(farm.events(), job)).toHaveLength(1);
      await farm.hasBegun(job, 2);
      const elsewhereMs = performance.now() - begun;
      process.stderr.write(
        `row 7: stopped ${(stoppedMs / 1000).toFixed(1)} s after the cut, elsewhere after ${(elsewhereMs / 1000).toFixed(1)} s\n`,
      );
      expect(elsewhereMs).toBeLessThanOrEqual(ELSEWHERE_MS);
      farm.openGate('a');
      await farm.isCompleted(job);
      network.heal(cutOff);
      const refused = await farm.recorded(job, ({ type }) => type === 'LateReportRefused');
      expect(refused.data).toMatchObject({ attempt: 1, currentAttempt: 2, agentId: cutOff });
      expect(workFoldersOf(farm.agents.stateOf(cutOff))).toStrictEqual([]);
    },
    PATIENCE_MS,
  );
});
