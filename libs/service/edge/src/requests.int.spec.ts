import 'reflect-metadata';
import { randomIds } from '@gild/node-runtime';
import { Fault, faultCode, type Messenger } from '@gild/ports';
import { describeWithNats, NatsServer } from '@gild/testing';
import { InProcessBus, inProcessMessenger, InProcessStrategy } from '@gild/transport-inprocess';
import {
  connectNats,
  natsMessenger,
  natsOptions,
  NatsStrategy,
  RepliesInParts,
  servicePeer,
} from '@gild/transport-nats';
import { Controller, type INestMicroservice, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, type MicroserviceOptions, NatsContext, Payload } from '@nestjs/microservices';
import { FaultRpcFilter } from './fault-rpc.filter.js';

const MIB = 2 ** 20;

/** Of the request that is held back: it has arrived, and what it is answered with in the end. */
let taken = Promise.withResolvers<undefined>();
let answer = Promise.withResolvers<string>();

@Controller()
@UseFilters(FaultRpcFilter)
class Answers {
  @MessagePattern('test.echo')
  echo(@Payload() payload: unknown) {
    return Promise.resolve(payload);
  }

  @MessagePattern('test.nothing')
  nothing() {
    return Promise.resolve(undefined);
  }

  @MessagePattern('test.repeated')
  repeated(@Payload() { text, times }: { text: string; times: number }) {
    return Promise.resolve(Array.from({ length: times }, (_, index) => `${index}${text}`));
  }

  @MessagePattern('test.refused')
  refused() {
    return Promise.reject(
      new Fault('CONFLICT', 'it is taken', { details: { by: 'another' }, retryable: true }),
    );
  }

  @MessagePattern('test.full')
  full() {
    return Promise.reject(new Fault('STORE_FULL', 'free some space', { retryable: true }));
  }

  @MessagePattern('test.damaged')
  damaged() {
    return Promise.reject(new Fault('STORE_DAMAGED', 'restore it from a backup'));
  }

  @MessagePattern('test.unforeseen')
  unforeseen() {
    return Promise.reject(new TypeError('the secret 42 is undefined'));
  }

  @MessagePattern('test.*.named')
  named(@Ctx() context: NatsContext) {
    return Promise.resolve(context.getSubject());
  }

  @MessagePattern('test.held')
  held() {
    taken.resolve(undefined);
    return answer.promise;
  }
}

@Module({ controllers: [Answers] })
class AnswersModule {}

type Side = { messenger: Messenger; app: INestMicroservice; close: () => Promise<void> };

const served = async (options: MicroserviceOptions): Promise<INestMicroservice> => {
  return NestFactory.createMicroservice<MicroserviceOptions>(AnswersModule, { ...options, logger: false });
};

const inProcess = async (): Promise<Side> => {
  const bus = new InProcessBus();
  const app = await served({ strategy: new InProcessStrategy(bus) });
  await app.listen();
  return { messenger: inProcessMessenger(bus), app, close: () => app.close() };
};

const overNats = async (): Promise<Side> => {
  const server = await NatsServer.started();
  const peer = servicePeer({ servers: server.url }, 'test');
  const connection = await connectNats(peer);
  const answering = natsOptions(servicePeer({ servers: server.url }, 'answers'));
  const app = await served({ strategy: new NatsStrategy(answering) });
  app.useGlobalInterceptors(new RepliesInParts());
  await app.listen();
  const messenger = natsMessenger(connection, peer, () => randomIds.uuid());
  const answers = () => messenger.request('test.echo', 1).catch(() => undefined);
  while ((await answers()) === undefined); // the server hears of the subscriptions a little later
  return {
    messenger,
    app,
    close: async () => {
      await app.close();
      await connection.close();
      await server.remove();
    },
  };
};

const requests = (start: () => Promise<Side>) => () => {
  let side: Side;
  beforeAll(async () => {
    side = await start();
  });
  afterAll(() => {
    answer.resolve('at last');
    return side.close();
  });
  const request: Messenger['request'] = (...args) => side.messenger.request(...args);

  it('are answered with what the service says', async () => {
    const payload = { list: [1, 'two', null], text: 'ä€😀' };
    expect(await request('test.echo', payload)).toEqual(payload);
    expect(await request('test.nothing', {})).toBeUndefined();
  });

  it.each(['"', '\\', '€', '😀'])(
    'are answered in full, however long the answer, also of %s',
    async (text) => {
      const question = { text: text.repeat(MIB / 8), times: 8 };
      const expected = Array.from({ length: 8 }, (_, index) => `${index}${question.text}`);
      expect(await request('test.repeated', question)).toEqual(expected);
    },
  );

  it('of one pattern are answered by one handler, which is told the subject', async () => {
    expect(await request('test.oak.named', {})).toBe('test.oak.named');
    expect(await request('test.elm.named', {})).toBe('test.elm.named');
  });

  it('that come together get each their own answer', async () => {
    const text = 'x'.repeat(MIB / 4);
    const questions = Array.from({ length: 8 }, (_, index) => ({ text: `${index}${text}`, times: 8 }));
    const answers = await Promise.all(questions.map((question) => request('test.repeated', question)));
    expect(answers.map((answer) => (answer as string[])[0]?.slice(0, 2))).toEqual(
      questions.map((_, index) => `0${index}`),
    );
  });

  it('are refused with the code and the details of the refusal', async () => {
    await expect(request('test.refused', {})).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'it is taken',
      details: { by: 'another' },
      retryable: true,
    });
  });

  it('fail, to be tried again, while a store is full, and say so', async () => {
    const refusal = { code: 'UNAVAILABLE', message: 'free some space', retryable: true };
    await expect(request('test.full', {})).rejects.toMatchObject(refusal);
  });

  it('fail in the words of what broke, and without words when nobody foresaw it', async () => {
    const damaged = { code: 'INTERNAL', message: 'restore it from a backup', retryable: false };
    await expect(request('test.damaged', {})).rejects.toMatchObject(damaged);
    const message = 'the service failed; its log says why';
    const unforeseen = { code: 'INTERNAL', message, retryable: false };
    await expect(request('test.unforeseen', {})).rejects.toMatchObject(unforeseen);
  });

  it('that nobody answers fail at once, to be tried again', async () => {
    await expect(request('test.unknown', {})).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('that are not answered in time fail, to be tried again', async () => {
    answer = Promise.withResolvers();
    await expect(request('test.held', {}, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });
};

describe('requests inside one process', requests(inProcess));

describeWithNats()('requests over NATS', () => {
  describe('as everywhere', requests(overNats));

  it('that are too large for the server say so, and are not tried again', async () => {
    const side = await overNats();
    const request = side.messenger.request('test.echo', 'x'.repeat(2 * MIB));
    await expect(request).rejects.toMatchObject({ code: 'INVALID_REQUEST', retryable: false });
    await side.close();
  });

  it('over a connection that was closed fail, to be tried again', async () => {
    const side = await overNats();
    await side.close();
    await expect(side.messenger.request('test.echo', 1)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
  });

  it('that run when the service ends are finished, and no other is taken', async () => {
    taken = Promise.withResolvers();
    answer = Promise.withResolvers();
    const side = await overNats();
    const running = side.messenger.request('test.held', {});
    await taken.promise;
    const closing = side.app.close();
    const others = async (): Promise<unknown> => {
      const other = await side.messenger.request('test.echo', 1).catch(faultCode);
      return other === 1 ? others() : other; // until the server knows
    };
    expect(await others()).toBe('UNAVAILABLE');
    answer.resolve('late, but in full');
    expect(await running).toBe('late, but in full');
    await closing;
    await side.close();
  });
});
