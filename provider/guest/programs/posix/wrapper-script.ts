import { isPrivateDirectory } from "../../calls/private-directory";
import { quoteForShell } from "../../paths/quoting-posix";
import { markVariable } from "./end-marked";
import { begunByAnotherExitCode } from "../plan";
import { unfetchedDays, staleDays, roomPrefix } from "../../paths/temporary-places";

/** Outputs up to this many bytes are published as file names; larger ones are fetched by transfer. */
const publishedBytesLimit = 4096;
/** Tools of the wrapper itself are looked for here first: the program's PATH may be anything. */
const toolsPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Exit codes of the wrapper where it could not publish anything. */
export const wrapperExitCodes: Readonly<Record<number, string>> = {
  111: "its directory below /tmp is gone or not private to the guest user (it needs mode 0700, and /tmp its sticky bit: chmod 1777 /tmp)",
};

/** How the wrapper begins: a process with this in its command line is one. */
export const wrapperBeginning = "vg_umask=$(umask) vg_path=$PATH";

/**
 * Runs in the new process group's leader, then becomes the program. Parameters: run, umask, PATH, flags, directory,
 * pid of the wrapper, program and arguments. The `setup` file, if any, exports variables and may set the parameters
 * anew: what must not stand in a command line comes that way.
 */
const leaderScript = `
vg_run=$1
: >"$vg_run.pid.$$.$6"
vg_fail() { : >"$vg_run.failed.$1"; exit 113; }
PATH=$3
case $4 in *u*) unset PATH ;; esac
[ -z "$5" ] || cd "$5" || vg_fail directory
vg_umask=$2
shift 6
[ ! -e "$vg_run.setup" ] || . "$vg_run.setup"
case $1 in
*/*)
  [ -e "$1" ] || vg_fail missing
  [ -f "$1" ] && [ -x "$1" ] || vg_fail denied ;;
*) command -v "$1" >/dev/null 2>&1 || vg_fail missing ;;
esac
umask "$vg_umask"
export ${markVariable}="\${vg_run##*/${roomPrefix}}."
exec "$@"
`;

/**
 * The wrapper around a program in a POSIX guest (docs/reference/runs.md), for dash, bash and busybox. Parameters: room,
 * run, working directory or nothing, flags, then the texts that the flags tell of, then program and arguments. Flags: k
 * the run's key and the deploy follow, s the script's text follows, i the stdin's text follows, f files were put into
 * the room beforehand, u no PATH for the program.
 *
 * What it publishes as names of empty files in the room, each after `<run>.`:
 * `begun`; `key.<key>.<deploy>.<wrapper>` the run can be found again; `earlier.<room>.<run>` nothing was started,
 * since that run of an earlier deploy was found (it now bears this deploy's mark);
 * `nogroup` no setsid here; `pid.<group leader>.<wrapper>`; `failed.<directory|missing|denied>`;
 * `out.<n>.<base64url>` and `err.<n>.<base64url>` pieces of small outputs; last
 * `rc.<exit code>.<bytes of out>.<pieces of out>.<bytes of err>.<pieces of err>`.
 *
 * `begun` is made exclusively: a start that is repeated because its answer was lost runs nothing twice. The program
 * is not started in the background, where shells have it ignore SIGINT, and in a subshell, or dash would write
 * "Killed" into its stderr. A run that goes on is told from a process that has its pid by now by its command line,
 * which names the room. Renaming a mark takes a run over: of several only one succeeds.
 */
export const wrapperScript = `
exec </dev/null >/dev/null 2>&1
${wrapperBeginning}
umask 077
PATH=${toolsPath}:$PATH
vg_room=$1 vg_run=$1/$2 vg_dir=$3 vg_flags=$4
shift 4
${isPrivateDirectory}
vg_is_private "$vg_room" || exit 111
(set -C; : >"$vg_run.begun") || exit ${begunByAnotherExitCode}
vg_goes_on() {
  if [ -e /proc/self/cmdline ]; then grep -qF "$2" "/proc/$1/cmdline"; else ps -ww -o args= -p "$1" | grep -qF "$2"; fi
}
vg_take_over() {
  for vg_mark in "\${vg_room%/*}/${roomPrefix}"*/*".key.$1."*; do
    vg_other=\${vg_mark%/*} vg_name=\${vg_mark##*/}
    vg_by=\${vg_name%.*}
    [ -e "$vg_mark" ] && [ "\${vg_by##*.}" != "$2" ] && vg_is_private "$vg_other" || continue
    vg_number=\${vg_name%%.*}
    if [ -n "$(find "$vg_other/$vg_number".rc.* -maxdepth 0 -mtime -${unfetchedDays})" ] ||
      { [ ! -e "$(echo "$vg_other/$vg_number".rc.*)" ] && vg_goes_on "\${vg_name##*.}" "\${vg_other##*/}"; }; then
      mv "$vg_mark" "$vg_other/$vg_number.key.$1.$2.\${vg_name##*.}" || continue
      : >"$vg_run.earlier.\${vg_other##*${roomPrefix}}.$vg_number"
      return 0
    fi
    rm -f "$vg_mark"
  done
  return 1
}
case $vg_flags in *k*)
  if vg_take_over "$1" "$2"; then rm -f "$vg_run.script" "$vg_run.stdin" "$vg_run.setup"; exit 0; fi
  : >"$vg_run.key.$1.$2.$$"
  shift 2 ;;
esac
case $vg_flags in *s*) printf %s "$1" >"$vg_run.script"; shift ;; esac
case $vg_flags in *i*) printf %s "$1" >"$vg_run.stdin"; shift ;; esac
if [ -e "$vg_run.stdin" ]; then vg_in=$vg_run.stdin; else vg_in=/dev/null; fi
vg_setsid=$(command -v setsid) || { vg_setsid=; : >"$vg_run.nogroup"; }
vg_leader=${quoteForShell(leaderScript)}
(exec $vg_setsid /bin/sh -c "$vg_leader" sh "$vg_run" "$vg_umask" "$vg_path" "$vg_flags" "$vg_dir" $$ "$@") \\
  <"$vg_in" >"$vg_run.out" 2>"$vg_run.err"
vg_rc=$?
vg_publish() {
  vg_parts=0
  vg_size=$(($(wc -c <"$vg_run.$1")))
  [ "$vg_size" -gt 0 ] && [ "$vg_size" -le ${publishedBytesLimit} ] && command -v base64 && command -v tr || return
  for vg_piece in $({ base64 -w 200 <"$vg_run.$1" || base64 <"$vg_run.$1"; } | tr +/ -_); do
    : >"$vg_run.$1.$vg_parts.$vg_piece"
    vg_parts=$((vg_parts + 1))
  done
}
vg_publish out
vg_out=$vg_size.$vg_parts
vg_publish err
case $vg_flags in *[sif]*) rm -f "$vg_run.script" "$vg_run.stdin" "$vg_run.setup" ;; esac
: >"$vg_run.rc.$vg_rc.$vg_out.$vg_size.$vg_parts"
[ "$vg_run" != "$vg_room/1" ] ||
  find "\${vg_room%/*}/" -maxdepth 1 -type d -user "$(id -u)" -name '${roomPrefix}*' -mtime +${staleDays} -exec rm -rf {} +
`;
