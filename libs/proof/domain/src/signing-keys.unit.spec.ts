import { accept, scenario } from '@gild/kernel';
import { signingKeys } from './signing-keys.js';

const key = (publicKey: string) => ({ keyId: 'c74f20a3', publicKey, name: 'gild/local' });
const introduced = (publicKey: string) => ({ type: 'SigningKeyIntroduced', data: key(publicKey) }) as const;
const introduce = (publicKey: string) => ({ type: 'IntroduceSigningKey', data: key(publicKey) }) as const;
const given = scenario(signingKeys);

describe('the signing keys', () => {
  it('are introduced at their first use', () =>
    expect(given(introduced('a')).when(introduce('b'))).toStrictEqual(accept(introduced('b'))));
  it('are introduced once', () =>
    expect(given(introduced('a'), introduced('b')).when(introduce('a'))).toStrictEqual(accept()));
});
