import { Fault } from '@gild/ports';
import { CATALOGUE, registryUnderTest } from '../registry-under-test.spec.js';
import { catalogueQueries } from './catalogue-queries.js';

describe('the catalogue', () => {
  it('is told by name', async () => {
    const all = await registryUnderTest().registry.taskservs();
    expect(all.map(({ name }) => name)).toStrictEqual(['containerd', 'kubernetes', 'nginx', 'redis']);
  });

  it('tells one taskserv', async () => {
    const { registry } = registryUnderTest();
    expect(await registry.taskserv({ name: 'kubernetes' })).toStrictEqual(CATALOGUE[3]);
  });

  it('names the nearest for a name it lacks, or says where all are', async () => {
    const { registry } = registryUnderTest();
    await expect(registry.taskserv({ name: 'ngnix' })).rejects.toMatchObject({
      code: 'TASKSERV_NOT_FOUND',
      message: 'no taskserv is called ngnix: did you mean nginx?',
    });
    await expect(registry.taskserv({ name: 'zzzzzzzz' })).rejects.toThrow('`gild taskserv ls` lists all');
  });

  it('has no past', async () => {
    await expect(registryUnderTest().registry.taskservs({ at: '7' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  it('says what is wrong with it to whoever can mend it', async () => {
    const broken = {
      all: () => Promise.reject(new Fault('CATALOGUE_INVALID', 'web/taskserv.yaml: name: …')),
    };
    const queries = catalogueQueries({ ...registryUnderTest().deps, catalogue: broken });
    await expect(queries.taskservs()).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      message: 'web/taskserv.yaml: name: …',
    });
  });
});
