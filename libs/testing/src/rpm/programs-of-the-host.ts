/** Programs of the host, as a distribution's package has them. */
export const programs = (...names: string[]) => `mkdir -p usr/bin
for name in ${names.join(' ')}; do cp -L "$(ls -d /usr/bin/$name /usr/sbin/$name 2>/dev/null | head -n 1)" usr/bin/; done`;

/** Every library of the programs there are in the distribution. */
export const librariesOf = (...names: string[]) => `mkdir -p usr/lib64
for name in ${names.join(' ')}; do ldd "$(ls -d /usr/bin/$name /usr/sbin/$name 2>/dev/null | head -n 1)"; done | grep -o '/[^ ]*' | sort -u | while read -r library; do
  place=$(echo "$library" | sed 's,^/lib,/usr/lib,; s,^/usr/usr,/usr,')
  mkdir -p ".$(dirname "$place")"
  cp -L "$library" ".$place"
done`;

/** Programs that do what a build asks of them without what the real ones need. */
export const stubs = (scripts: Readonly<Record<string, string>>) =>
  [
    'mkdir -p usr/bin',
    ...Object.entries(scripts).map(([name, body]) => `printf '#!/bin/sh\\n%s\\n' '${body}' >usr/bin/${name}`),
    'chmod 755 usr/bin/*',
  ].join('\n');
