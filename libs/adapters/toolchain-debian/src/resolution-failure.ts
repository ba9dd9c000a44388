import { closeNames } from '@gild/layer-steps';
import { Fault } from '@gild/ports';
import type { AptWorkspace } from './apt-workspace.js';

const every = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const packageNames = async (apt: AptWorkspace): Promise<string[]> =>
  (await apt.read(['apt-cache', 'pkgnames'])).output.split('\n');

const notFound = async (names: readonly string[], apt: AptWorkspace): Promise<Fault> => {
  const known = await packageNames(apt);
  const described = names.map((name) => {
    const close = closeNames(name, known);
    return close.length > 0 ? `${name} (close: ${close.join(', ')})` : name;
  });
  return new Fault(
    'PACKAGE_NOT_FOUND',
    `The repositories have no package ${described.join(', no package ')}.`,
  );
};

const noVersion = async (name: string, version: string, apt: AptWorkspace): Promise<Fault> => {
  const rows = (await apt.read(['apt-cache', 'madison', '--', name])).output.split('\n');
  const available = [...new Set(rows.map((row) => row.split('|')[1]?.trim()).filter(Boolean))];
  return new Fault(
    'VERSION_NOT_FOUND',
    `${name} has no version ${version}; available: ${available.join(', ') || 'none'}.`,
  );
};

/** apt takes a plus at the end of a name that no package has for its own word for installing the rest of it. */
export const refuseModified = async (names: readonly string[], apt: AptWorkspace): Promise<void> => {
  const suspects = names.filter((name) => name.endsWith('+') && !name.includes('='));
  if (suspects.length === 0) return;
  const known = new Set(await packageNames(apt));
  const unknown = suspects.filter((name) => !known.has(name));
  if (unknown.length > 0) throw await notFound(unknown, apt);
};

/** What apt's refusal means. */
export const resolutionFailure = async (layer: string, output: string, apt: AptWorkspace): Promise<Fault> => {
  const unknown = [
    ...every(/Unable to locate package (\S+)/g, output),
    ...every(/Package ['‘](\S+?)['’] has no installation candidate/g, output),
  ];
  if (unknown.length > 0) return notFound(unknown, apt);
  const pin = /Version ['‘](.+?)['’] for ['‘](.+?)['’] was not found/.exec(output);
  if (pin) return noVersion(pin[2] ?? '', pin[1] ?? '', apt);
  const reasons = output
    .split('\n')
    .filter((line) => /^(E:| \S| {2,})/.test(line))
    .slice(-15);
  return new Fault(
    'PACKAGE_CONFLICT',
    `The packages of layer ${layer} do not fit together:\n${reasons.join('\n')}`,
  );
};
