import { userInfo } from 'node:os';

const thisUser = { userName: () => userInfo().username, uid: process.getuid?.() ?? 0 };

/** Who asks, for the record: `GILD_ACTOR`, else the user's name, else the number of a user without one. */
export const actorOf = (
  env: NodeJS.ProcessEnv,
  { userName, uid }: { userName: () => string; uid: number } = thisUser,
): string => {
  const given = env['GILD_ACTOR'] ?? '';
  return given === '' ? nameOr(uid, userName) : given;
};

const nameOr = (uid: number, userName: () => string): string => {
  try {
    return userName();
  } catch {
    return String(uid); // a container's user often has no entry in passwd
  }
};
