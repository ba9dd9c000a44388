import type { Taskserv } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { nearestNames } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { NowQuery, parseRequest, TaskservQuery } from '../requests.js';
import { everyTaskserv } from './every-taskserv.js';

/** Questions about the catalogue, which lies in files and has no past. Fault: INVALID_DOCUMENT while one of them is wrong. */
export type CatalogueQueries = {
  /** Every taskserv, by name. */
  taskservs(query?: unknown): Promise<Taskserv[]>;
  /** `{ name }`. Fault: TASKSERV_NOT_FOUND. */
  taskserv(query: unknown): Promise<Taskserv>;
};

export const catalogueQueries = ({ catalogue }: RegistryDeps): CatalogueQueries => ({
  taskservs: async (query) => {
    parseRequest(NowQuery, query);
    const all = await everyTaskserv(catalogue);
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  taskserv: async (query) => {
    const { name } = parseRequest(TaskservQuery, query);
    const all = await everyTaskserv(catalogue);
    const found = all.find((taskserv) => taskserv.name === name);
    if (found === undefined) throw notFound(name, all);
    return found;
  },
});

const notFound = (name: string, all: readonly Taskserv[]): Fault => {
  const near = nearestNames(
    name,
    all.map((taskserv) => taskserv.name),
  );
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`gild taskserv ls` lists all';
  return new Fault('TASKSERV_NOT_FOUND', `no taskserv is called ${name}: ${hint}`);
};
