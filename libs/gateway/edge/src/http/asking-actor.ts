import { actorFromHeader } from '@gild/contracts';

/** Who asks, as the header says; `api` when it names nobody. */
export const askingActor = (header: string | undefined): string =>
  actorFromHeader(header ?? '').trim() || 'api';
