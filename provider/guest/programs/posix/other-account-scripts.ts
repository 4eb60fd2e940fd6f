import { quoteForShell } from "../../paths/quoting-posix";
import { roomPrefix } from "../../paths/temporary-places";
import { endMarkedScript, markVariable } from "./end-marked";

/** The line that begins what the other account is to read. A password that sudo did not ask for comes before it. */
export const payloadMark = "#vsphere-guest-run-as";

/** How many words stand before the command's own where `otherAccountScript` is run: /bin/sh -c script sh and 4 more. */
const wordsBefore = 8;

/**
 * Runs as the login. Parameters: sudo or su, the account, 1 where a password comes first on standard input, 1 where
 * the command may go to sudo as it is, the working directory or nothing, then the words to run as the account.
 *
 * The other account's processes are not the login's to end. So the pipe that they read from is held open by a process
 * of the login's own, which ends with the group: its end tells them to go (otherAccountScript).
 *
 * sudo is asked first (-l) whether it would: a wrong password is tried once, not once for each line that follows it; and
 * where it allows the command itself but no shell, the command is given to it as it is. Exit code 126: not run.
 */
export const loginScript = `
vg_method=$1 vg_user=$2 vg_asks=$3 vg_plain=$4 vg_dir=$5
shift 5
vg_fail() { printf '%s\\n' "$1" >&2; exit 126; }
command -v "$vg_method" >/dev/null || vg_fail "$vg_method is not installed in the guest"
vg_password=
[ -z "$vg_asks" ] || IFS= read -r vg_password
vg_tell() { [ -z "$vg_asks" ] || printf '%s\\n' "$vg_password"; }
if [ "$vg_method" = su ]; then
  set -- su -s /bin/sh -c 'exec "$0" "$@"' -- "$vg_user" "$@"
else
  if [ -n "$vg_asks" ]; then vg_how='-k -S'; else vg_how=-n; fi
  if ! vg_said=$(vg_tell | sudo $vg_how -p '' -u "$vg_user" -l -- "$@" 2>&1 >/dev/null); then
    [ -z "$vg_said" ] || vg_fail "$vg_said"
    [ -n "$vg_plain" ] || vg_fail "sudo does not let this login run /bin/sh as $vg_user, which a script, environment and stdin need"
    [ -z "$vg_dir" ] || cd "$vg_dir" || exit 126
    shift ${wordsBefore}
    vg_tell | sudo $vg_how -p '' -H -u "$vg_user" -- "$@"
    exit
  fi
  set -- sudo $vg_how -p '' -H -u "$vg_user" -- "$@"
fi
exec 3<&0 </dev/null
vg_pipe=$0.pipe
mkfifo "$vg_pipe" || vg_fail "mkfifo is missing in the guest"
(
  exec 4>"$vg_pipe"
  rm -f "$vg_pipe"
  { vg_tell; cat <&3; } >&4
  exec sleep 2147483647
) >/dev/null 2>&1 &
vg_holder=$!
exec 3<&-
(exec "$@" <"$vg_pipe")
vg_code=$?
kill "$vg_holder" 2>/dev/null
exit "$vg_code"
`;

/**
 * Runs as the other account. Parameters: the working directory or nothing for the account's home, bytes of setup, of
 * script and of standard input that follow the mark, then program and arguments. The setup sets the environment, and
 * program and arguments of a script. Nothing here needs the login's files or what sudo does to the environment.
 *
 * The directory for what the command is given gets its name here: in a command line others would see it, and could be
 * there first. A setup finds it as $vg_room.
 *
 * Each of head and tail reads one piece and nothing is read after them but the pipe's end: some read ahead.
 */
export const otherAccountScript = `
vg_dir=$1 vg_setup=$2 vg_script=$3 vg_stdin=$4
shift 4
vg_fail() { printf '%s\\n' "$1" >&2; exit 126; }
while IFS= read -r vg_line; do [ "$vg_line" != "${payloadMark}" ] || break; done
vg_bytes=$((vg_setup + vg_script + vg_stdin))
vg_umask=$(umask)
umask 077
vg_in=/dev/null
vg_room=$(mktemp -d /tmp/${roomPrefix}XXXXXXXXXXXX) || vg_fail "no private directory could be made below /tmp"
if [ "$vg_bytes" -gt 0 ]; then
  head -c "$vg_bytes" >"$vg_room/all" || vg_fail "$vg_room could not be written"
  [ "$vg_setup" = 0 ] || head -c "$vg_setup" <"$vg_room/all" >"$vg_room/setup"
  [ "$vg_script" = 0 ] || tail -c "+$((vg_setup + 1))" "$vg_room/all" | head -c "$vg_script" >"$vg_room/script"
  [ "$vg_stdin" = 0 ] || { vg_in=$vg_room/stdin; tail -c "$vg_stdin" "$vg_room/all" >"$vg_in"; }
  rm -f "$vg_room/all"
fi
exec 3<&0 4>&2 <"$vg_in"
if [ -n "$vg_dir" ]; then cd "$vg_dir" || exit 126; else cd 2>/dev/null || cd /; fi
(
  while read -r vg_line <&3; do :; done
  rm -rf "$vg_room"
  /bin/sh -c ${quoteForShell(endMarkedScript)} sh "$vg_room."
  kill -KILL 0
) >/dev/null 2>&1 &
vg_watcher=$!
exec 2>/dev/null
(
  exec 2>&4 3<&- 4>&-
  umask "$vg_umask"
  unset OLDPWD SUDO_COMMAND
  [ "$vg_setup" = 0 ] || . "$vg_room/setup"
  export ${markVariable}="$vg_room."
  exec "$@"
)
vg_code=$?
kill "$vg_watcher"
rm -rf "$vg_room"
exit "$vg_code"
`;

/** Setup text that leaves no variable of those that sudo or su gave. */
export const unsetAll = `
for vg_name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$vg_name"; done
`;
