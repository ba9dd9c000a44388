import { itIsSupported } from './platform.js';

describe('debian 12 on aarch64', () =>
  itIsSupported({ os: 'debian', release: '12', arch: 'aarch64', kind: 'tested' }));
