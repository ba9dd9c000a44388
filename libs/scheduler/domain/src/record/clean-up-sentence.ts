import type { CleanUp } from '@gild/contracts';

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const ENDINGS = {
  asked: 'its programs ended when they were asked to',
  killed: 'some of its programs had to be killed',
} as const;

/** What is left of an attempt that was stopped, as its agent found it. */
export const cleanUpSentence = ({ processes, mounts, folderRemoved, ended, tookMs }: CleanUp): string => {
  const seconds = `${(tookMs / 1000).toFixed(1)} s`;
  const ending = ended === undefined ? '' : ` (${ENDINGS[ended]})`;
  if (processes + mounts === 0 && folderRemoved)
    return `After ${seconds} nothing of it was left on its agent: no process, no mount, no folder${ending}.`;
  const left = [
    ...(processes > 0 ? [counted(processes, 'process', 'processes')] : []),
    ...(mounts > 0 ? [counted(mounts, 'mount', 'mounts')] : []),
    ...(folderRemoved ? [] : ['its folder']),
  ];
  return `After ${seconds} there was still left of it on its agent: ${left.join(', ')}${ending}; the agent removes it when it starts again.`;
};
