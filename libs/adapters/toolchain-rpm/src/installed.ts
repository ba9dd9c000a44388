import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch, InstalledPackage } from '@gild/contracts';
import { lastLines, readableFolder, wholeOutput } from '@gild/layer-steps';
import { Fault, type Sandbox, type WorkContext } from '@gild/ports';

const FORMAT = '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{SOURCERPM} %{LICENSE}\\n';
const LINE = /^(\S+) (?:0:|(?=[1-9]\d*:))(\S+-\S+) (\S+) (\S+)(?: (.*))?$/;

/** `bash-5.2.37-1.fc43.src.rpm` is made from the source package bash; it names no epoch. */
const SOURCE_FILE = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/;

type Source = Pick<InstalledPackage, 'source' | 'sourceVersion'>;

const sourceOf = (file: string, name: string, version: string): Source => {
  const own = version.replace(/^\d+:/, '');
  const [, source = name, sourceVersion = own] = SOURCE_FILE.exec(file) ?? [];
  return { source, ...(sourceVersion !== own && { sourceVersion }) };
};

const licenseOf = (text = '(none)'): Pick<InstalledPackage, 'license'> =>
  text === '' || text === '(none)' ? {} : { license: text };

const installedPackage = (line: string): InstalledPackage | undefined => {
  const [, name = '', version = '', arch = '', file = '', license] = LINE.exec(line) ?? [];
  if (name === '' || name === 'gpg-pubkey') return undefined;
  return { name, version, arch, ...sourceOf(file, name, version), ...licenseOf(license) };
};

/** Packages as `rpm -qa` lists them in the format above, sorted by name. Keys that rpm keeps among them are none. */
export const parseInstalled = (text: string): InstalledPackage[] =>
  text
    .split('\n')
    .flatMap((line) => installedPackage(line) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.arch < b.arch ? -1 : 1));

/**
 * What the image's own rpm finds in its database; the database's kind and place are its own business. To read it, it has to
 * write beside it, so the image is shown with a folder on top that goes away.
 */
export const installedPackages = async (
  sandbox: Sandbox,
  { arch, lower }: { arch: Arch; lower: readonly string[] },
  context: WorkContext,
): Promise<readonly InstalledPackage[]> => {
  const folder = await readableFolder(await mkdtemp(join(context.workDir, 'asked-')));
  const upper = await readableFolder(join(folder, 'upper'));
  try {
    const output = wholeOutput('rpm');
    const { exitCode } = await sandbox.run({
      argv: ['rpm', '-qa', '--queryformat', FORMAT],
      lower,
      upper,
      root: 'image',
      arch,
      onOutput: output.add,
      idleLimitMs: context.idleLimitMs,
      signal: context.signal,
    });
    if (exitCode === 0) return parseInstalled(output.text());
    throw new Fault(
      'PACKAGE_FAILED',
      `The image's package database could not be read. rpm says:\n${lastLines(output.text())}`,
    );
  } finally {
    await sandbox.remove(folder);
  }
};
