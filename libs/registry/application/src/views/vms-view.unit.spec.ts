import { streams, type VmEvent } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';
import { isStart, vm, type VmCommand, type VmState } from '@gild/registry-domain';
import fc from 'fast-check';
import { usageOf, usagesOf, vmsView, type VmsState } from './vms-view.js';

const VMS = ['a', 'b', 'c'];
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0'];

const report: fc.Arbitrary<VmCommand> = fc
  .tuple(fc.constantFrom(...VMS), fc.constantFrom(...VERSIONS, ''), fc.constantFrom('oak', 'elm'))
  .map(([vmId, version, host]) =>
    version === ''
      ? { type: 'ReportVmStop', data: { vmId, by: 'ada' } }
      : { type: 'ReportVmStart', data: { vmId, imageName: 'web', version, host, by: 'ada' } },
  );

/** What a registry records of the reports, one a second. */
const recorded = (reports: readonly VmCommand[]): (RecordedEvent & VmEvent)[] => {
  const states = new Map<string, VmState>();
  return reports.flatMap((command, second) => {
    const { vmId } = command.data;
    const decision = vm.decide(command, states.get(vmId) ?? vm.initial);
    return (decision.ok ? decision.events : []).map((event) => {
      states.set(vmId, vm.evolve(states.get(vmId) ?? vm.initial, event));
      const metadata = { time: String(second), actor: 'ada', correlationId: '', causationId: '', schema: 1 };
      const place = { stream: streams.vm(vmId), revision: 0, position: String(second) };
      return { ...event, ...place, id: String(second), metadata };
    });
  });
};

const folded = (events: readonly RecordedEvent[]) => {
  const state = vmsView.initial();
  for (const event of events) vmsView.apply(state, event);
  return state;
};

describe('what machines do with a version, whatever they report', () => {
  it('is to start from it as often as was recorded, last when that was last recorded', () =>
    fc.assert(
      fc.property(fc.array(report, { maxLength: 20 }), (reports) => {
        const events = recorded(reports);
        const state = folded(events);
        for (const version of VERSIONS) {
          const starts = events.filter((event) => isStart(event) && event.data.version === version);
          const { starts: counted, lastStartAt } = usageOf(state, { imageName: 'web', version });
          expect([counted, lastStartAt]).toStrictEqual([starts.length, starts.at(-1)?.metadata.time]);
        }
        const counted = [...usagesOf(state, 'web')].reduce((sum, { starts }) => sum + starts, 0);
        expect(counted).toBe(events.filter(isStart).length);
      }),
    ));

  it('is to run it while their last report was a start from it', () =>
    fc.assert(
      fc.property(fc.array(report, { maxLength: 20 }), (reports) => {
        const state = folded(recorded(reports));
        const last = new Map(reports.map((each) => [each.data.vmId, each]));
        for (const version of VERSIONS) {
          const run = [...last.values()].filter(
            (each) => each.type === 'ReportVmStart' && each.data.version === version,
          );
          expect([...usageOf(state, { imageName: 'web', version }).running].sort()).toStrictEqual(
            run.map(({ data }) => data.vmId).sort(),
          );
        }
      }),
    ));
});

const expectSame = (found: VmsState, expected: VmsState): void => {
  expect([...found.vms]).toStrictEqual([...expected.vms]);
  for (const id of VMS) expect(found.vms.get(id)).toStrictEqual(expected.vms.get(id));
  const usages = ({ usage }: VmsState) => VERSIONS.map((version) => usage.get('web')?.get(version));
  expect(usages(found)).toStrictEqual(usages(expected));
};

it('keeps what machines were after each report, and folds on from there whatever came after', () =>
  fc.assert(
    fc.property(fc.array(report, { maxLength: 20 }), fc.boolean(), (reports, odd) => {
      const spelled = (event: RecordedEvent) => ({
        ...event,
        metadata: {
          ...event.metadata,
          time: odd ? event.metadata.time : `2026-01-01T00:00:0${event.position.slice(-1)}.000Z`,
        },
      });
      const events = recorded(reports).map(spelled);
      const state = vmsView.initial();
      const restores = events.map((event) => {
        vmsView.apply(state, event);
        return vmsView.keeping?.keep(state);
      });
      for (const [index, restore] of restores.entries()) {
        const past = restore?.() ?? vmsView.initial();
        expectSame(past, folded(events.slice(0, index + 1)));
        for (const event of events.slice(index + 1)) vmsView.apply(past, event);
        expectSame(past, state);
      }
    }),
  ));

it('makes what it can of a stop whose start is not in the log', () => {
  const data = { vmId: 'a', imageName: 'web', version: '1.0.0', host: 'oak', by: 'ada' };
  const metadata = { time: '7', actor: 'ada', correlationId: '', causationId: '', schema: 1 };
  const place = { id: '', stream: 'vm-a', revision: 0, position: '0', metadata };
  const state = folded([
    { type: 'VmStopped', data, ...place },
    { type: 'VmPainted', data, ...place },
  ]);
  expect(state.vms.get('a')).toMatchObject({ status: 'stopped', startedAt: '7', stoppedAt: '7' });
  expect(usageOf(state, data)).toMatchObject({ starts: 0, running: new Set() });
});

it('keeps a machine under the name that its own events give it, as it is served', () => {
  const data = { vmId: 'A', imageName: 'web', version: '1.0.0', host: 'oak', by: 'ada' };
  const metadata = { time: '7', actor: 'ada', correlationId: '', causationId: '', schema: 1 };
  const place = { id: '', stream: 'vm-a', revision: 0, position: '0', metadata };
  const state = folded([{ type: 'VmStarted', data, ...place }]);
  expect([...(vmsView.keeping?.keep(state)().vms ?? [])]).toStrictEqual([...state.vms]);
});
