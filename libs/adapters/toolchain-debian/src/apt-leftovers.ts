import { normalisation } from '@gild/layer-steps';

const identities = `if (-f '/etc/ssl/certs/ssl-cert-snakeoil.pem') {
    all_gone('/etc/ssl/certs/ssl-cert-snakeoil.pem', '/etc/ssl/private/ssl-cert-snakeoil.key');
    for my $path (map { "/etc/ssl/certs/$_" } entries('/etc/ssl/certs')) {
        gone($path) if -l $path && readlink($path) eq 'ssl-cert-snakeoil.pem';
    }
}

`;

const history = `all_gone('/var/log/apt/*', '/var/cache/apt/*.bin');
all_gone('/var/log/{dpkg,alternatives,bootstrap,fontconfig}.log');
`;

const database = `all_gone('/var/lib/dpkg/*-old', '/var/lib/dpkg/lock*', '/var/lib/dpkg/triggers/Lock');
all_gone('/var/lib/apt/daily_lock', '/var/cache/apt/archives/lock');
`;

// In debconf's answers stand names of temporary files, of which the random end is cut off.
const answers = `
my $answers = '/var/cache/debconf/config.dat';
if (-f $answers && !-l $answers) {
    open(my $file, '<', $answers) or die "$answers: $!\\n";
    my $before = do { local $/; <$file> };
    (my $after = $before) =~ s{^( [A-Z]* = /tmp/[^ \\n]*)\\.[A-Za-z0-9]{6,}$}{$1}mg;
    written($answers, $after) if $after ne $before;
}
`;

/** Takes what every layer must not have, and what apt, dpkg and their packages leave, out of a layer. */
export const NORMALISE = normalisation({
  identities,
  history,
  caches: ["'/var/cache/debconf/*-old'"],
  database,
  rest: answers,
});
