import { hex } from '@gild/proof-domain';
import { sha256OfBytes } from '@gild/node-runtime';
import { newSigner, PublishedUnderTest } from '../provenance/published-under-test.spec.js';
import { signerOf } from './log-origin.js';

describe('the name of a log', () => {
  let farm: PublishedUnderTest;
  const [first, other] = [newSigner(), newSigner()];
  beforeEach(() => {
    farm = new PublishedUnderTest();
  });
  const nameWith = async (key = first, wanted?: string) => (await signerOf(key, farm.deps(), wanted)).name;

  it('follows from its first key, so that no two logs share one', async () => {
    expect(await nameWith()).toBe(`gild/${hex(sha256OfBytes(first.publicKey)).slice(0, 32)}`);
    expect(await nameWith(other)).not.toBe(await nameWith(first));
  });

  it('is the one that was asked for', async () =>
    expect(await nameWith(first, 'images.example.org/log')).toBe('images.example.org/log'));

  it('stays what it was, whatever key signs now and whatever is asked for, also of a log of an older release', async () => {
    await farm.sign(); // as gild/local
    expect(await nameWith(other)).toBe('gild/local');
    expect(await nameWith(other, 'images.example.org/log')).toBe('gild/local');
  });

  it('is the one the first of two processes gave it; the other signs nothing', async () => {
    farm.signer = await signerOf(first, farm.deps());
    const late = await signerOf(other, farm.deps());
    await farm.sign();
    const signed = [...farm.contents.keys()];
    await farm.sign({ signer: late });
    expect(farm.refused).toMatchObject([
      { code: 'SETTINGS_INVALID', message: expect.stringContaining(`is named ${farm.signer.name}`) },
    ]);
    expect([...farm.contents.keys()]).toStrictEqual(signed);
  });

  it('is named where a kept checkpoint is of another log', async () => {
    await farm.sign();
    const { checkpoint } = await farm.audit.checkpoint();
    const elsewhere = new PublishedUnderTest();
    elsewhere.signer = await signerOf(first, elsewhere.deps());
    await elsewhere.sign();
    expect((await elsewhere.audit.verify({ checkpoint })).kept).toMatchObject({
      verdict: 'not-signed',
      message: `the kept checkpoint is of the log gild/local, and this is the log ${elsewhere.signer.name}`,
    });
  });
});
