import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects } from '@gild/contracts';
import { describeWithEachNats, NatsServer } from '@gild/testing';
import { createAccount } from '@nats-io/nkeys';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { agentPeer, connectNats, natsOptions, type NatsPeer, servicePeer } from '../nats-connection.js';
import { natsMessenger } from '../nats-messenger.js';
import { makeCertificates } from './certificates.js';
import { type FarmIdentity, newFarmIdentity } from './farm-identity.js';
import { natsConf } from './nats-conf.js';
import { agentGrants, type ServiceName } from './permissions.js';
import { newUserKey, readCreds, userJwt } from './user-credentials.js';

import.meta.jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'gild-identity-'));
const files = {
  ...{ ca: join(folder, 'ca.crt'), caKey: join(folder, 'ca.key') },
  ...{ certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') },
};
const other = { ...files, ca: join(folder, 'other.crt'), caKey: join(folder, 'other.key') };
let identity: FarmIdentity;
beforeAll(async () => {
  await makeCertificates(
    { ...other, certificate: join(folder, 'x.crt'), key: join(folder, 'x.key') },
    ['x'],
    folder,
  );
  await makeCertificates(files, ['localhost', '127.0.0.1'], folder);
  identity = await newFarmIdentity();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signer = () => ({ account: identity.farm.publicKey, seed: identity.signingSeed });

describeWithEachNats('the users of a farm', ({ path: program }) => {
  let server: NatsServer;
  const open = new Set<NatsConnection>();
  beforeAll(async () => {
    server = await NatsServer.started({ program, configuration: natsConf(identity, files) });
  });
  afterEach(async () => {
    for (const connection of open) await connection.close();
    open.clear();
  });
  afterAll(() => server.remove());

  const access = (rest: Partial<NatsPeer> = {}) => ({
    ...{ servers: server.url, tls: { ca: readFileSync(files.ca, 'utf8') } },
    ...rest,
  });
  const opened = async (peer: NatsPeer): Promise<NatsConnection> => {
    const connection = await connectNats(peer);
    open.add(connection);
    return connection;
  };
  const agent = async (agentId: string, expiresAt?: string): Promise<NatsPeer> => {
    const { seed, publicKey } = newUserKey();
    const user = { name: agentId, publicKey, grants: agentGrants(agentId), ...(expiresAt && { expiresAt }) };
    const jwt = await userJwt(user, signer());
    return agentPeer(access({ credentials: () => ({ jwt, seed }) }), agentId);
  };
  const service = async (name: ServiceName): Promise<NatsPeer> => {
    const credentials = await readCreds(identity.creds[name]);
    return servicePeer(access({ credentials: () => credentials }), name);
  };
  const once = async (peer: NatsPeer): Promise<unknown> => {
    const options = { ...natsOptions(peer), waitOnFirstConnect: false, reconnect: false };
    return connect(options).then(
      (connection) => connection.close().then(() => 'let in'),
      (error: unknown) => error,
    );
  };
  const deniedPublish = async (connection: NatsConnection, subject: string): Promise<boolean> => {
    const seen = nextError(connection);
    connection.publish(subject, '{}');
    await connection.flush();
    return (await seen) instanceof errors.PermissionViolationError;
  };
  const deniedSubscribe = async (connection: NatsConnection, subject: string): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    connection.subscribe(subject, { callback: (error) => resolve(error !== null) });
    await connection.flush();
    setImmediate(() => resolve(false));
    return promise;
  };
  const reconnected = async (connection: NatsConnection): Promise<void> => {
    for await (const status of connection.status()) if (status.type === 'reconnect') return;
  };
  /** The next error the server tells, or undefined when it told none before it answered a flush. */
  const nextError = async (connection: NatsConnection): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    void (async () => {
      for await (const status of connection.status())
        if (status.type === 'error') return resolve(status.error);
    })();
    await connection.flush();
    await connection.flush();
    setImmediate(() => resolve(undefined));
    return promise;
  };

  const NOT_TO_SAY = [
    ...['gild.agent.elm.sync', 'gild.agent.elm.log.j', 'gild.agent.elm.answer.x', 'gild.agent.oak'],
    ...['gild.cmd.scheduler.request-build', 'gild.cmd.registry.prepare-build', 'gild.qry.scheduler.jobs'],
    ...['gild.evt.scheduler.agent-heard', '_INBOX.scheduler.x', '_INBOX_elm.x', '_INBOX.x'],
    ...['$JS.API.INFO', '$SYS.REQ.SERVER.PING', 'anything'],
  ];
  const NOT_TO_HEAR = [
    ...['>', '*', '_INBOX.>', '_INBOX_elm.>', '_INBOX.scheduler.>', '$JS.API.>', '$SYS.>', '$SYS.ACCOUNT.>'],
    ...['gild.>', 'gild.agent.>', 'gild.agent.*.plan', 'gild.agent.elm.plan', 'gild.agent.oak.sync'],
    ...['gild.cmd.scheduler.*', 'gild.evt.>', 'gild.agent.elm.>'],
  ];

  it('keep an agent from saying and hearing anything that is not its own', async () => {
    const connection = await opened(await agent('oak'));
    const passed: string[] = [];
    for (const subject of NOT_TO_SAY) if (!(await deniedPublish(connection, subject))) passed.push(subject);
    for (const subject of NOT_TO_HEAR)
      if (!(await deniedSubscribe(connection, subject))) passed.push(subject);
    expect(passed).toStrictEqual([]);
  });

  it('let an agent say and hear what is its own', async () => {
    const connection = await opened(await agent('oak'));
    for (const subject of [subjects.agentSync('oak'), subjects.jobLog('oak', 'j'), 'gild.agent.oak.answer.x'])
      expect(await deniedPublish(connection, subject)).toBe(false);
    for (const subject of [subjects.plan('oak'), '_INBOX_oak.>'])
      expect(await deniedSubscribe(connection, subject)).toBe(false);
  });

  it('let no agent answer who asks it but under its own name, and the gateway hears it there', async () => {
    const oak = await opened(await agent('oak'));
    const peer = await service('gateway');
    const gateway = natsMessenger(await opened(peer), peer, () => 'id');
    oak.subscribe(subjects.plan('oak'), {
      callback: (_, message) => void message.respond(JSON.stringify({ response: message.reply, id: 'id' })),
    });
    await oak.flush();
    expect(await gateway.request(subjects.plan('oak'), {})).toMatch(/^gild\.agent\.oak\.answer\./);
  });

  it('let an agent ask a scheduler, which answers wherever the agent listens', async () => {
    const scheduler = await opened(await service('scheduler'));
    scheduler.subscribe(subjects.agentSync('*'), {
      queue: 'scheduler',
      callback: (_, message) => void message.respond(JSON.stringify({ response: message.subject, id: 'id' })),
    });
    await scheduler.flush();
    const peer = await agent('oak');
    const oak = natsMessenger(await opened(peer), peer, () => 'id');
    expect(await oak.request(subjects.agentSync('oak'), {})).toBe('gild.agent.oak.sync');
    expect(await deniedPublish(scheduler, '_INBOX_oak.x')).toBe(true);
  });

  it('keep the gateway from what only a scheduler may ask, and every service from the subjects of others', async () => {
    const gateway = await opened(await service('gateway'));
    expect(await deniedPublish(gateway, subjects.prepareBuild)).toBe(true);
    expect(await deniedPublish(gateway, subjects.agentSync('oak'))).toBe(true);
    expect(await deniedSubscribe(gateway, 'gild.cmd.>')).toBe(true);
    const registry = await opened(await service('registry'));
    expect(await deniedPublish(registry, subjects.requestBuild)).toBe(true);
    expect(await deniedSubscribe(registry, 'gild.agent.>')).toBe(true);
    expect(await deniedSubscribe(registry, '_INBOX.gateway.>')).toBe(true);
  });

  it('let in nobody without credentials, nor with a name and a password', async () => {
    expect(await once(servicePeer(access(), 'nobody'))).toBeInstanceOf(errors.AuthorizationError);
    const options = {
      ...natsOptions(servicePeer(access(), 'x')),
      waitOnFirstConnect: false,
      reconnect: false,
    };
    const named = connect({ ...options, user: 'sys', pass: 'sys' });
    await expect(named).rejects.toBeInstanceOf(errors.AuthorizationError);
  });

  it('let in nobody whose signature is of another farm, of an account key unknown here, or whose time is over', async () => {
    const { seed, publicKey } = newUserKey();
    const [account, signing] = [createAccount(), createAccount()];
    const stranger = { account: account.getPublicKey(), seed: new TextDecoder().decode(signing.getSeed()) };
    const user = { name: 'oak', publicKey, grants: agentGrants('oak') };
    const forged = await userJwt(user, { account: identity.farm.publicKey, seed: stranger.seed });
    const foreign = await userJwt(user, stranger);
    for (const jwt of [forged, foreign])
      expect(await once(agentPeer(access({ credentials: () => ({ jwt, seed }) }), 'oak'))).toBeInstanceOf(
        errors.AuthorizationError,
      );
    const past = new Date(Date.now() - 60_000).toISOString();
    expect(await once(await agent('oak', past))).toBeInstanceOf(errors.AuthorizationError);
  });

  it('let in nobody who shows what was signed for another key', async () => {
    const good = await agent('oak');
    const { seed } = newUserKey();
    const stolen = { ...good, credentials: () => ({ jwt: good.credentials?.().jwt ?? '', seed }) };
    expect(await once(stolen)).toBeInstanceOf(errors.AuthorizationError);
  });

  it('are told apart at their next connection by renewed credentials', async () => {
    const renewed = await agent('oak');
    let current = await agent('oak', new Date(Date.now() + 15_000).toISOString());
    const problems: string[] = [];
    const peer = { ...current, credentials: () => current.credentials?.() ?? { jwt: '', seed: '' } };
    const connection = await connectNats(peer, (problem) => problems.push(problem));
    open.add(connection);
    const back = reconnected(connection);
    current = renewed;
    await back;
    expect(problems.join('\n')).toContain('have expired');
    expect(await deniedPublish(connection, subjects.agentSync('oak'))).toBe(false);
  });

  it('do not speak to a server whose certificate is of another authority, and say what to do', async () => {
    const ca = readFileSync(other.ca, 'utf8');
    const good = await agent('oak');
    expect(await once({ ...good, tls: { ca } })).toMatchObject({
      code: expect.stringMatching(/CERT|VERIFY/),
    });
    let trusted: NatsPeer['tls'] = { ca };
    const problem = Promise.withResolvers<string>();
    const peer = {
      ...good,
      get tls() {
        return trusted;
      },
    };
    const connecting = connectNats(peer, problem.resolve);
    expect(await problem.promise).toContain('GILD_NATS_CA names the authority');
    trusted = good.tls;
    open.add(await connecting);
  });

  it('row 6: find a NATS that was killed and has an empty store by themselves', async () => {
    const peer = await agent('oak');
    const connection = await opened(peer);
    const back = reconnected(connection);
    await server.kill();
    server.start();
    await back;
    expect(await deniedPublish(connection, subjects.agentSync('oak'))).toBe(false);
    expect(await deniedPublish(connection, subjects.agentSync('elm'))).toBe(true);
  });

  it('are asked for encryption before they say anything', async () => {
    const socket = connectTcp(server.port, '127.0.0.1');
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.once('data', (bytes) => resolve(bytes.toString()));
    expect(await promise).toMatch(/"tls_required":true/);
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined).write('CONNECT {"verbose":false}\r\nPING\r\n');
    await closed;
  });
});
