import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { becomeOwnerOf, ownerOfFolder } from './folder-owner.js';

const root = mkdtempSync(join(tmpdir(), 'gild-owner-'));
if (process.getuid?.() === 0) chownSync(root, 4321, 4322); // whoever else runs this is not root anyway
afterAll(() => rmSync(root, { recursive: true, force: true }));

const account = (euid: number) => {
  const done: string[] = [];
  return {
    done,
    geteuid: () => euid,
    setgroups: (groups: readonly (string | number)[]) => void done.push(`groups ${groups.join()}`),
    setgid: (gid: string | number) => void done.push(`group ${gid}`),
    setuid: (uid: string | number) => void done.push(`user ${uid}`),
  };
};

it('a folder that is not there yet will belong to whom the nearest one above it does', () => {
  const { uid, gid } = statSync(root);
  expect(ownerOfFolder(join(root, 'deep', 'state'))).toStrictEqual({ uid, gid });
});

it('a folder below a file is refused, with the reason', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => ownerOfFolder(join(root, 'file', 'state'))).toThrow(/cannot be used \(ENOTDIR\)/);
});

it('root becomes the owner of the folder, groups first, while it still may', () => {
  const { uid, gid } = statSync(root);
  const mine = account(0);
  becomeOwnerOf(join(root, 'state'), mine);
  expect(mine.done).toStrictEqual([`groups ${gid}`, `group ${gid}`, `user ${uid}`]);
});

it("a folder of root stays root's", () => {
  const mine = account(0);
  becomeOwnerOf('/gild-is-not-here', mine);
  expect(mine.done).toStrictEqual([]);
});

it('whoever is not root stays who they are', () => {
  const mine = account(1000);
  becomeOwnerOf(root, mine);
  expect(mine.done).toStrictEqual([]);
});
