import type { Target } from '@gild/contracts';
import { layerTraces } from './layer-traces.js';

const target: Target = { distribution: 'debian', release: '12', arch: 'x86_64' };

it.each([
  ['what packages run instead of making an initramfs', 'touch /run/apt/initramfs-wanted'],
  ["the settings of the image's apt", 'APT::Install-Recommends'],
  ['the settings of its dpkg', '--force-confold'],
  ['the mirrors an image is told of', 'URIs: http://deb.debian.org/debian'],
  ['the names of the host itself', 'ip6-loopback'],
  ['the date of files', '1686391200'],
  ['the sources of an extra repository', '/etc/apt/sources.list.d/sample.sources'],
  ['what such a source says of its key', 'Signed-By: /etc/apt/keyrings/sample.asc'],
  ['how units are switched', '--root=/'],
  ['the environment of what runs in an image', 'PYTHONHASHSEED'],
  ['packages nobody asks for', 'usr-is-merged'],
])('cover %s', (_, text) => expect(layerTraces(target)).toContain(text));
