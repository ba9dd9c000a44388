import type { RecipeFile } from '@gild/contracts';

// Read before the other files here, and the first word on a setting counts.
const settings = `# CIS 5.1.5: warned before logging in
Banner /etc/issue.net
# CIS 5.1.7: a session that went silent ends
ClientAliveInterval 300
ClientAliveCountMax 2
# CIS 5.1.8: no way through this machine into its network
DisableForwarding yes
AllowAgentForwarding no
AllowTcpForwarding no
X11Forwarding no
PermitTunnel no
GatewayPorts no
# CIS 5.1.9 to 5.1.11, 5.1.19 to 5.1.21: nothing but the keys of people
GSSAPIAuthentication no
HostbasedAuthentication no
IgnoreRhosts yes
PermitEmptyPasswords no
PermitRootLogin no
PermitUserEnvironment no
StrictModes yes
# CIS 5.1.13, 5.1.14, 5.1.16 to 5.1.18: who only tries is sent away, and every key that opened is on record
LoginGraceTime 60
LogLevel VERBOSE
MaxAuthTries 3
MaxSessions 10
MaxStartups 10:30:60
`;

/** For where nothing else says which algorithms programs may use. */
export const ALGORITHMS = `# CIS 5.1.6, 5.1.12, 5.1.15: what is broken or weak is not even offered
Ciphers -3des-cbc,aes*-cbc
KexAlgorithms -diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1
MACs -hmac-md5*,hmac-sha1*,umac-64*
`;

export const sshServer = (algorithms = ''): readonly RecipeFile[] => [
  { path: '/etc/ssh/sshd_config.d/05-gild-hardening.conf', content: settings + algorithms, mode: '0600' },
];
