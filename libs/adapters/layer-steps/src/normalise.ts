import { runStep, type LayerTree } from './image-run.js';
import { stepFailure } from './step-failures.js';
import type { StepWork } from './step-work.js';

/** Perl that clears away what a family's package manager and packages leave, at its place among what every family's do. */
export type Leftovers = {
  /** Keys of the one machine that was built on. */
  identities: string;
  /** Records of what was done. */
  history: string;
  /** Patterns of caches, as words of Perl. */
  caches: readonly string[];
  /** Around the package database. */
  database: string;
  /** At the end. */
  rest: string;
};

/**
 * Takes out of a layer what differs between two builds of it, and what must differ between two machines made from it. Works on the layer alone, not on the
 * merged tree: what it removes shows nothing of a lower layer, for those are normalised too.
 *
 * An empty machine-id gives every machine its own without counting as a first boot, so that systemd does not preset
 * all units again and thereby enable those the definition disabled. The copy of dbus is a link that systemd makes.
 */
export const normalisation = (family: Leftovers): string => `use strict;
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
${family.identities}${family.history}empty(map { "/var/log/$_" } qw(btmp wtmp lastlog faillog));
all_gone(${["'/var/cache/ldconfig/aux-cache'", ...family.caches].join(', ')});
${family.database}all_gone('/etc/{passwd,shadow,group,gshadow,subuid,subgid}-', '/etc/.pwd.lock', '/etc/.resolv.conf.systemd-resolved.bak');
all_gone('/root/{.bash_history,.wget-hsts,.rnd}');
${family.rest}`;

/** Nothing of a layer is newer than the layer says it is. `find` and `touch` follow no link here. */
export const DATE = `cd "$GILD_ROOT"
find . -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
`;

/** Runs a normalisation on the layer by itself. */
export const normalise = async (work: StepWork, tree: LayerTree, program: string): Promise<void> => {
  const alone = { ...tree, lower: [] };
  const steps = [
    ['perl', '-e', program],
    ['sh', '-ec', DATE],
  ];
  for (const argv of steps) {
    const { exitCode, output } = await runStep(work, alone, { argv, root: 'host' });
    if (exitCode !== 0) throw stepFailure('Normalising the layer', exitCode, output);
  }
};
