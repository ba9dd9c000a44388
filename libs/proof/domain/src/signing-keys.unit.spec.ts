import { accept, reject, scenario } from '@gild/kernel';
import { signingKeys } from './signing-keys.js';

const key = (keyId: string) => ({ keyId, publicKey: `PEM of ${keyId}`, name: 'gild/local' });
const introduced = (keyId: string) => ({ type: 'SigningKeyIntroduced', data: key(keyId) }) as const;
const introduce = (keyId: string) => ({ type: 'IntroduceSigningKey', data: key(keyId) }) as const;
const rotation = { ...key('b'), from: 'a', by: 'ada', signature: 'AA==' };
const rotate = { type: 'RotateSigningKey', data: rotation } as const;
const rotated = { type: 'SigningKeyRotated', data: rotation } as const;
const revocation = { keyId: 'a', by: 'ada', reason: 'stolen' };
const revoke = (inUse: string, keyId = 'a') =>
  ({ type: 'RevokeSigningKey', data: { ...revocation, keyId, inUse } }) as const;
const revoked = { type: 'SigningKeyRevoked', data: revocation } as const;
const given = scenario(signingKeys);

describe('the signing keys', () => {
  it('are introduced at their first use, the later ones with the key they replace', () => {
    expect(given().when(introduce('a'))).toStrictEqual(accept(introduced('a')));
    expect(given(introduced('a')).when(introduce('b'))).toStrictEqual(
      accept({ type: 'SigningKeyIntroduced', data: { ...key('b'), replaces: 'a' } }),
    );
  });

  it('keep the name of the log that the first was recorded with', () =>
    expect(
      given(introduced('a')).when({ type: 'IntroduceSigningKey', data: { ...key('b'), name: 'gild/other' } }),
    ).toStrictEqual(reject({ code: 'ORIGIN_DIFFERS', origin: 'gild/local' })));

  it('are introduced once, and again when they are taken back into use', () => {
    const both = [introduced('a'), introduced('b')];
    expect(given(...both).when(introduce('b'))).toStrictEqual(accept());
    const again = { type: 'SigningKeyIntroduced', data: { ...key('a'), replaces: 'b' } } as const;
    expect(given(...both).when(introduce('a'))).toStrictEqual(accept(again));
    expect(given(...both, again).when(introduce('a'))).toStrictEqual(accept());
    expect(given(...both, again).when(revoke('a', 'c'))).toStrictEqual(
      reject({ code: 'KEY_NOT_FOUND', known: ['b', 'a'] }),
    );
    expect(given(introduced('a'), rotated).when(introduce('b'))).toStrictEqual(accept());
  });

  it('are rotated once', () => {
    expect(given(introduced('a')).when(rotate)).toStrictEqual(accept(rotated));
    expect(given(introduced('a'), rotated).when(rotate)).toStrictEqual(accept());
  });

  it('are revoked once another one is in use', () => {
    const then = given(introduced('a'), rotated);
    expect(then.when(revoke('b'))).toStrictEqual(accept(revoked));
    expect(then.when(revoke('a'))).toStrictEqual(reject({ code: 'KEY_IN_USE' }));
    expect(then.when(revoke('b', 'c'))).toStrictEqual(reject({ code: 'KEY_NOT_FOUND', known: ['a', 'b'] }));
    expect(given(introduced('a'), rotated, revoked).when(revoke('b'))).toStrictEqual(accept());
  });

  it.each([
    ['2026-03-01T00:00:00Z', '2026-02-01T00:00:00Z', true],
    ['2026-03-01T00:00:00Z', undefined, true],
    ['2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', false],
    ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', false],
    [undefined, '2026-03-01T00:00:00Z', false],
  ])('revoked since %s are revoked again since %s: %s', (first, then, isRecorded) => {
    const sinceOf = (since?: string) => ({ ...revocation, ...(since !== undefined && { since }) });
    const before = { type: 'SigningKeyRevoked', data: sinceOf(first) } as const;
    const again = { type: 'RevokeSigningKey', data: { ...sinceOf(then), inUse: 'b' } } as const;
    expect(given(introduced('a'), rotated, before).when(again)).toStrictEqual(
      isRecorded ? accept({ type: 'SigningKeyRevoked', data: sinceOf(then) }) : accept(),
    );
  });

  it('are not taken into use again once they are revoked', () =>
    expect(given(introduced('a'), rotated, revoked).when(introduce('a'))).toStrictEqual(
      reject({ code: 'KEY_REVOKED' }),
    ));
});
