#!/usr/bin/perl
# Runs one program in fresh user, mount, PID, IPC and UTS namespaces (and a network namespace unless told otherwise).
#
# Perl, because what matters here are system calls no shell offers: pivot_root, parent death signals, sub-reaping.
# Only modules of perl-base are used. Everything variable arrives as data on descriptor 3, nothing is interpolated.
#
#   3  from the caller: fields, each ended by NUL, up to an empty one; then each "T" asks for SIGTERM; its end kills
#   4  to the caller: "exit N", "signal N", "exceeded WHAT N" (the run took more than it may, and was ended), "missing TEXT" or
#      "foreign ARCH TEXT" (the program could not be started), or "fail TEXT" (TEXT is why the sandbox could not be set up)
#
# Processes: supervisor (caller's ids) -> keeper (inside the user namespace, moves the output) -> init (PID 1) -> program.
# The keeper and init carry parent death signals; the supervisor is a sub-reaper and ends when all of them are gone.
use strict;
use warnings;
use Errno qw(EEXIST EINTR);
use Fcntl qw(F_SETFD F_SETFL FD_CLOEXEC O_CREAT O_EXCL O_NONBLOCK O_WRONLY);
use POSIX qw(:sys_wait_h);

my %NUMBER = (
    x86_64 => { mount => 165, umount2 => 166, pivot_root => 155, unshare => 272, prctl => 157, sethostname => 170,
        setgroups => 116, setresgid => 119, setresuid => 117, mount_setattr => 442, capget => 125, capset => 126, prlimit64 => 302, execve => 59, setitimer => 38 },
    aarch64 => { mount => 40, umount2 => 39, pivot_root => 41, unshare => 97, prctl => 167, sethostname => 161,
        setgroups => 159, setresgid => 149, setresuid => 147, mount_setattr => 442, capget => 90, capset => 91, prlimit64 => 261, execve => 221, setitimer => 103 },
);
use constant {
    O_PATH => 0x200000, O_NOFOLLOW => 0x20000,
    NEWNS => 0x20000, NEWUTS => 0x4000000, NEWIPC => 0x8000000, NEWUSER => 0x10000000, NEWPID => 0x20000000, NEWNET => 0x40000000,
    RDONLY => 1, NOSUID => 2, NODEV => 4, NOEXEC => 8, BIND => 4096, REC => 16384, PRIVATE => 1 << 18,
    DETACH => 2, SET_PDEATHSIG => 1, CAPBSET_DROP => 24, SET_CHILD_SUBREAPER => 36, SIGKILL => 9,
    AT_FDCWD => -100, AT_RECURSIVE => 0x8000, CAP_SYS_ADMIN => 21, CAPABILITY_VERSION => 0x20080522, RLIMIT_CORE => 4, RLIMIT_NPROC => 6,
    STAGE => '/run/gild',
    # What a program keeps in memory file systems is the host's memory.
    DEV_SIZE => 'size=1m', MEMORY_SIZE => 'size=1g',
    LOOK_EVERY_US => 200_000, OWN_PROCESSES => 8,
};

my $machine = (POSIX::uname())[4];
my $number = $NUMBER{$machine} or fail("this sandbox knows x86_64 and aarch64, not $machine");

my ($supervisor, $work) = ($$);

sub fail {
    my ($why) = @_;
    syswrite_all(\*STATUS, "fail $why\n") if defined fileno(STATUS);
    rmdir $work if defined $work && $$ == $supervisor;
    POSIX::_exit(125);
}

sub call {
    my ($name, @arguments) = @_;
    return syscall($number->{$name}, @arguments) >= 0;
}

sub must { my ($what, $done) = @_; fail("$what: $!") unless $done; return $done }

# mount(2) wants writable buffers and a null pointer where there is nothing.
sub mount {
    my ($source, $target, $type, $flags, $options) = @_;
    must("mount " . ($type || 'bind') . " on $target", call('mount', "$source", "$target", "$type", $flags, $options ? "$options" : 0));
}

sub syswrite_all {
    my ($handle, $bytes) = @_;
    while (length $bytes) {
        my $written = syswrite($handle, $bytes);
        if (!defined $written) { next if $! == EINTR; return 0 }
        substr($bytes, 0, $written) = '';
    }
    return 1;
}

sub read_spec {
    my ($buffer, %spec) = ('', lower => [], bind => [], env => [], argv => [], measure => []);
    until ($buffer =~ /(?:\A|\0)\0/) {
        my $got = sysread(CONTROL, $buffer, 65536, length $buffer);
        next if !defined $got && $! == EINTR;
        POSIX::_exit(125) unless $got;
    }
    for my $field (split /\0/, $buffer) {
        my ($key, $value) = split /=/, $field, 2;
        if (ref $spec{$key}) { push @{ $spec{$key} }, $value } else { $spec{$key} = $value }
    }
    return \%spec;
}

# Ids 0..65535 inside. Root outside maps the whole range; anybody else is root inside and keeps the range for the others.
sub map_ids {
    my ($spec, $pid) = @_;
    for my $kind ('uid', 'gid') {
        my ($own, $first, $count) = ($kind eq 'uid' ? $> : (split ' ', $))[0], split /:/, $spec->{$kind});
        if ($> == 0) {
            must("open ${kind}_map", open(my $map, '>', "/proc/$pid/${kind}_map"));
            must("write ${kind}_map", syswrite($map, "0 $first $count\n") && close($map));
        } else {
            my $status = system("new${kind}map", $pid, 0, $own, 1, 1, $first, $count - 1);
            fail("new${kind}map refused the ids $first-" . ($first + $count - 2) . " (exit " . ($status >> 8) . ")") if $status != 0;
        }
    }
}

sub die_with_parent {
    my ($is_alive) = @_;
    must('prctl', call('prctl', SET_PDEATHSIG, SIGKILL, 0, 0, 0));
    POSIX::_exit(125) unless $is_alive->();
}

# The host's resolver settings, read before /run disappears behind a tmpfs.
sub host_names {
    my %file;
    for my $path ('/etc/resolv.conf', '/etc/hosts') {
        open(my $in, '<', $path) or next;
        local $/;
        $file{$path} = <$in>;
    }
    return \%file;
}

# Everything the run needs is bound below STAGE, under short names that every id may reach.
sub gather {
    my ($spec, $owner) = @_;
    my @sources = map { [ "l$_", $spec->{lower}[$_] ] } 0 .. $#{ $spec->{lower} };
    push @sources, map { [ "b$_", (split m{//}, $spec->{bind}[$_], 3)[1] ] } 0 .. $#{ $spec->{bind} };
    push @sources, [ 'u', $spec->{upper_parent} ] if defined $spec->{upper};
    for my $source (@sources) {
        sysopen(my $handle, $source->[1], O_PATH) or fail("open $source->[1]: $!");
        $source->[2] = $handle;
    }
    mount('none', '/', '', REC | PRIVATE, '');
    mount('tmpfs', '/run', 'tmpfs', NOSUID | NODEV, "mode=755,uid=$owner,gid=$owner");
    must('mkdir ' . STAGE, mkdir(STAGE) && mkdir(STAGE . '/root') && mkdir(STAGE . '/host'));
    chown $owner, $owner, STAGE, STAGE . '/root';
    for my $source (@sources) {
        my ($name, undef, $handle) = @$source;
        my $target = STAGE . "/$name";
        my $link = "/proc/self/fd/" . fileno($handle);
        if (-d $link) { must("mkdir $target", mkdir $target) } else { open(my $file, '>', $target) or fail("create $target: $!") }
        mount($link, $target, '', BIND | ($name =~ /^b/ ? REC : 0), '');
    }
    if (defined $spec->{upper}) {
        must('symlink', symlink("u/$spec->{upper}", STAGE . '/U') && symlink("u/$spec->{work}", STAGE . '/W'));
    }
}

# Sets RDONLY, NOSUID or NODEV on a mount and on all below it (Linux 5.12).
sub restrict {
    my ($target, $flags) = @_;
    must("mount_setattr $target", call('mount_setattr', AT_FDCWD, "$target", AT_RECURSIVE, my $set = pack('Q4', $flags, 0, 0, 0), 32));
}

sub merge {
    my ($spec) = @_;
    my $count = @{ $spec->{lower} };
    my $root = STAGE . '/root';
    must('chdir', chdir STAGE);
    must('mkdir work', mkdir('W/overlay') && mkdir('W/tmp') && chmod(01777, 'W/tmp')) if defined $spec->{upper};
    my $lowers = join ':', map { "l$_" } reverse 0 .. $count - 1;
    # Volatile: programs' calls to sync cost nothing. A run that is cut off is thrown away, one that ends is packed.
    if (defined $spec->{upper} && $count) {
        mount('overlay', $root, 'overlay', 0, "lowerdir=$lowers,upperdir=U,workdir=W/overlay,userxattr,volatile");
    } elsif (defined $spec->{upper}) {
        mount('U', $root, '', BIND, '');
    } elsif ($count == 1) {
        mount('l0', $root, '', BIND, '');
        restrict($root, RDONLY);
    } elsif ($count > 1) {
        mount('overlay', $root, 'overlay', RDONLY, "lowerdir=$lowers,userxattr");
    }
}

sub make_parents {
    my ($path) = @_;
    while ($path =~ m{(?<=.)/}g) { mkdir substr($path, 0, pos($path) - 1) }
}

sub touch { my ($path) = @_; open(my $file, '>>', $path) or fail("create $path: $!") }

sub devices {
    my ($dev) = @_;
    mount('tmpfs', $dev, 'tmpfs', NOSUID | NOEXEC, 'mode=755,' . DEV_SIZE);
    for my $name (qw(null zero full random urandom tty)) {
        touch("$dev/$name");
        mount("/dev/$name", "$dev/$name", '', BIND, '');
    }
    mkdir "$dev/$_" for qw(pts shm);
    mount('devpts', "$dev/pts", 'devpts', NOSUID | NOEXEC, 'newinstance,ptmxmode=0666,mode=620');
    mount('tmpfs', "$dev/shm", 'tmpfs', NOSUID | NODEV, 'mode=1777,' . MEMORY_SIZE);
    symlink('pts/ptmx', "$dev/ptmx");
    symlink('/proc/self/fd', "$dev/fd");
    symlink("/proc/self/fd/$_->[0]", "$dev/$_->[1]") for [ 0, 'stdin' ], [ 1, 'stdout' ], [ 2, 'stderr' ];
}

# Temporary files lie beside the upper folder, on a disk that builds are meant to fill; without one in memory.
sub temporary {
    my ($spec, $target) = @_;
    if (defined $spec->{upper}) {
        mount(STAGE . '/W/tmp', $target, '', BIND, '');
        restrict($target, NOSUID | NODEV);
    } else {
        mount('tmpfs', $target, 'tmpfs', NOSUID | NODEV, 'mode=1777,' . MEMORY_SIZE);
    }
}

# Makes the tree the root of this namespace; what was the root before stays at /run/.host until bindings are made.
sub enter {
    my ($spec, $root) = @_;
    for my $needed (qw(proc dev run tmp)) {
        fail("the tree has no folder /$needed") if !-d "$root/$needed" || -l "$root/$needed";
    }
    mount('proc', "$root/proc", 'proc', NOSUID | NODEV | NOEXEC, '');
    devices("$root/dev") if $spec->{root} eq 'image';
    temporary($spec, "$root/tmp");
    mount('tmpfs', "$root/run", 'tmpfs', NOSUID | NODEV, 'mode=755,' . MEMORY_SIZE);
    must('mkdir', mkdir("$root/run/.host") && mkdir("$root/run/lock") && chmod(01777, "$root/run/lock"));
    must('pivot_root', call('pivot_root', "$root", "$root/run/.host"));
    must('chdir', chdir '/');
}

sub bind_all {
    my ($spec, $before) = @_;
    for my $index (0 .. $#{ $spec->{bind} }) {
        my ($mode, undef, $target) = split m{//}, $spec->{bind}[$index], 3;
        my $source = $before . STAGE . "/b$index";
        if (!-e $target) {
            fail("the binding's target $target does not exist, and only below /run, /tmp and /dev one is made") if $target !~ m{^/(?:run|tmp|dev)/};
            make_parents($target);
            if (-d $source) { must("mkdir $target", mkdir $target) } else { touch($target) }
        }
        mount($source, $target, '', BIND | REC, '');
        restrict($target, RDONLY) if $mode eq 'ro';
    }
}

# With network, names resolve as on the host: files that exist are covered, links into /run get their target there. The
# links are the image's: nothing of the host may be mounted any more, and what is there already is left alone.
sub name_service {
    my ($files) = @_;
    for my $path (sort keys %$files) {
        my $target = $path;
        if (-l $path) {
            my $link = readlink $path;
            $link =~ s{^\.\./}{/};
            next if $link !~ m{^/run/} || $link =~ m{/\.\.(?:/|\z)};
            make_parents($link);
            $target = $link;
        } elsif (-e $path) {
            mkdir '/run/gild-names';
            $target = '/run/gild-names/' . ($path =~ m{([^/]+)$})[0];
        } else {
            next;
        }
        sysopen(my $out, $target, O_WRONLY | O_CREAT | O_EXCL) or $! == EEXIST ? next : fail("write $target: $!");
        print $out $files->{$path};
        close $out;
        mount($target, $path, '', BIND, '') if !-l $path;
    }
}

sub loopback_up {
    socket(my $socket, 2, 2, 0) or return;
    ioctl($socket, 0x8914, my $request = pack('a16 s x22', 'lo', 0x41));
}

sub assemble {
    my ($spec, $names) = @_;
    loopback_up() unless $spec->{network};
    call('sethostname', "gild", 4);
    merge($spec);
    my $is_tool = $spec->{root} eq 'host';
    if ($is_tool) {
        mount('/', STAGE . '/host', '', BIND | REC, '');
        restrict(STAGE . '/host', RDONLY);
    }
    enter($spec, STAGE . ($is_tool ? '/host' : '/root'));
    if ($is_tool) {
        # The tools are the host's, which is read only with everything mounted on it; only the tree and bindings are not.
        must('mkdir', mkdir(STAGE) && mkdir(STAGE . '/root'));
        mount('/run/.host' . STAGE . '/root', STAGE . '/root', '', BIND, '');
        $names = { map { $_ => $names->{$_} } grep { -l $_ } keys %$names };
    }
    bind_all($spec, '/run/.host');
    must('umount', call('umount2', "/run/.host", DETACH) && rmdir '/run/.host');
    chdir '/';
    name_service($names) if $spec->{network};
}

# Root inside keeps its power over files and owners, not over mounts: what is read only stays so. PID 1 gives it up too,
# for it could be traced.
sub give_up_mounting {
    must('prctl', call('prctl', CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0));
    my $header = pack('Li', CAPABILITY_VERSION, 0);
    must('capget', call('capget', $header, my $sets = "\0" x 24));
    my @sets = unpack 'L6', $sets;
    $sets[$_] &= ~(1 << CAP_SYS_ADMIN) for 0 .. 2;
    must('capset', call('capset', $header, $sets = pack('L6', @sets)));
    # A core dump would become part of the image.
    call('prlimit64', 0, RLIMIT_CORE, my $none = pack('Q2', 0, 0), 0);
}

# A program, or a script that names one: what the kernel could not start was then for other machines.
sub names_machine {
    my ($path) = @_;
    open(my $file, '<', $path) or return 0;
    read($file, my $start, 4);
    return $start =~ /\A(?:\x7fELF|#!)/;
}

# Becomes the program, unless the kernel does not know its format. Perl's own exec would then take it for a script of the shell.
sub is_foreign {
    my (@argv) = @_;
    my @paths = $argv[0] =~ m{/} ? $argv[0] : map { "$_/$argv[0]" } split /:/, $ENV{PATH};
    my @environment = map { "$_=$ENV{$_}" } keys %ENV;
    my ($arguments, $variables) = map { pack('p*', @$_) . pack('Q', 0) } \@argv, \@environment;
    for my $path (@paths) { call('execve', "$path", $arguments, $variables); return names_machine($path) if $!{ENOEXEC} }
    return 0;
}

sub start_program {
    my ($spec, $output) = @_;
    my $pid = must_fork();
    return $pid if $pid;
    POSIX::setsid();
    $SIG{$_} = 'DEFAULT' for qw(TERM INT HUP PIPE);
    POSIX::dup2(fileno($output), $_) for 1, 2;
    umask 022;
    close(CONTROL);
    %ENV = map { split /=/, $_, 2 } @{ $spec->{env} };
    my @argv = @{ $spec->{argv} };
    if (defined $spec->{arch} && is_foreign(@argv)) {
        syswrite_all(\*STATUS, "foreign $spec->{arch} " . ($spec->{no_table} // '') . "\n");
        POSIX::_exit(126);
    }
    no warnings 'exec';
    exec { $argv[0] } @argv;
    syswrite_all(\*STATUS, "missing $argv[0]: $!\n");
    POSIX::_exit(127);
}

# Makes programs of another architecture run in this user namespace, and in no other. Since Linux 6.7 each has a table of its
# own, for as long as it is mounted or a handle of it is open: the keeper's, which no program of the image gets to. The
# emulator itself is opened now, so that the image needs none. What an older kernel has to offer is the host's table, as it is.
sub emulate {
    my ($spec) = @_;
    my $table = STAGE . '/formats';
    must("mkdir $table", mkdir $table);
    if (!call('mount', 'binfmt_misc', "$table", 'binfmt_misc', NOSUID | NODEV | NOEXEC, 0)) { $spec->{no_table} = "$!"; return undef }
    must('open the table of formats', sysopen(my $register, "$table/register", O_WRONLY));
    must("register $spec->{emulator}", syswrite($register, $spec->{emulator}) && close $register);
    must("hold the table of formats", sysopen(my $held, $table, O_PATH));
    return $held;
}

# What all programs of the run take together, in processes and bytes, when that is more than they may. Memory that processes share
# after a fork is counted for each of them at first, and shared out, which takes the kernel longer, only when it seems to matter.
sub excess {
    my ($most_processes, $most_bytes) = @_;
    my ($processes, %kib) = (0);
    opendir(my $all, '/proc') or return;
    for my $pid (grep { /\A\d+\z/ && $_ != 1 } readdir $all) {
        open(my $file, '<', "/proc/$pid/status") or next;
        read($file, my $status, 4096);
        $processes += $1 if $status =~ /^Threads:\s+(\d+)/m;
        $kib{$pid} += $1 while $status =~ /^Rss(?:Anon|Shmem):\s+(\d+) kB/mg;
    }
    return "processes $processes" if $processes > $most_processes;
    return if sum(values %kib) * 1024 <= $most_bytes;
    my $bytes = 1024 * sum(map { shared_out($_) // $kib{$_} } keys %kib);
    return $bytes > $most_bytes ? "memory $bytes" : undef;
}

sub sum { my $sum = 0; $sum += $_ for @_; return $sum }

sub shared_out {
    my ($pid) = @_;
    open(my $file, '<', "/proc/$pid/smaps_rollup") or return undef;
    read($file, my $maps, 4096);
    my @kib = $maps =~ /^Pss_(?:Anon|Shmem):\s+(\d+) kB/mg;
    return @kib ? sum(@kib) : undef;
}

# Ends the run as soon as it takes more than it may: that PID 1 ends is the end of all. No process is needed for it, and none
# of the host's attention. A wall keeps those that multiply from doing so faster than anybody looks.
sub watch_caps {
    my ($processes, $memory) = split /:/, $_[0];
    $SIG{ALRM} = sub {
        my $excess = excess($processes, $memory) // return;
        syswrite_all(\*STATUS, "exceeded $excess\n");
        POSIX::_exit(0);
    };
    my $most = $processes + OWN_PROCESSES;
    must('prlimit', call('prlimit64', 0, RLIMIT_NPROC, my $wall = pack('Q2', $most, $most), 0));
    must('setitimer', call('setitimer', 0, my $every = pack('q4', 0, LOOK_EVERY_US, 0, LOOK_EVERY_US), 0));
}

sub must_fork { my $pid = fork(); fail("fork: $!") unless defined $pid; return $pid }

# PID 1: reaps whatever is orphaned, ends when the program ends; the kernel then ends all others.
sub init {
    my ($spec, $output, $names, $keeper_lives) = @_;
    fcntl($keeper_lives, F_SETFL, O_NONBLOCK);
    die_with_parent(sub { !defined sysread($keeper_lives, my $nothing, 1) });
    assemble($spec, $names);
    give_up_mounting();
    my $program;
    local $SIG{TERM} = sub { kill 'TERM', -$program if $program };
    watch_caps($spec->{caps}) if defined $spec->{caps};
    $program = start_program($spec, $output);
    while (1) {
        my $ended = waitpid(-1, 0);
        next if $ended != $program;
        my $status = $?;
        syswrite_all(\*STATUS, WIFSIGNALED($status) ? 'signal ' . WTERMSIG($status) . "\n" : 'exit ' . WEXITSTATUS($status) . "\n");
        POSIX::_exit(0);
    }
}

# The blocks and the inodes below the folders, in lines of their own. What goes while du looks is no matter.
sub measure {
    my (@paths) = @_;
    system('du', '-scx', $_, '--', @paths) for '--block-size=1', '--inodes';
    POSIX::_exit(0);
}

sub exec_rm { exec 'rm', '-rf', '--', $_[0] or POSIX::_exit(127) }

sub keeper {
    my ($spec, $mapped, $alive, $names) = @_;
    # A kernel out of memory ends the build, not what has others in its care. Later this is not ours to say.
    if (open(my $first, '>', '/proc/self/oom_score_adj')) { syswrite($first, '1000') }
    must('unshare (user namespaces may be switched off on this host)', call('unshare', NEWUSER));
    syswrite($alive, '1');
    sysread($mapped, my $go, 1) or POSIX::_exit(125);
    must('setgroups', call('setgroups', 0, 0));
    must('setresgid', call('setresgid', 0, 0, 0));
    must('setresuid', call('setresuid', 0, 0, 0));
    die_with_parent(sub { getppid() == $supervisor });
    exec_rm($spec->{remove}) if defined $spec->{remove};
    measure(@{ $spec->{measure} }) if @{ $spec->{measure} };
    must('unshare', call('unshare', NEWNS));
    gather($spec, 0) unless $spec->{gathered};
    my $formats = defined $spec->{emulator} ? emulate($spec) : undef;
    must('pipe', pipe(my $from, my $to) && pipe(my $lives, my $living));
    must('unshare', call('unshare', NEWNS | NEWPID | NEWIPC | NEWUTS | ($spec->{network} ? 0 : NEWNET)));
    my $init = must_fork();
    if (!$init) { close($_) for $from, $living, $formats // (); init($spec, $to, $names, $lives) }
    close($_) for $to, $lives, $alive, \*STATUS;
    local $SIG{TERM} = sub { kill 'TERM', $init };
    local $SIG{PIPE} = 'IGNORE';
    while (1) {
        my $got = sysread($from, my $chunk, 65536);
        next if !defined $got && $! == EINTR;
        last unless $got;
        last unless syswrite_all(\*STDOUT, $chunk);
    }
    POSIX::_exit(0);
}

# Returns the keeper and a handle that reads as ended once neither the keeper nor init lives.
sub start_keeper {
    my ($spec, $names) = @_;
    must('pipe', pipe(my $mapped, my $tell) && pipe(my $ended, my $alive));
    my $keeper = must_fork();
    if (!$keeper) { close($_) for $tell, $ended, \*CONTROL; keeper($spec, $mapped, $alive, $names) }
    close($_) for $mapped, $alive;
    if (!sysread($ended, my $ready, 1)) { rmdir $work if defined $work; POSIX::_exit(125) }
    map_ids($spec, $keeper);
    syswrite($tell, '1');
    return ($keeper, $ended);
}

# Listens to the caller until the last process of the run is gone.
sub supervise {
    my ($keeper, $ended) = @_;
    my ($control, $life) = (fileno(CONTROL), fileno($ended));
    my $asking = 1;
    while (1) {
        my $bits = '';
        vec($bits, $_, 1) = 1 for $asking ? ($control, $life) : ($life);
        next if select($bits, undef, undef, undef) < 1;
        last if vec($bits, $life, 1);
        $asking = sysread(CONTROL, my $request, 1) ? 1 : 0;
        kill(($asking ? 'TERM' : 'KILL'), $keeper);
    }
    1 while waitpid(-1, 0) > 0;
}

sub remove_tree {
    my ($spec, $path) = @_;
    return if system('rm', '-rf', '--', $path) == 0 || $> == 0;
    my ($keeper) = start_keeper({ %$spec, remove => $path }, {});
    waitpid($keeper, 0);
}

sub measure_trees {
    my ($spec) = @_;
    open(STDERR, '>', '/dev/null');
    measure(@{ $spec->{measure} }) if $> == 0;
    my ($keeper) = start_keeper($spec, {});
    waitpid($keeper, 0);
}

sub give_to_namespace {
    my ($owner, @paths) = @_;
    for my $path (@paths) { my $uid = (stat $path)[4]; chown $owner, $owner, $path if defined $uid && ($uid < $owner || $uid >= $owner + 65536) }
}

open(CONTROL, '<&=', 3) && open(STATUS, '>&=', 4) or POSIX::_exit(125);
fcntl($_, F_SETFD, FD_CLOEXEC) for \*CONTROL, \*STATUS;
my $spec = read_spec();
must('prctl', call('prctl', SET_CHILD_SUBREAPER, 1, 0, 0, 0));
$SIG{$_} = 'IGNORE' for qw(INT HUP TERM);
umask 022;
if (defined $spec->{remove}) {
    my $path = delete $spec->{remove};
    open(STDERR, '>', '/dev/null');
    remove_tree($spec, $path);
    POSIX::_exit(0);
}
if (@{ $spec->{measure} }) { measure_trees($spec); POSIX::_exit(0) }
if (defined $spec->{upper}) {
    $work = "$spec->{upper_parent}/$spec->{work}";
    must("mkdir $work", mkdir $work, 0700);
}
my $names = $spec->{network} ? host_names() : {};
if ($> == 0) {
    my $owner = (split /:/, $spec->{uid})[0];
    give_to_namespace($owner, $work, "$spec->{upper_parent}/$spec->{upper}") if defined $work;
    give_to_namespace($owner, map { my ($mode, $source) = split m{//}, $_, 3; $mode eq 'rw' ? $source : () } @{ $spec->{bind} });
    must('unshare', call('unshare', NEWNS));
    gather($spec, $owner);
    $spec->{gathered} = 1;
}
supervise(start_keeper($spec, $names));
if (defined $work) {
    # The kernel lets nobody into its folder there. This is done in no other: what an image left may be a link to anywhere.
    chmod 0700, "$work/overlay/work";
    remove_tree($spec, $work);
}
POSIX::_exit(0);
