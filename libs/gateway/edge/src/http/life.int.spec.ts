import { ACTOR_HEADER, subjects } from '@gild/contracts';
import { GatewayUnderTest } from './gateway-under-test.spec.js';

describe('decisions about versions and hosts over HTTP', () => {
  const gateway = new GatewayUnderTest();
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const KEY = 'idempotency-key';
  const version = { image: 'web', version: '1.0.0' };
  const channel = { image: 'web', channel: 'stable' };

  it.each<[string, string, string, object, object]>([
    ['POST', 'channels/stable/promotion', subjects.promote, { version: '1.0.0' }, channel],
    ['POST', 'channels/stable/rollback', subjects.rollBack, { to: '1.0.0', reason: 'slow' }, channel],
    ['POST', 'versions/1.0.0/deprecation', subjects.deprecate, { replacement: '1.1.0' }, version],
    ['POST', 'versions/1.0.0/deletion', subjects.deleteVersion, { force: true, reason: 'old' }, version],
  ])('pass on who decides, once for a key: %s %s', async (method, path, ...[subject, body, about]) => {
    gateway.bus.answer(subject, async (asked) => asked);
    const headers = { [ACTOR_HEADER]: 'ada', [KEY]: 'key-of-a-request' };
    const init = { method, headers, body: JSON.stringify(body) };
    const { status, text } = await gateway.call(`/v1/images/web/${path}`, init);
    expect([status, JSON.parse(text)]).toStrictEqual([
      200,
      { requestId: 'key-of-a-request', actor: 'ada', ...about, ...body },
    ]);
  });

  it.each([
    ['channels/stable', subjects.removeChannel, channel],
    ['versions/1.0.0/deprecation', subjects.withdrawDeprecation, version],
  ])('pass on what is taken back, and why: DELETE %s', async (path, subject, about) => {
    gateway.bus.answer(subject, async (asked) => asked);
    const headers = { [KEY]: 'key-of-a-request' };
    const { text } = await gateway.call(`/v1/images/web/${path}?reason=typo`, { method: 'DELETE', headers });
    expect(JSON.parse(text)).toStrictEqual({
      ...{ requestId: 'key-of-a-request', actor: 'api', reason: 'typo' },
      ...about,
    });
  });

  it.each([
    [{ [KEY]: 'key-of-a-request' }, { requestId: 'key-of-a-request' }],
    [{}, {}],
  ])('have a host forgotten, once for a key where there is one: %j', async (headers, more) => {
    gateway.bus.answer(subjects.forgetHostCache, async (asked) => asked);
    const init = { method: 'POST', headers, body: JSON.stringify({ reason: 'sold' }) };
    const { text } = await gateway.call('/v1/hosts/oak/cache/forgetting', init);
    expect(JSON.parse(text)).toStrictEqual({ host: 'oak', actor: 'api', reason: 'sold', ...more });
  });

  it('say what a revocation takes along', async () => {
    gateway.bus.answer(subjects.revoke, async (asked) => asked);
    const body = JSON.stringify({ reason: 'leaks', roll_back: true, descendants: false });
    const { text } = await gateway.call('/v1/images/web/versions/:stable/revocation', {
      method: 'POST',
      body,
    });
    expect(JSON.parse(text)).toMatchObject({
      ...{ version: ':stable', reason: 'leaks', rollBack: true, descendants: false },
      requestId: expect.stringMatching(/^[0-9A-Z]{26}$/),
    });
  });

  it.each([
    ['channels/stable/rollback', {}],
    ['channels/stable/promotion', { reason: 'x' }],
    ['versions/1.0.0/revocation', { reason: 'x', rollback: true }],
    ['versions/1.0.0/deletion', { force: 'yes' }],
  ])('that are not whole are refused: %s %j', async (path, body) => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    expect((await gateway.call(`/v1/images/web/${path}`, init)).status).toBe(400);
  });

  it('ask for bytes that may be used, and for deleted versions only when told', async () => {
    const asked: unknown[] = [];
    gateway.bus.answer(subjects.version, async (query) => {
      asked.push(query);
      return { image_name: 'web', version: '1.0.0' };
    });
    gateway.bus.answer(subjects.versions, async (query) => {
      asked.push(query);
      return [];
    });
    await gateway.call('/v1/images/web/versions/1.0.0/artifact');
    await gateway.call('/v1/images/web/versions/:stable/artifact?at=7');
    await gateway.call('/v1/images/web/versions');
    await gateway.call('/v1/images/web/versions?deleted=true');
    expect(asked).toStrictEqual([
      { image: 'web', version: '1.0.0', usable: true },
      { image: 'web', version: ':stable', at: '7' },
      { image: 'web', version: '1.0.0', usable: true },
      { image: 'web', deleted: false },
      { image: 'web', deleted: true },
    ]);
  });
});
