import { itIsSupported } from './platform.js';

describe('debian 12 on x86_64 and aarch64, in one version', () =>
  itIsSupported({ os: 'debian', release: '12', arch: 'aarch64', alongside: 'x86_64', kind: 'tested' }));
