import { accept, fold, reject, scenario } from '@gild/kernel';
import type { VmEvent } from '@gild/contracts';
import fc from 'fast-check';
import { isStart, vm, type VmCommand, type VmState } from './vm.js';

const facts = { vmId: 'vm1', imageName: 'web', version: '1.0.0', arch: 'x86_64', host: 'oak', by: 'ada' };
type Facts = Partial<typeof facts> & { channel?: string };

const start = (changed: Facts = {}): VmCommand => ({ type: 'ReportVmStart', data: { ...facts, ...changed } });
const stop: VmCommand = { type: 'ReportVmStop', data: { vmId: 'vm1', by: 'bob', reason: 'sold' } };
const started = (changed: Facts = {}): VmEvent => ({ type: 'VmStarted', data: { ...facts, ...changed } });
const stopped = (changed: Facts = {}): VmEvent => ({
  type: 'VmStopped',
  data: { ...facts, ...changed, by: 'bob', reason: 'sold' },
});
const given = scenario(vm);

describe('a virtual machine', () => {
  it('starts', () => expect(given().when(start())).toStrictEqual(accept(started())));
  it('starts by a channel', () =>
    expect(given().when(start({ channel: 'stable' }))).toStrictEqual(accept(started({ channel: 'stable' }))));
  it('is recorded once, however often and by whomever it is reported', () => {
    expect(given(started()).when(start())).toStrictEqual(accept());
    expect(given(started()).when(start({ by: 'bob', channel: 'stable' }))).toStrictEqual(accept());
  });
  it('stops with what it ran', () =>
    expect(given(started({ channel: 'stable' })).when(stop)).toStrictEqual(
      accept(stopped({ channel: 'stable' })),
    ));
  it('stops once', () => expect(given(started(), stopped()).when(stop)).toStrictEqual(accept()));
  it('starts again after it stopped', () =>
    expect(given(started(), stopped()).when(start())).toStrictEqual(accept(started())));
  it('cannot have stopped when nobody ever heard of it', () =>
    expect(given().when(stop)).toStrictEqual(reject({ code: 'VM_NOT_FOUND' })));
});

describe('a running machine', () => {
  it.each<Facts>([
    { version: '1.1.0' },
    { imageName: 'db' },
    { arch: 'aarch64' },
    { version: '1.1.0', host: 'elm' },
  ])('that reports another image has started anew: %j', (changed) => {
    const data = { ...facts, ...changed, from: { imageName: 'web', version: '1.0.0' } };
    expect(given(started()).when(start(changed))).toStrictEqual(accept({ type: 'VmReimaged', data }));
  });
  it('that reports another host has moved there with what it ran', () => {
    const data = { ...facts, channel: 'stable', host: 'elm', fromHost: 'oak', by: 'bob' };
    expect(given(started({ channel: 'stable' })).when(start({ host: 'elm', by: 'bob' }))).toStrictEqual(
      accept({ type: 'VmMoved', data }),
    );
  });
  it('that moved and now says its architecture has that recorded with the move', () => {
    const { arch: _, ...rest } = facts;
    const data = { ...facts, host: 'elm', fromHost: 'oak' };
    expect(given({ type: 'VmStarted', data: rest }).when(start({ host: 'elm' }))).toStrictEqual(
      accept({ type: 'VmMoved', data }),
    );
  });
  it('may leave its architecture out', () => {
    const { arch: _, ...rest } = facts;
    const silent: VmCommand = { type: 'ReportVmStart', data: rest };
    expect(given(started()).when(silent)).toStrictEqual(accept());
    expect(given({ type: 'VmStarted', data: rest }).when(start())).toStrictEqual(accept());
  });
});

describe('any reports of a machine', () => {
  const report: fc.Arbitrary<VmCommand> = fc.oneof(
    fc
      .record({
        imageName: fc.constantFrom('web', 'db'),
        version: fc.constantFrom('1.0.0', '1.1.0'),
        host: fc.constantFrom('oak', 'elm'),
        arch: fc.constantFrom('x86_64', 'aarch64'),
      })
      .map(start),
    fc.constant(stop),
  );
  const recorded = (reports: readonly VmCommand[]): VmEvent[] =>
    reports.reduce<VmEvent[]>((events, each) => {
      const decision = vm.decide(each, fold(vm, events));
      return decision.ok ? [...events, ...decision.events] : events;
    }, []);

  it('have it run exactly when the last one was a start, what that one said', () =>
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 12 }), (reports) => {
        const state: VmState = fold(vm, recorded(reports));
        const last = reports.at(-1);
        expect(state.status === 'running').toBe(last?.type === 'ReportVmStart');
        if (last?.type !== 'ReportVmStart' || state.status !== 'running') return;
        const { by: _, ...told } = last.data;
        expect(state.machine).toStrictEqual(told);
      }),
    ));

  it('change nothing when each comes twice', () =>
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), (reports) => {
        expect(recorded(reports.flatMap((each) => [each, each]))).toStrictEqual(recorded(reports));
      }),
    ));

  it('count a start for each time it ran something else than before, or nothing', () =>
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), (reports) => {
        const ran = reports.map((each) =>
          each.type === 'ReportVmStop' ? '' : `${each.data.imageName} ${each.data.version} ${each.data.arch}`,
        );
        const starts = ran.filter((each, index) => each !== '' && each !== (ran[index - 1] ?? ''));
        expect(recorded(reports).filter(isStart)).toHaveLength(starts.length);
      }),
    ));
});
