import { lastLines, noSpace, unreadMirror, withoutUserinfo } from '@gild/layer-steps';
import { Fault } from '@gild/ports';
import { changedContent, type ChangedContent } from './changed-content.js';
import { untrusted } from './untrusted.js';

const UNREACHABLE =
  /Could not resolve|Could not connect|Temporary failure|Connection (timed out|failed|refused)|Network is unreachable|Unable to connect|Failed to fetch|Unable to fetch|\b(408|429|5\d\d) {2}/;

const errorLines = (output: string): string => {
  const lines = output.split('\n').filter((line) => /^(E|Err|W):|^\s{2,}\S/.test(line));
  return (lines.length > 0 ? lines : output.trimEnd().split('\n')).slice(-12).join('\n');
};

/** Why fetching failed, unless a repository is not trusted. */
export const fetchFailure = (what: string, output: string): Fault => {
  const full = noSpace(what, output);
  if (full) return full;
  const changed = changedContent(output);
  if (changed !== undefined) return contentFailure(what, changed);
  return unreadMirror(what, errorLines(output), UNREACHABLE.test(output));
};

/** Why reading the indexes of repositories failed. */
export const readingFailure = async (
  what: string,
  output: string,
  told: Parameters<typeof untrusted>[2],
): Promise<Fault> =>
  noSpace(what, output) ?? (await untrusted(what, output, told)) ?? fetchFailure(what, output);

/** A mirror in the middle of an update does that, so it may be right the next time. */
const contentFailure = (what: string, { address, expected, found }: ChangedContent): Fault =>
  new Fault(
    'MIRROR_UNREACHABLE',
    `${what}: ${withoutUserinfo(address)} is not what the signed index of its repository says.\nExpected: ${expected}.\nFound: ${found}.\n` +
      `A mirror that is being updated is like that for some minutes: try again then. If it stays so, the mirror, or a proxy ` +
      `before it, is broken: have it mended, or name another one under \`mirrors\` in agent.yaml.`,
    { retryable: true },
  );

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
