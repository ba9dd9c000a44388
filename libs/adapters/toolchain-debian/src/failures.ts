import { lastLines, noSpace } from '@gild/layer-steps';
import { Fault } from '@gild/ports';

const UNREACHABLE =
  /Could not resolve|Could not connect|Temporary failure|Connection (timed out|failed|refused)|Network is unreachable|Unable to connect|Failed to fetch|Unable to fetch|\b(408|429|5\d\d) {2}|Hash Sum mismatch|File has unexpected size/;

const errorLines = (output: string): string => {
  const lines = output.split('\n').filter((line) => /^(E|Err|W):|^\s{2,}\S/.test(line));
  return (lines.length > 0 ? lines : output.trimEnd().split('\n')).slice(-12).join('\n');
};

/** Why fetching failed. */
export const fetchFailure = (what: string, output: string): Fault => {
  const full = noSpace(what, output);
  if (full) return full;
  if (/NO_PUBKEY|is not signed|EXPKEYSIG|BADSIG|REVKEYSIG/.test(output))
    return new Fault(
      'REPOSITORY_UNTRUSTED',
      `${what}: a repository is not signed by its pinned key.\n${errorLines(output)}`,
    );
  const retryable = UNREACHABLE.test(output);
  return new Fault('MIRROR_UNREACHABLE', `${what}: a mirror could not be read.\n${errorLines(output)}`, {
    retryable,
  });
};

/** Why installing failed, with the end of what was printed. */
export const installFailure = (layer: string, output: string): Fault => {
  const full = noSpace(`Installing the packages of layer ${layer}`, output);
  if (full) return full;
  const named = /Errors were encountered while processing:\n((?: .+\n?)+)/.exec(output)?.[1];
  const culprits = named ? ` (${named.trim().split(/\s+/).join(', ')})` : '';
  return new Fault(
    'PACKAGE_FAILED',
    `Installing the packages of layer ${layer} failed${culprits}. The last it printed:\n${lastLines(output)}`,
  );
};
