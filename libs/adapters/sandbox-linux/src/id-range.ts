import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { Fault } from '@gild/ports';

/** The ids of the host that stand for the ids 0–65535 (root) or 1–65535 (anybody else) inside. */
export type IdRange = { uid: { first: number; count: number }; gid: { first: number; count: number } };

const RANGE_SIZE = 65_536;

/**
 * Root may map ids that /etc/subuid does not grant it. This is the last range of the 524288–1879048191 that systemd
 * sets aside for containers, so no account of the host lives there.
 */
export const ROOT_RANGE = { first: 1_878_982_656, count: RANGE_SIZE };

/** The first range of a subordinate id file that belongs to the user, by name or number, and is large enough. */
export const subordinateRange = (file: string, user: { name: string; id: number }) =>
  file
    .split('\n')
    .map((line) => line.trim().split(':'))
    .filter(([owner]) => owner === user.name || owner === String(user.id))
    .map(([, first, count]) => ({ first: Number(first), count: Number(count) }))
    .find(({ first, count }) => Number.isSafeInteger(first) && count >= RANGE_SIZE - 1);

const readRange = async (path: string, user: { name: string; id: number }) => {
  const range = subordinateRange(await readFile(path, 'utf8').catch(() => ''), user);
  if (range && (user.id !== 0 || range.count >= RANGE_SIZE)) return { first: range.first, count: RANGE_SIZE };
  if (user.id === 0) return ROOT_RANGE;
  throw new Fault(
    'SANDBOX_UNAVAILABLE',
    `${path} grants the user ${user.name} no range of ${RANGE_SIZE} ids, which building a file system without root ` +
      `needs. Have an administrator run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user.name}`,
  );
};

export const currentIdRange = async (): Promise<IdRange> => {
  const { username, uid } = userInfo();
  const user = { name: username, id: uid };
  return { uid: await readRange('/etc/subuid', user), gid: await readRange('/etc/subgid', user) };
};
