import { enterScript } from "../../../guest/files/foreign/enter-script";
import { treeStagePrefix, treeStaleDays } from "../../../guest/paths/temporary-places";

/** Exit codes of the script, of before anything was put in place; with `noTar` the guest can't unpack. */
export const unpackExitCodes = { noTar: 42, isTaken: 44, isSwapped: 45, mayNotGive: 46 } as const;

/**
 * In a directory of the target, entered so that no link on the way to it is followed, whoever may swap it: the place of `$name`.
 * `$target` is where the target really is, descriptor 8 the target. The dot keeps line ends at the end of a name, which `$(…)` takes away.
 */
const enterParent = `
  path=\${path#./}
  parent=\${path%/*}
  [ "$parent" != "$path" ] || parent=
  name=\${path##*/}
  cd -P -- "/proc/self/fd/8/$parent" && [ "$(pwd -P; echo .)" = "$target\${parent:+/$parent}
." ] || swapped "$path"`;

/** What is wrong is told on stderr: find passes no exit code on. */
const swapped = `
swapped() { echo "$1: a directory on the way to it is a link, or was swapped meanwhile" >&2; exit 1; }`;

/** Parameters: where the target is, mode, owner or empty; then directories, outer ones first. */
const makeDirectories = `
set -e${swapped}
target=$1 mode=$2 owner=$3
shift 3
for path; do ${enterParent}
  made=
  if mkdir -- "./$name" 2>/dev/null; then made=1; fi
  cd -P -- "./$name" && [ "$(pwd -P; echo .)" = "$target/$path
." ] || swapped "$path"
  [ -n "$made" ] || continue
  [ "$(stat -c %u .)" = "$(id -u)" ] || swapped "$path"
  chmod "$mode" .
  [ -z "$owner" ] || chown "$owner" .
done`;

/** Parameters: where the target is, the part; then new files, which have their attributes. */
const placeNew = `
set -e${swapped}
target=$1
shift
for path; do ${enterParent}
  mv -fT -- "/proc/self/fd/9/new/$path" "./$name"
done`;

/**
 * Parameters: where the target is, declared mode or empty, owner or empty; then changed files, which keep what is not
 * declared, set-id bits only with their owner.
 */
const placeChanged = `
set -e${swapped}
target=$1 mode=$2 owner=$3
shift 3
for path; do ${enterParent}
  staged=/proc/self/fd/9/changed/$path
  kept=$(stat -c %a "./$name")
  chown -h "$(stat -c %u:%g "./$name")" "$staged" 2>/dev/null || {
    kept=$(printf %04d "$kept"); kept=0\${kept#?}
    chgrp -h "$(stat -c %g "./$name")" "$staged" 2>/dev/null || :
  }
  [ -z "$owner" ] || chown -h "$owner" "$staged"
  chmod "\${mode:-$kept}" "$staged"
  mv -fT -- "$staged" "./$name"
done`;

const quoted = (script: string) => `'${script}'`;

/**
 * Unpacks the archive on its standard input, parts \`new\` and \`changed\`, in a directory within the target that only the login
 * can enter, and renames each file into its place, so that every file is the old or the new one at any time. Parameters: target, owner or empty,
 * modes of new files and of new directories, mode of changed files or empty. Names come from `find`, so any name will do.
 *
 * No link of others leads to the target (enter-script.ts). Whoever owns it may rename and link in it at any moment: it and the stage are entered once and gone on from as
 * open directories (descriptors 8 and 9), each directory below is entered and looked at from inside, and attributes are set where
 * nobody else can get. A link in a directory's place, and anything at a new file's path, ends the script before anything is put in
 * place there. What a killed deploy left more than two days ago goes too.
 */
export const unpackScript = `
set -e
umask 077
command -v tar >/dev/null 2>&1 && [ -d /proc/self/fd ] && mv --help 2>&1 | grep -q -- -T || exit ${unpackExitCodes.noTar}
${enterScript}
vg_enter "$1"
exec 8<.
target=$(pwd -P)
[ "$target" != / ] || target=
find . -maxdepth 1 -type d -name '${treeStagePrefix}*' -user "$(id -u)" -mtime +${treeStaleDays} -exec rm -rf -- {} + 2>/dev/null || :
stage=$(mktemp -d "./${treeStagePrefix}XXXXXXXX")
trap 'cd /proc/self/fd/8 && rmdir -- "$stage" 2>/dev/null || :' EXIT
cd -P -- "$stage"
[ "$(pwd -P)" = "$target/\${stage#./}" ] && [ "$(stat -c %u:%a .)" = "$(id -u):700" ] || exit ${unpackExitCodes.isSwapped}
exec 7<.
trap '{ cd /proc/self/fd/7 && rm -rf ./closed; cd /proc/self/fd/8 && rmdir -- "$stage"; } 2>/dev/null || :' EXIT
# The archive's own root opens the directory that it is unpacked into.
mkdir closed
cd closed
exec 9<.
if [ -n "$2" ]; then : >probe; chown "$2" probe || exit ${unpackExitCodes.mayNotGive}; fi
tar -xzof -
cd /proc/self/fd/9/new
taken=$(find . ! -type d -exec sh -c '
  for f; do if [ -e "/proc/self/fd/8/$f" ] || [ -L "/proc/self/fd/8/$f" ]; then echo "$f"; fi; done' sh {} +)
[ -z "$taken" ] || { echo "$taken" >&2; exit ${unpackExitCodes.isTaken}; }
find . ! -type d -exec chmod "$3" {} +
[ -z "$2" ] || find . ! -type d -exec chown -h "$2" {} +
for part in new changed; do
  cd "/proc/self/fd/9/$part"
  find . -mindepth 1 -type d -exec sh -c ${quoted(makeDirectories)} sh "$target" "$4" "$2" {} +
done
cd /proc/self/fd/9/new
find . ! -type d -exec sh -c ${quoted(placeNew)} sh "$target" {} +
cd /proc/self/fd/9/changed
find . ! -type d -exec sh -c ${quoted(placeChanged)} sh "$target" "$5" "$2" {} +
`;
