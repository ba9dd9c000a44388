import { EXIT } from '../../exit-codes.js';
import { table } from '../../output/table.js';
import {
  apiPath,
  type CommonOptions,
  type Context,
  get,
  LONG_WORK,
  printer,
  withServer,
} from '../context.js';

type Replay = {
  equal: boolean;
  views: { view: string; events: number; opaque: number; equal: boolean; digest: string }[];
};

/** Has every service rebuild its views, and says whether they are those that are served. */
export const verifyViews = (flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(client, apiPath(['replay']), LONG_WORK.reading)) as Replay;
    if (!found.equal) context.setExitCode(EXIT.failed);
    printer(context, flags)(found, ({ views, equal }) => {
      const rows = views.map((view) => [
        view.view,
        String(view.events),
        view.equal ? 'equal' : 'DIFFERS',
        view.digest.slice(0, 12),
      ]);
      const verdict = equal
        ? 'every view follows from the events'
        : 'a served view does not follow from the events';
      const passedOver = views.filter(({ opaque }) => opaque > 0).map(passedOverText);
      return `${table(['view', 'events', 'result', 'digest'], rows)}${passedOver.join('')}${verdict}\n`;
    });
  });

const passedOverText = ({ view, opaque }: Replay['views'][number]): string =>
  `${view} passed over ${String(opaque)} events that only a newer release knows\n`;
