import { layerTraces } from './layer-traces.js';

const traces = layerTraces({ distribution: 'fedora', release: '43', arch: 'x86_64' });

it.each([
  ['how packages are installed', '--upgrade'],
  ['how an initramfs is made', '--no-hostonly'],
  ['what rpm leaves and is cleared away', 'rpmdb.sqlite-wal'],
  ['the date of files', '1761609600'],
  ['the file of an extra repository', '/etc/yum.repos.d/sample.repo'],
  ['what it says of its key', 'gpgkey=file:///etc/pki/rpm-gpg/sample.asc'],
  ['the environment of what runs in an image', 'KERNEL_INSTALL_BYPASS'],
  ['packages nobody asks for', 'fedora-release'],
])('cover %s', (_, text) => expect(traces).toContain(text));
