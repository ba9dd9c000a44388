import { memoryObjectStore } from '@gild/testing';
import { storedPackages } from './stored-packages.js';

it('does not ask the object store for a list that is larger than any can be', async () => {
  const list = (sizeBytes: number) => ({ key: 'packages/x.json', sha256: 'a'.repeat(64), sizeBytes });
  const read = (sizeBytes: number) => storedPackages(memoryObjectStore(), list(sizeBytes), 'web@1.0.0');
  await expect(read(2 ** 26)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  await expect(read(2 ** 26 + 1)).rejects.toMatchObject({
    code: 'ARTIFACT_DAMAGED',
    message: 'web@1.0.0: packages/x.json is larger than a list of packages can be',
  });
});
