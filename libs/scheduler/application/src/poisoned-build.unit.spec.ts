import { AgentDouble, buildOf, readAll, started, world } from './scheduler-under-test.spec.js';

const LEASE_MS = 30_000;

it('row 21: a build that crashes its agents is stopped after three, with the evidence, and holds up no other', async () => {
  const w = world();
  const scheduler = w.scheduler();
  await scheduler.start();
  const agents = ['elm', 'fir', 'oak', 'ash'].map((agentId) => new AgentDouble(agentId, scheduler));
  const touched = new Set<string>();
  const { jobId } = await scheduler.requestBuild(buildOf('poison', { priority: 1 }));
  let behind = '';
  let waitedMs = 0;
  const dieOf = async (agent: AgentDouble, attempt: number): Promise<void> => {
    touched.add(agent.agentId);
    agent.restart(`after attempt ${attempt}`);
    behind ||= (await scheduler.requestBuild(buildOf('web'))).jobId;
  };
  const live = async (agent: AgentDouble): Promise<void> => {
    await agent.sync();
    const it = [...agent.work.values()].find((work) => work.jobId === jobId);
    if (it?.lastSeq === 0) agent.report(jobId, started(it.attempt));
    else if (it?.reports.length === 0) await dieOf(agent, it.attempt);
  };
  const isWaiting = async () => behind !== '' && !(await w.course(behind)).includes('AttemptGranted');
  for (let second = 0; second < 300; second += 1) {
    for (const agent of agents) await live(agent);
    await w.clock.advance(1000);
    if (await isWaiting()) waitedMs += 1000;
  }
  expect(waitedMs).toBeLessThanOrEqual(LEASE_MS);
  expect(touched.size).toBeLessThanOrEqual(3);
  const [failed] = (await readAll(w.store, `job-${jobId}`)).filter(({ type }) => type === 'BuildFailed');
  const losses = failed?.data['losses'] as { agentId: string; attempt: number; message: string }[];
  expect(failed?.data).toMatchObject({ failure: { class: 'lost', code: 'POISONED' } });
  expect(losses.map(({ attempt }) => attempt)).toStrictEqual([1, 2, 3]);
  expect(losses.every(({ agentId, message }) => message === `agent ${agentId} was restarted`)).toBe(true);
  const { sentences } = await scheduler.why(jobId);
  for (const { agentId, attempt } of losses) expect(sentences[0]).toContain(`${attempt} on ${agentId}`);
  expect((await readAll(w.store, 'agent-elm')).map(({ type }) => type)).not.toContain('AgentQuarantined');
  await scheduler.stop();
  expect(w.faults).toStrictEqual([]);
});
