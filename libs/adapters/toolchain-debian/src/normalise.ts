import { stepFailure } from './failures.js';
import { runStep, type LayerTree } from './image-run.js';
import type { Work } from './toolchain-options.js';

/**
 * Takes out of a layer what differs between two builds of it, and what must differ between two machines made from it.
 * Works on the layer alone, not on the merged tree: what it removes shows nothing of a lower layer, for those are
 * normalised too.
 *
 * An empty machine-id gives every machine its own without counting as a first boot, so that systemd does not preset
 * all units again and thereby enable those the definition disabled. The copy of dbus is a link that systemd makes. In
 * debconf's answers stand names of temporary files, of which the random end is cut off.
 */
export const NORMALISE = `use strict;
use warnings;
use File::Glob ':bsd_glob';

# Links of the image lead where they will lead on a machine: to a place in the image.
chroot $ENV{GILD_ROOT} and chdir '/' or die "chroot: $!\\n";

sub entries { my ($folder) = @_; opendir(my $all, $folder) or die "$folder: $!\\n"; return grep { !/^\\.\\.?$/ } readdir $all }
sub is_folder { return -d $_[0] && !-l $_[0] }
sub gone {
    my ($path) = @_;
    if (is_folder($path)) { gone("$path/$_") for entries($path) }
    (is_folder($path) ? rmdir $path : unlink $path) or $!{ENOENT} or die "$path: $!\\n";
}
sub all_gone { gone($_) for map { bsd_glob($_, GLOB_BRACE) } @_ }
sub written {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or die "$path: $!\\n";
    print($file $text) && close $file or die "$path: $!\\n";
}
sub empty { for my $path (@_) { written($path, '') if -f $path && !-l $path } }

empty('/etc/machine-id');
all_gone('/var/lib/dbus/machine-id', '/var/lib/systemd/{random-seed,credential.secret}');
all_gone('/etc/ssh/ssh_host_*_key', '/etc/ssh/ssh_host_*_key.pub');
if (-f '/etc/ssl/certs/ssl-cert-snakeoil.pem') {
    all_gone('/etc/ssl/certs/ssl-cert-snakeoil.pem', '/etc/ssl/private/ssl-cert-snakeoil.key');
    for my $path (map { "/etc/ssl/certs/$_" } entries('/etc/ssl/certs')) {
        gone($path) if -l $path && readlink($path) eq 'ssl-cert-snakeoil.pem';
    }
}

all_gone('/var/log/apt/*', '/var/lib/apt/lists/*', '/var/cache/apt/*.bin', '/var/cache/apt/archives/*.deb');
all_gone('/var/log/{dpkg,alternatives,bootstrap,fontconfig}.log');
empty(map { "/var/log/$_" } qw(btmp wtmp lastlog faillog));
all_gone('/var/cache/ldconfig/aux-cache', '/var/cache/debconf/*-old');
all_gone('/var/lib/dpkg/*-old', '/var/lib/dpkg/lock*', '/var/lib/dpkg/triggers/Lock');
all_gone('/var/lib/apt/daily_lock', '/var/cache/apt/archives/lock');
all_gone('/etc/{passwd,shadow,group,gshadow,subuid,subgid}-', '/etc/.pwd.lock', '/etc/.resolv.conf.systemd-resolved.bak');
all_gone('/root/{.bash_history,.wget-hsts,.rnd}');

my $answers = '/var/cache/debconf/config.dat';
if (-f $answers && !-l $answers) {
    open(my $file, '<', $answers) or die "$answers: $!\\n";
    my $before = do { local $/; <$file> };
    (my $after = $before) =~ s{^( [A-Z]* = /tmp/[^ \\n]*)\\.[A-Za-z0-9]{6,}$}{$1}mg;
    written($answers, $after) if $after ne $before;
}
`;

/** Nothing of a layer is newer than the layer says it is. `find` and `touch` follow no link here. */
export const DATE = `cd "$GILD_ROOT"
find . -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
`;

const STEPS = [
  ['perl', '-e', NORMALISE],
  ['sh', '-ec', DATE],
];

/** Runs the normalisation on the layer by itself. */
export const normalise = async (work: Work, tree: LayerTree): Promise<void> => {
  const alone = { ...tree, lower: [] };
  for (const argv of STEPS) {
    const { exitCode, output } = await runStep(work, alone, { argv, root: 'host' });
    if (exitCode !== 0) throw stepFailure('Normalising the layer', exitCode, output);
  }
};
