import { mirrorsFrom } from './mirrors.js';
import { releaseOf } from './releases.js';

const debian12 = releaseOf({ distribution: 'debian', release: '12', arch: 'x86_64' });

describe('the mirrors a host uses', () => {
  it('are read from one-line sources with options and comments', () => {
    const text = [
      '# deb http://commented.example/debian bookworm main',
      'deb-src http://sources.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/x y.gpg] http://one.example/debian/ bookworm main contrib # home',
      'deb http://two.example/security bookworm-security main',
    ].join('\n');
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian12)).toStrictEqual({
      main: 'http://one.example/debian',
      security: 'http://two.example/security',
    });
  });
  it('are read from paragraphs, comments and disabled ones aside', () => {
    const text = [
      'Types: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\nEnabled: no',
      'Types: deb deb-src\n# old\nURIs: http://a.example/debian\nSuites: bookworm bookworm-updates\nComponents: main',
    ].join('\n\n');
    expect(mirrorsFrom([{ name: 'debian.sources', text }], debian12)).toStrictEqual({
      main: 'http://a.example/debian',
      security: 'http://deb.debian.org/debian-security',
    });
  });
  it('are the defaults when the host runs another release', () => {
    const text = 'deb http://ubuntu.example/ubuntu jammy main';
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian12)).toStrictEqual(debian12.mirrors);
  });
});
