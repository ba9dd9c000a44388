import { itIsSupported } from './platform.js';

describe('debian 13 on aarch64', () => {
  itIsSupported({ os: 'debian', release: '13', arch: 'aarch64', kind: 'tested' });
});
