import type { RecipeDownload } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** What is to be downloaded, and the layer whose taskserv asks for it. */
export type WantedDownload = RecipeDownload & { layer: string };

/** Why there is no answer now; the next try may have one. */
export const unreachable = ({ url, layer }: WantedDownload, reason: string, cause?: unknown): Fault =>
  new Fault('MIRROR_UNREACHABLE', `Layer ${layer}: ${url} could not be downloaded: ${reason}.`, {
    cause,
    retryable: true,
  });

type Refusal = { what: (url: string) => string; remedy: string };

const NO_ACCESS: Refusal = {
  what: (url) => `access to ${url} was refused`,
  remedy:
    'Downloads carry no user name and password: have the taskserv ask for an address that gives the file to everybody, or the server let this host in.',
};
const NOT_THERE: Refusal = {
  what: (url) => `${url} does not exist there`,
  remedy: 'Have the taskserv ask for an address that has the file.',
};
const REFUSALS: Readonly<Record<number, Refusal>> = { 401: NO_ACCESS, 403: NO_ACCESS };

/** A server's word that stays the same at the next try. */
export const notGiven = ({ url, layer }: WantedDownload, status: number): Fault => {
  const { what, remedy } = REFUSALS[status] ?? NOT_THERE;
  return new Fault('DOWNLOAD_MISMATCH', `Layer ${layer}: ${what(url)} (HTTP status ${status}).\n${remedy}`);
};

/** A proxy wants to be told who asks. */
const WHO_ASKS = 407;

/** Whether it is the proxy on the way that refused, be it as an answer or by making no tunnel to the server. */
export const isRefusedByProxy = (found: { statusCode?: unknown }): boolean => found.statusCode === WHO_ASKS;

/** The next try from this host is refused too. */
export const notPassedOn = ({ url, layer }: WantedDownload): Fault =>
  new Fault(
    'PROXY_INVALID',
    `Layer ${layer}: the proxy on the way to ${url} refused to pass it on (HTTP status ${WHO_ASKS}).\n` +
      'Name the proxy with its user and password in the environment variable that this host has for it.',
  );

/** Another file than the taskserv has the digest of. */
export const otherContent = ({ url, layer, sha256 }: WantedDownload, found: string): Fault =>
  new Fault(
    'DOWNLOAD_MISMATCH',
    [
      `Layer ${layer}: ${url} is not the file that its taskserv asks for.`,
      `Expected: sha256 ${sha256}.`,
      `Found: sha256 ${found}.`,
      'If its publisher has replaced it and you trust the new file, put the found digest into the taskserv; else have the taskserv ask for another address.',
    ].join('\n'),
  );
