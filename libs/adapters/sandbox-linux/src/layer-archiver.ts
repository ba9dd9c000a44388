import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chown, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { digestFile, saysNoSpace, syncPath } from '@gild/node-runtime';
import { Fault, type LayerArchive, type LayerArchiver, type Sandbox } from '@gild/ports';

/** What overlayfs notes for itself (file handles, inode numbers) says nothing about the tree and differs every time. */
const OVERLAY_NOTES = ['origin', 'impure', 'nlink', 'uuid', 'protattr'];

const XATTRS = [
  '--acls',
  '--xattrs',
  '--xattrs-include=*',
  ...OVERLAY_NOTES.map((note) => `--xattrs-exclude=user.overlay.${note}`),
];

// Many threads give the same bytes as one: zstd cuts its input by size, never by the number of workers.
const PACK = [
  'tar',
  '--create',
  '--file=/run/archive',
  '--use-compress-program=zstd -1 -T0 --quiet',
  '--format=posix',
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
  '--sort=name',
  '--numeric-owner',
  ...XATTRS,
  '.',
];

const UNPACK = [
  'tar',
  '--extract',
  '--file=-',
  '--use-compress-program=zstd',
  '--numeric-owner',
  '--same-owner',
  ...XATTRS,
];

/** `cd` to the tree, whose place only the sandbox knows, then the command as it stands. */
const inTree = (argv: readonly string[]) => ['sh', '-c', 'cd "$GILD_ROOT" && exec "$@"', 'sh', ...argv];

const REMEMBERED = 4_000;

const tail = () => {
  let text = '';
  return {
    add: (chunk: Uint8Array) => void (text = (text + Buffer.from(chunk).toString()).slice(-REMEMBERED)),
    text: () => text.trim(),
  };
};

const failure = (what: string, output: string): Fault =>
  saysNoSpace(output)
    ? new Fault('NO_SPACE', `${what}: no space left on the device. Free some and try again.`, {
        retryable: true,
      })
    : new Fault('ARCHIVE_FAILED', `${what}: ${output || 'tar gave no reason'}`);

const damaged = (archive: LayerArchive, found: string): Fault =>
  new Fault(
    'LAYER_DAMAGED',
    `${archive.path} is damaged: expected sha256 ${archive.sha256}, found ${found}.`,
  );

const chunksOf = (path: string): AsyncIterable<Buffer> => createReadStream(path, { highWaterMark: 1 << 20 });

/** Root's sandbox gives the file to the namespace; the store's other files belong to this process. */
const takeBack = async (path: string): Promise<void> => {
  if (process.getuid?.() === 0) await chown(path, 0, 0);
};

const pack =
  (sandbox: Sandbox): LayerArchiver['pack'] =>
  async (tree, archivePath, signal) => {
    const temporary = `${archivePath}.partial-${process.pid}`;
    const output = tail();
    try {
      await (await open(temporary, 'w', 0o644)).close();
      const { exitCode } = await sandbox.run({
        argv: inTree(PACK),
        lower: [tree],
        root: 'host',
        binds: [{ source: temporary, target: '/run/archive' }],
        onOutput: output.add,
        signal,
      });
      if (exitCode !== 0) throw failure(`Packing ${tree} failed`, output.text());
      await takeBack(temporary);
      const [content] = await Promise.all([digestFile(temporary), syncPath(temporary)]);
      await rename(temporary, archivePath);
      await syncPath(dirname(archivePath));
      return { path: archivePath, ...content };
    } finally {
      await rm(temporary, { force: true });
    }
  };

type Extraction = { archive: LayerArchive; tree: string; signal: AbortSignal };

const extract = async (sandbox: Sandbox, { archive, tree, signal }: Extraction): Promise<void> => {
  const hash = createHash('sha256');
  const output = tail();
  const bytes = async function* () {
    for await (const chunk of chunksOf(archive.path)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const run = {
    argv: inTree(UNPACK),
    lower: [],
    upper: tree,
    root: 'host',
    onOutput: output.add,
    signal,
  } as const;
  const { exitCode } = await sandbox.run({ ...run, stdin: bytes() });
  const found = exitCode === 0 ? hash.digest('hex') : (await digestFile(archive.path)).sha256;
  if (found !== archive.sha256) throw damaged(archive, found);
  if (exitCode !== 0) throw failure(`Unpacking ${archive.path} failed`, output.text());
};

const unpack =
  (sandbox: Sandbox): LayerArchiver['unpack'] =>
  async (archive, tree, signal) => {
    if (!(await stat(archive.path).catch(() => undefined))) throw damaged(archive, 'no file');
    try {
      await mkdir(tree, { recursive: true });
      await extract(sandbox, { archive, tree, signal });
    } catch (error) {
      await sandbox.remove(tree);
      throw error;
    }
  };

/** Layers as zstd-compressed pax archives made by tar inside the namespace, where owners have their real numbers. */
export const layerArchiver = (sandbox: Sandbox): LayerArchiver => ({
  pack: pack(sandbox),
  unpack: unpack(sandbox),
});
