import { Fault } from '@gild/ports';
import type { AptWorkspace } from './apt-workspace.js';
import { closeNames } from './close-names.js';

const every = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const notFound = async (names: readonly string[], apt: AptWorkspace): Promise<Fault> => {
  const known = (await apt.run(['apt-cache', 'pkgnames'])).output.split('\n');
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
  const rows = (await apt.run(['apt-cache', 'madison', '--', name])).output.split('\n');
  const available = [...new Set(rows.map((row) => row.split('|')[1]?.trim()).filter(Boolean))];
  return new Fault(
    'VERSION_NOT_FOUND',
    `${name} has no version ${version}; available: ${available.join(', ') || 'none'}.`,
  );
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
