import { actorOf } from '../client/actor.js';
import { describeEndpoint, requestOptions, urlEndpoint } from '../client/endpoint.js';
import { faultText } from '../fault-text.js';
import { homeOf } from './home.js';
import { layerCacheBytes } from './layer-cache-bytes.js';
import { slotsIn } from './slots.js';
import { testingHome } from './testing-home.js';
import { parseListen } from './tcp-listener.js';
import { undoStack } from './undo.js';

describe('the home of a farm', () => {
  it.each([
    [{ GILD_HOME: '/srv/gild', HOME: '/home/ada' }, '/srv/gild'],
    [{ GILD_HOME: '', XDG_DATA_HOME: '/data', HOME: '/home/ada' }, '/data/gild'],
    [{ GILD_HOME: '', XDG_DATA_HOME: '', HOME: '/home/ada' }, '/home/ada/.local/share/gild'],
  ])('of %j is %s: an empty variable counts as unset', (env, root) => {
    expect(homeOf(env).root).toBe(root);
  });
});

describe('the catalogue of a farm', () => {
  it('is what is shipped, then what the home has, then the folders of GILD_TASKSERVS', () => {
    const [shipped, ...others] = homeOf({ GILD_HOME: '/srv/gild', GILD_TASKSERVS: '/a:/b' }).catalogue;
    expect(shipped).toMatch(/taskservs$/);
    expect(others).toStrictEqual(['/srv/gild/taskservs', '/a', '/b']);
  });

  it('of a test is what is put into it, in a state of its own beside the shared cache', () => {
    const home = testingHome(homeOf({ GILD_HOME: '/srv/gild' }));
    expect(home).toMatchObject({
      root: '/srv/gild/taskserv-tests',
      cache: '/srv/gild/cache',
      scratch: '/srv/gild/taskserv-tests/scratch',
      catalogue: [home.userTaskservs],
    });
    for (const kept of [home.events, home.objects, home.signingKey, home.userTaskservs])
      expect(kept.startsWith(`${home.state}/`)).toBe(true);
  });
});

describe('who asks', () => {
  const userName = () => 'ada';
  const noPasswdEntry = () => {
    throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
  };

  it('is who GILD_ACTOR says, else the user, else the number of a user without a name', () => {
    expect(actorOf({ GILD_ACTOR: 'ci' }, { userName, uid: 1 })).toBe('ci');
    expect(actorOf({ GILD_ACTOR: '' }, { userName, uid: 1 })).toBe('ada');
    expect(actorOf({}, { userName: noPasswdEntry, uid: 1234 })).toBe('1234');
  });
});

it('reaches a GILD_URL with an IPv6 address', () => {
  expect(requestOptions(urlEndpoint('http://[::1]:7440', undefined), '/v1/jobs')).toMatchObject({
    hostname: '::1',
    port: '7440',
    path: '/v1/jobs',
  });
});

describe('what is wrong with a server to talk to', () => {
  const refusal = (url: string, token?: string): string => {
    try {
      return describeEndpoint(urlEndpoint(url, token));
    } catch (error) {
      return faultText(error).text;
    }
  };

  it.each(['user:secret@farm:7440', 'ftp://user:secret@farm', 'http//user:secret@farm'])(
    'is said of %s without its password',
    (url) => {
      expect(refusal(url)).toMatch(/^GILD_URL: expected an http or https URL, found ".*farm/);
      expect(refusal(url)).not.toContain('secret');
    },
  );

  it('is said of a sound URL without its password too', () => {
    expect(refusal('https://user:secret@farm:7440/gild')).toBe('https://farm:7440/gild');
  });

  it('is a token that cannot be sent, which is not shown', () => {
    expect(refusal('http://farm', 'secret\r')).toBe(
      'GILD_TOKEN: it has a character that cannot be sent: is there a line break at its end?',
    );
  });
});

describe('--listen', () => {
  it('takes HOST:PORT, an IPv6 address in brackets', () => {
    expect(parseListen('127.0.0.1:7440')).toEqual({ host: '127.0.0.1', port: 7440 });
    expect(parseListen('[::1]:0')).toEqual({ host: '::1', port: 0 });
  });

  it.each(['7440', '::1:7440', 'localhost', 'localhost:65536', '[]:1'])('refuses %s', (text) => {
    expect(() => parseListen(text)).toThrow(/expected HOST:PORT/);
  });
});

describe('what was opened', () => {
  it('is closed once, the last first, also after a step that fails', async () => {
    const closed: string[] = [];
    const undo = undoStack();
    undo.add(() => closed.push('lock'));
    undo.add(() => {
      closed.push('store');
      throw new Error('disk full');
    });
    undo.add(async () => closed.push('socket'));
    await expect(undo.run()).rejects.toThrow('disk full');
    await undo.run();
    expect(closed).toEqual(['socket', 'store', 'lock']);
  });
});

describe('how much layers may take', () => {
  it('is told in GiB, or left to the builder', () => {
    expect(layerCacheBytes({ GILD_LAYER_CACHE_GIB: '2' })).toBe(2_147_483_648);
    expect(layerCacheBytes({})).toBeUndefined();
  });

  it('is refused by its name when it is no such number', () => {
    expect(() => layerCacheBytes({ GILD_LAYER_CACHE_GIB: 'much' })).toThrow(
      'GILD_LAYER_CACHE_GIB: expected a whole number of GiB, at least 1',
    );
  });
});

describe('how many builds a host works on at once', () => {
  it('is what the environment says, else nothing', () =>
    expect([slotsIn({ GILD_SLOTS: '2' }), slotsIn({})]).toStrictEqual([2, undefined]));
  it('is refused when it is no number of builds', () =>
    expect(() => slotsIn({ GILD_SLOTS: 'many' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: 'GILD_SLOTS: expected a whole number from 1 to 64',
      }),
    ));
});
