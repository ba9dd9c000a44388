import { type PolicyEvent, type VmEvent, type SigningKeyEvent } from '@gild/contracts';
import { because, type SentencesOf } from './words.js';

type VmRun = Extract<VmEvent, { type: 'VmStarted' }>['data'];

const ranText = ({
  imageName,
  version,
  arch,
  channel,
}: Pick<VmRun, 'imageName' | 'version' | 'arch' | 'channel'>): string => {
  const more = [channel === undefined ? [] : `channel ${channel}`, arch ?? []].flat().join(', ');
  return `${imageName}@${version}${more === '' ? '' : ` (${more})`}`;
};

/** Sentences on virtual machines, the policy and the keys. */
export const ofTheFarm: SentencesOf<PolicyEvent | VmEvent | SigningKeyEvent> = {
  PolicySet: ({ by }) => `${by} set the policy`,
  SigningKeyIntroduced: ({ keyId, name }) =>
    `the history is signed with key ${keyId} as ${name} from here on`,
  VmStarted: ({ vmId, host, ...ran }) => `VM ${vmId} started on ${host} from ${ranText(ran)}`,
  VmReimaged: ({ vmId, host, from, ...ran }) =>
    `VM ${vmId} on ${host} runs ${ranText(ran)} instead of ${from.imageName}@${from.version}`,
  VmMoved: ({ vmId, host, fromHost, ...ran }) =>
    `VM ${vmId} moved from ${fromHost} to ${host} with ${ranText(ran)}`,
  VmStopped: ({ vmId, host, reason, ...ran }) =>
    `VM ${vmId} stopped on ${host}, where it ran ${ranText(ran)}${because(reason)}`,
};
