import { ObjectGrantRequest, type StoredObject } from '@gild/contracts';
import { failureIn, farm } from './builder-under-test.spec.js';

/** The stores of attempts without keys: what an attempt writes is asked for in its name, and a request that says more is refused. */
const granting = () => {
  const at = farm();
  const asked: ObjectGrantRequest[] = [];
  at.deps.objectsOf = (which) => {
    const granted = async <T extends StoredObject>(ask: 'put' | 'begin', storing: Promise<T>): Promise<T> => {
      const stored = await storing;
      const object = { key: stored.key, sha256: stored.sha256, sizeBytes: stored.sizeBytes };
      asked.push(ObjectGrantRequest.parse({ ask, ...which, object }));
      return stored;
    };
    return {
      ...at.objects,
      put: (key, bytes, expectSha256) => granted('put', at.objects.put(key, bytes, expectSha256)),
      putFile: (key, path, how) => granted('begin', at.objects.putFile(key, path, how)),
    };
  };
  return { ...at, asked };
};

it('asks for all that it stores by the name of its attempt alone, which is all that the registry lets pass', async () => {
  const { asked, store, build } = granting();
  const facts = await build(await store(['nginx']), { jobId: 'granted', attempt: 3 });
  expect(failureIn(facts)).toBeUndefined();
  expect(facts.at(-1)?.type).toBe('ArtifactReported');
  const kinds = asked.map((it) => ('object' in it ? (it.object.key.split('/')[0] ?? '') : it.ask));
  expect([...new Set(kinds)].toSorted()).toStrictEqual([
    ...['images', 'layers', 'logs', 'package-states', 'packages'],
  ]);
  for (const it of asked) expect(it).toMatchObject({ jobId: 'granted', attempt: 3 });
});
