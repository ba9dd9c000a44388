import { networkParts } from './network-files.js';

it.each([
  ['networkd', 'systemd-networkd-wait-online --any --timeout=60\n'],
  ['NetworkManager', 'NM_ONLINE_TIMEOUT=60\n'],
] as const)(
  'gives a network a minute, and the wait of %s does not fail when it is late',
  (renderer, limit) => {
    const wait = networkParts(renderer).files.find(({ path }) => path.includes('-wait-online.service.d/'));
    expect(wait?.content).toContain(limit);
    expect(wait?.content).toContain('\nSuccessExitStatus=1\n');
  },
);
