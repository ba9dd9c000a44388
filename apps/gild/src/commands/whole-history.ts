import { Fault } from '@gild/ports';
import type { HttpClient } from '../client/http-client.js';
import { apiPath, get } from './context.js';

export type ToldEvent = { position: string; time: string; actor: string; sentence: string };
export type HistoryEntry = ToldEvent & { causes?: ToldEvent[] };
type Page = { entries: HistoryEntry[]; next?: string; at?: string };

/** `asPrinted`: without what people are not shown. */
type Asked = { at?: string | undefined; causes?: 'true' | undefined; asPrinted?: boolean };

const PAGE_MS = 90_000;

/** What an actor did comes in pages, of which many may be empty, all of the same moment. Fault: SUBJECT_NOT_FOUND. */
export const wholeHistory = async (
  subject: string,
  { asPrinted = false, ...query }: Asked,
  client: Pick<HttpClient, 'json'>,
): Promise<{ subject: string; entries: HistoryEntry[] }> => {
  const entries: HistoryEntry[] = [];
  let { at } = query;
  let after: string | undefined;
  do {
    const path = apiPath(['history', subject], { ...query, at, after });
    const page = (await get(client, path, { withinMs: PAGE_MS })) as Page;
    entries.push(...(asPrinted ? page.entries.map(printed) : page.entries));
    after = page.next;
    at ??= page.at;
  } while (after !== undefined);
  if (entries.length > 0) return { subject, entries };
  throw new Fault('SUBJECT_NOT_FOUND', `nothing is recorded about ${subject}`);
};

const printed = ({ causes, ...entry }: HistoryEntry): HistoryEntry => ({
  ...told(entry),
  ...(causes && { causes: causes.map(told) }),
});

const told = ({ position, time, actor, sentence }: ToldEvent): ToldEvent => ({
  ...{ position, time, actor, sentence },
});
