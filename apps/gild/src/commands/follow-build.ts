import type { GoldenImageBuildJob } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import type { HttpClient } from '../client/http-client.js';
import { buildReport } from '../output/build-report.js';
import { apiPath, type Context, get } from './context.js';

const REDRAW_MS = 200;

/**
 * Follows a job until it has ended and returns its last document. The first Ctrl-C asks the farm to cancel and goes on
 * following, so that the end that is reported is the real one.
 */
export const followBuild = async (
  jobId: string,
  { context, client, quiet }: { context: Context; client: HttpClient; quiet: boolean },
): Promise<GoldenImageBuildJob> => {
  const { terminal, interrupted } = context;
  const report = buildReport(terminal, Date.now);
  const redraw = quiet ? undefined : setInterval(report.draw, REDRAW_MS);
  const cancel = () => void cancelBuild(jobId, context, client);
  if (interrupted.aborted) cancel();
  interrupted.addEventListener('abort', cancel, { once: true });
  try {
    const call = { method: 'GET', path: apiPath(['jobs', jobId, 'events']) };
    for await (const { event, data } of client.events(call)) {
      if (event === 'job' && !quiet) report.update(data as GoldenImageBuildJob);
    }
  } finally {
    clearInterval(redraw);
    interrupted.removeEventListener('abort', cancel);
    terminal.clearStatus();
  }
  return (await get(client, apiPath(['jobs', jobId]))) as GoldenImageBuildJob;
};

const cancelBuild = async (jobId: string, { terminal }: Context, client: HttpClient): Promise<void> => {
  terminal.note('cancelling the build; press Ctrl-C again to leave at once');
  try {
    const body = { reason: 'interrupted' };
    await client.json({ method: 'POST', path: apiPath(['jobs', jobId, 'cancellation']), body });
  } catch (error) {
    if (faultCode(error) === 'JOB_ENDED') return;
    terminal.note(`could not cancel: ${error instanceof Error ? error.message : String(error)}`);
  }
};
