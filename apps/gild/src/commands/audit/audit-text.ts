import type { AuditReport } from '@gild/contracts';

/** A report with what a key that somebody kept says against it. */
export type JudgedReport = AuditReport & { problem?: string };

/** What a person reads of an audit. */
export const auditText = (report: JudgedReport): string => {
  const { events, signed, unsigned, key_id, findings, more, kept, problem } = report;
  const lines = [
    `${String(events)} events, ${String(signed)} signed with key ${key_id}, ${String(unsigned)} not signed yet`,
    ...findings.map(({ message }) => `DIFFERS: ${message}`),
    ...(more ? ['DIFFERS: there is more'] : []),
    ...(kept === undefined ? [] : [`${kept.verdict === 'same' ? '' : 'DIFFERS: '}${kept.message}`]),
    ...(problem === undefined ? [] : [`DIFFERS: ${problem}`]),
    verdictOf(report),
  ];
  return `${lines.join('\n')}\n`;
};

const verdictOf = ({ proven, root_matches, problem, kept }: JudgedReport): string => {
  if (!root_matches) return 'the events are not those that were signed';
  if (problem !== undefined || (kept !== undefined && kept.verdict !== 'same'))
    return 'the history is not shown to be the one that was kept';
  return proven
    ? 'every signed event is as it was signed'
    : 'every signed event is as it was signed, but what proves it is damaged';
};
