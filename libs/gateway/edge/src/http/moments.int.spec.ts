import { RequestMethod } from '@nestjs/common';
import { GatewayModule } from '../gateway.module.js';
import { GatewayUnderTest } from './gateway-under-test.spec.js';

const VALUES: Readonly<Record<string, string>> = { version: '1.0.0', jobId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
const ARTIFACT = { arch: 'x86_64', format: 'raw', path: 'none', checksum: '0'.repeat(64), size_bytes: 1 };
const textOf = (metadata: unknown): string => [metadata].flat().join('');

/** Paths of everything that is read over HTTP, with a value for each parameter. */
const routes = (GatewayModule.with([]).controllers ?? []).flatMap((controller) => {
  const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).map(
    ({ value }) => value as object,
  );
  const prefix = textOf(Reflect.getMetadata('path', controller));
  return handlers
    .filter((handler) => Reflect.getMetadata('method', handler) === RequestMethod.GET)
    .map((handler) => `/${prefix}/${textOf(Reflect.getMetadata('path', handler))}`.replace(/\/+$/, ''))
    .map((path) => path.replace(/\/+/g, '/').replace(/:(\w+)/g, (_, name: string) => VALUES[name] ?? 'web'));
});

/** Of a running service, not of the farm. */
const OF_THE_PROCESS = new Set(['/health/live', '/health/ready', '/metrics']);
const reading = routes.filter((path) => !OF_THE_PROCESS.has(path));

describe('what is read over HTTP', () => {
  const gateway = new GatewayUnderTest();
  let moments: unknown[] = [];
  const ANSWER = { image_name: 'web', version: '1.0.0', status: 'completed', artifacts: [ARTIFACT] };

  beforeAll(async () => {
    await gateway.start();
    gateway.bus.answer('>', async (asked) => {
      moments.push((asked as { at?: string }).at);
      return ANSWER;
    });
  });
  beforeEach(() => {
    moments = [];
  });
  afterAll(() => gateway.stop());

  it('is all of it', () => expect(reading.length).toBeGreaterThan(25));

  it.each(reading)('%s is answered for a moment, or refused for one', async (path) => {
    const { status, error } = await gateway.call(`${path}?at=7`);
    if (status === 400) {
      expect(error.message).toContain('only the present can be asked for');
      expect(moments).toStrictEqual([]);
    } else {
      expect(moments).toContain('7');
    }
  });
});
