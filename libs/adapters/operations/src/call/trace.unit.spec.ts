import { callOfHeaders, headersOfCall } from './call-headers.js';
import { nextTrace, parseTraceParent, traceParent } from './trace-context.js';
import { traceOfJob } from './trace-of-job.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

it('reads and writes a place in a trace as W3C Trace Context has it', () => {
  const header = `00-${traceId}-${spanId}-01`;
  expect(parseTraceParent(header)).toStrictEqual({ traceId, spanId, sampled: true });
  expect(parseTraceParent(`cc-${traceId}-${spanId}-00-what-comes-later`)).toMatchObject({ sampled: false });
  expect(traceParent({ traceId, spanId, sampled: true })).toBe(header);
});

it.each([
  undefined,
  '',
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}-${spanId}`,
])('begins a trace where the header says %p', (header) => {
  expect(parseTraceParent(header)).toBeUndefined();
});

it('stays in the trace, one place further, and in the choice of who began it', () => {
  const next = nextTrace({ traceId, spanId, sampled: true });
  expect(next).toMatchObject({ traceId, sampled: true });
  expect(next.spanId).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
});

it('knows the trace of a build by its id: the same 128 bits', () => {
  expect(traceOfJob('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toStrictEqual({
    traceId: '01563e3ab5d3d6764c61efb99302bd5b',
    spanId: '4c61efb99302bd5b',
    sampled: true,
  });
  expect(traceOfJob('7ZZZZZZZZZZZZZZZZZZZZZZZZZ')?.traceId).toBe('f'.repeat(32));
  expect(traceOfJob('job-1')).toBeUndefined();
});

it('takes a call along in headers, whoever asks and whatever the name', () => {
  const call = { trace: { traceId, spanId, sampled: false }, requestId: 'r-1', actor: 'Ada Łuk' };
  const headers = headersOfCall(call);
  expect(Object.values(headers).join('')).toMatch(/^[ -~]+$/);
  const arrived = callOfHeaders((name) => headers[name]);
  expect(arrived).toMatchObject({ requestId: 'r-1', actor: 'Ada Łuk', trace: { traceId, sampled: false } });
  expect(headersOfCall(undefined)).toStrictEqual({});
});

it.each(['', 'two words', 'a\nb', 'x'.repeat(129)])('takes %j for no request id', (requestId) => {
  expect(callOfHeaders((name) => (name === 'x-request-id' ? requestId : undefined))).not.toHaveProperty(
    'requestId',
  );
});
