import { answersOf, subjects } from '@gild/contracts';
import { agentGrants, type Grants, SERVICE_GRANTS, SERVICES } from './permissions.js';

/** NATS subject matching: `*` stands for one token, `>` for all that follow. */
const covers = (pattern: string, subject: string): boolean => {
  const wanted = pattern.split('.');
  const found = subject.split('.');
  const end = wanted.indexOf('>');
  const isLongEnough = end < 0 ? wanted.length === found.length : found.length > end;
  return (
    isLongEnough &&
    wanted.every((token, at) => ['>', '*', found[at]].includes(token) || (end >= 0 && at > end))
  );
};
const mayPublish = ({ publish, neverPublish = [] }: Grants, subject: string) =>
  publish.some((it) => covers(it, subject)) && !neverPublish.some((it) => covers(it, subject));
const mayHear = ({ subscribe }: Grants, subject: string) => subscribe.some((it) => covers(it, subject));

const oak = agentGrants('oak');
const everybody = { ...SERVICE_GRANTS, oak };
const named = Object.values(subjects).map((it) => (typeof it === 'function' ? it('oak', 'oak') : it));

it.each(named)('somebody may say %s, and somebody hears it', (subject) => {
  const speakers = Object.entries(everybody).filter(([, grants]) => mayPublish(grants, subject));
  const listeners = Object.entries(everybody).filter(([, grants]) => mayHear(grants, subject));
  expect(speakers.length).toBeGreaterThan(0);
  expect(listeners.length).toBeGreaterThan(0);
});

it.each(named.filter((subject) => /^gild\.(cmd|qry)\./.test(subject)))(
  'only the service that answers %s hears it, and no agent may say it',
  (subject) => {
    const [, , service] = subject.split('.');
    expect(SERVICES.filter((name) => mayHear(SERVICE_GRANTS[name], subject))).toStrictEqual([service]);
    expect(mayHear(oak, subject) || mayPublish(oak, subject)).toBe(false);
  },
);

it('a scheduler asks the registry for builds, and for what is outdated, and nothing else', () => {
  const asked = named.filter(
    (it) => /^gild\.(cmd|qry)\./.test(it) && mayPublish(SERVICE_GRANTS.scheduler, it),
  );
  expect(asked).toStrictEqual([subjects.prepareBuild, subjects.outdated]);
});

it('a cache manager announces what its cache holds, asks what it needs, and nothing else', () => {
  const asked = named.filter((it) => mayPublish(SERVICE_GRANTS['cache-manager'], it));
  expect(asked).toStrictEqual([
    ...[subjects.job, subjects.version, subjects.policy, subjects.vms],
    ...[subjects.announceHostCache, subjects.hostCache, subjects.diskGrant],
  ]);
});

it('an agent is answered where only it listens, and answers where it alone may speak', () => {
  expect(mayHear(oak, '_INBOX_oak.x')).toBe(true);
  const answer = `${answersOf(subjects.plan('oak'))}.x`;
  expect(mayPublish(oak, answer)).toBe(true);
  expect(mayHear(SERVICE_GRANTS.gateway, answer)).toBe(true);
  expect(mayPublish(agentGrants('elm'), answer)).toBe(false);
});

it('no name of an agent reaches the inbox of a service', () => {
  for (const name of SERVICES) expect(mayHear(agentGrants(name), `_INBOX.${name}.x`)).toBe(false);
});
