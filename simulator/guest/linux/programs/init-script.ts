import { ownDirectory } from "../shared-directories";

/** Lowest pid of a program in a guest; lower ones are the system's own. */
const firstProgramPid = 300;

/**
 * Shell script that turns a fresh mount and pid namespace into the guest's world and becomes its init: the root
 * directory with the shared directories bound in read-only, own /proc and /dev; the machine's root is gone after that.
 *
 * $1 root, $2 "privileged" or "mapped", $3 text of the init program, $4.. paths to share with the machine.
 * Rights that would lead out of the guest are dropped for good: mounting, devices, modules, raw i/o, file handles.
 */
export const namespaceScript = `
set -e
root=$1 mode=$2 init=$3
shift 3
if [ "$mode" = privileged ]; then echo ${firstProgramPid - 1} > /proc/sys/kernel/ns_last_pid || true; fi
mount --rbind "$root" "$root"
exec 9< "$root${ownDirectory}"
for path in "$@"; do
  mount --rbind "$path" "$root$path"
  mount -o remount,ro,bind "$root$path"
done
mount --no-canonicalize --bind /proc/self/fd/9 "$root${ownDirectory}"
exec 9<&-
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
if [ "$mode" = privileged ]; then
  for path in sys sysrq-trigger irq bus; do
    if [ -e "$root/proc/$path" ]; then
      mount --bind "$root/proc/$path" "$root/proc/$path"
      mount -o remount,ro,bind "$root/proc/$path"
    fi
  done
fi
cd "$root"
pivot_root . .
umount -l .
cd /
if [ "$mode" = privileged ]; then
  exec setpriv --inh-caps=-all --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+setfcap,+net_bind_service,+net_raw,+sys_chroot,+audit_write perl -e "$init"
fi
exec perl -e "$init"
`;

/**
 * The guest's init, in Perl since every distribution has it and Node would cost 40 MB a guest. Reads requests from
 * stdin, each a 32-bit length and a list of length-prefixed strings; writes one event a line to stdout:
 * `ready`, `started <id> <pid>`, `failed <id> <errno>`, `exited <pid> <code>`, `signalled <id> <errno or 0>`.
 * Programs get /dev/null, two ends of a socket that nobody answers, and the one pipe that the real agent leaks to them.
 * The end of stdin (the simulator is gone) ends it, and with it the namespace.
 */
export const initProgram = String.raw`
use strict;
use POSIX qw(:sys_wait_h :errno_h);
use Socket;
use Fcntl;
if (opendir(my $open, "/proc/self/fd")) { for (readdir $open) { POSIX::close($_) if /^\d+$/ && $_ > 2 && $_ != fileno $open; } closedir($open); }
$0 = "/sbin/init";
umask 0022;
POSIX::setsid();
$| = 1;
$SIG{PIPE} = $SIG{XFSZ} = "IGNORE";
$SIG{CHLD} = sub {};
socketpair(my $sink, my $output, AF_UNIX, SOCK_STREAM, 0) or die "socketpair: $!";
pipe(my $waiter_reads, my $waiter_writes) or die "pipe: $!";
fcntl($waiter_writes, F_SETFD, 0);
my (%killer, %program);
my $input = "";

sub become {
  my ($uid, $gid, $groups) = @_;
  $) = "$gid $gid" . ($groups eq "" ? "" : " $groups");
  POSIX::setgid($gid);
  POSIX::setuid($uid);
}

sub start {
  my ($id, $uid, $gid, $groups, $cwd, $file, $count, @rest) = @_;
  my @argv = splice(@rest, 0, $count);
  my $pid = fork();
  if (!defined $pid) { print "failed $id " . ($! + 0) . "\n"; return; }
  if ($pid) { $program{$pid} = 1; print "started $id $pid\n"; return; }
  open(STDIN, "<", "/dev/null");
  POSIX::dup2(fileno($output), 1);
  POSIX::dup2(fileno($output), 2);
  $SIG{CHLD} = "DEFAULT";
  become($uid, $gid, $groups) if $uid ne "";
  chdir($cwd) or chdir("/");
  %ENV = map { /^([^=]+)=(.*)$/s ? ($1, $2) : () } @rest;
  { no warnings; exec { $file } @argv; }
  POSIX::_exit(127);
}

sub signal_process {
  my ($id, $uid, $gid, $groups, $pid, $number) = @_;
  my $child = fork();
  if (!defined $child) { print "signalled $id " . ($! + 0) . "\n"; return; }
  if ($child) { $killer{$child} = $id; return; }
  become($uid, $gid, $groups) if $uid ne "";
  POSIX::_exit(kill($number, $pid) ? 0 : $! + 0);
}

sub reap {
  while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
    my $status = $?;
    my $code = WIFEXITED($status) ? WEXITSTATUS($status) : 0;
    if (exists $killer{$pid}) { print "signalled " . delete($killer{$pid}) . " $code\n"; }
    elsif (delete $program{$pid}) { print "exited $pid $code\n"; }
  }
}

print "ready\n";
for (;;) {
  my $wanted = "";
  vec($wanted, 0, 1) = 1;
  vec($wanted, fileno($sink), 1) = 1;
  my $found = select(my $readable = $wanted, undef, undef, %program || %killer ? 0.02 : 1);
  if ($found > 0 && vec($readable, fileno($sink), 1)) { sysread($sink, my $discarded, 65536); }
  if ($found > 0 && vec($readable, 0, 1)) {
    my $bytes = sysread(STDIN, $input, 1 << 20, length $input);
    exit 0 if defined $bytes && $bytes == 0;
    while (length($input) >= 4 && length($input) >= 4 + (my $size = unpack("N", $input))) {
      my ($verb, @fields) = unpack("(N/a)*", substr($input, 4, $size));
      substr($input, 0, 4 + $size) = "";
      if ($verb eq "start") { start(@fields); } else { signal_process(@fields); }
    }
  }
  reap();
}
`;
