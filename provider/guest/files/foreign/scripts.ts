import { statFormat } from "../stat";
import { enterScript, foreignExitCodes as codes } from "./enter-script";

const beginning = `
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 077
${enterScript}
vg_is_there() { [ -e "$1" ] || [ -L "$1" ]; }
vg_is_directory() { [ -d "$1" ] && [ ! -L "$1" ]; }
vg_needs_descriptors() {
  [ -d /proc/self/fd ] && stat -c %i . >/dev/null 2>&1 || vg_end ${codes.lacksTools} "/proc or stat -c"
}
vg_needs_mv() { mv --help 2>&1 | grep -q -e -T || vg_end ${codes.lacksTools} "mv -T"; }
# Mode, owner, time of what $4 names: nobody can swap it.
vg_attributes() {
  [ -z "$2" ] || chown "$2" "$4" || exit ${codes.mayNotGive}
  [ -z "$1" ] || chmod "$1" "$4" || exit ${codes.denied}
  [ -z "$3" ] || touch -d "@$3" "$4" || exit ${codes.denied}
}
`;

/** Puts $1 into the place of ./$2; with nothing as $3 only where nothing is. */
const place = `
vg_place() {
  if [ -n "$3" ]; then
    ! vg_is_directory "./$2" || exit ${codes.notFile}
    # busybox takes a link to a directory for one.
    [ ! -L "./$2" ] || [ ! -d "./$2" ] || rm -f "./$2"
    mv -fT "$1" "./$2"
  else
    mv -nT "$1" "./$2" || exit ${codes.denied}
    ! vg_is_there "$1" || exit ${codes.exists}
  fi
}
`;

/**
 * Opens the file ./$1 as descriptor 5, if it is no link and has no other name, which might be another's: whoever swaps it
 * has nothing done to what he puts there.
 */
const openFile = `
vg_open() {
  [ -f "./$1" ] && [ ! -L "./$1" ] || vg_end ${codes.isLink} "$1"
  if [ -r "./$1" ]; then exec 5<"./$1"; elif [ -w "./$1" ]; then exec 5>>"./$1"; else exit ${codes.denied}; fi
  [ "$(stat -c '%d:%i %h' "./$1")" = "$(stat -Lc '%d:%i' /proc/self/fd/5) 1" ] || vg_end ${codes.isLink} "$1"
}
`;

/**
 * Writes a file whole. Parameters: directory, name, name of the temporary file, path of a file of the login's own with the
 * bytes, or nothing for standard input; size; mode, owner (\`u:g\` or parts), owner that is kept as far as it may be given,
 * modification time in seconds; 1 to replace what is there. Tells what stat(1) tells of it. What can't be replaced, as another's
 * file in a sticky directory, but may be written, is written in place.
 */
export const putScript = `${beginning}${place}${openFile}
vg_dir=$1 vg_name=$2 vg_tmp=$3 vg_source=$4 vg_size=$5 vg_mode=$6 vg_owner=$7 vg_kept=$8 vg_time=$9
shift 9
vg_overwrite=$1
vg_enter "$vg_dir"
vg_needs_descriptors
vg_needs_mv
[ -w . ] || exit ${codes.denied}
set -C
exec 3>"./$vg_tmp"
set +C
trap 'rm -f "./$vg_tmp"' EXIT
if [ -n "$vg_source" ]; then cat <"$vg_source" >&3; else cat >&3; fi || exit ${codes.notWritten}
[ "$(stat -Lc %s /proc/self/fd/3)" = "$vg_size" ] || exit ${codes.notWritten}
if [ -n "$vg_kept" ] && ! chown "$vg_kept" /proc/self/fd/3 2>/dev/null; then
  chgrp "\${vg_kept#*:}" /proc/self/fd/3 2>/dev/null || :
  # Set-id bits were lent by the owner before.
  vg_mode=0\${vg_mode#?}
fi
vg_attributes "$vg_mode" "$vg_owner" "$vg_time" /proc/self/fd/3
vg_written=/proc/self/fd/3
vg_said=$(vg_place "./$vg_tmp" "$vg_name" "$vg_overwrite" 2>&1)
vg_why=$?
case $vg_why in
0) ;;
1)
  [ -w "./$vg_name" ] || vg_end ${codes.denied} "$vg_said"
  vg_open "$vg_name"
  vg_written=/proc/self/fd/5
  cat /proc/self/fd/3 >$vg_written || exit ${codes.notWritten}
  [ "$(stat -Lc %a $vg_written)" = "\${vg_mode#0}" ] || vg_attributes "$vg_mode" "$vg_owner" "" $vg_written ;;
*) vg_end "$vg_why" "$vg_said" ;;
esac
[ "$(stat -c %d:%i "./$vg_name")" = "$(stat -Lc %d:%i $vg_written)" ] || vg_end ${codes.isLink} "$vg_name"
stat -c '${statFormat}' "./$vg_name"
`;

/** Makes a directory, 0700 until it has its attributes. Parameters: directory, name, mode, owner, time. */
export const makeDirectoryScript = `${beginning}
vg_enter "$1"
! vg_is_there "./$2" || exit ${codes.exists}
mkdir "./$2" || exit ${codes.denied}
vg_into_itself "$2"
[ -O . ] || vg_end ${codes.isLink} "$2"
vg_attributes "$3" "$4" "$5" .
`;

/** Parameters: directory, name, mode, owner, time. Of a file only where it has no other name, which might be another's. */
export const attributesScript = `${beginning}${openFile}
vg_enter "$1"
vg_is_there "./$2" || exit ${codes.missing}
if vg_is_directory "./$2"; then
  vg_into_itself "$2"
  vg_attributes "$3" "$4" "$5" .
  exit
fi
vg_needs_descriptors
vg_open "$2"
vg_attributes "$3" "$4" "$5" /proc/self/fd/5
`;

/** Parameters: directory and name of the source, of the destination; 1 to replace what is there. */
export const moveScript = `${beginning}${place}
vg_needs_mv
[ -d /proc/self/fd ] || vg_end ${codes.lacksTools} /proc
vg_enter "$1"
exec 4<.
vg_enter "$3"
vg_is_there "/proc/self/fd/4/$2" || exit ${codes.missing}
vg_place "/proc/self/fd/4/$2" "$4" "$5" || exit ${codes.denied}
`;

/** Copies a file with its attributes. Parameters: directory and name of the source, of the copy, which must not be there. */
export const copyScript = `${beginning}${openFile}
vg_needs_descriptors
vg_enter "$1"
vg_is_there "./$2" || exit ${codes.missing}
vg_open "$2"
vg_enter "$3"
! vg_is_there "./$4" || exit ${codes.exists}
[ -w . ] || exit ${codes.denied}
set -C
exec 3>"./$4"
set +C
if ! cat /proc/self/fd/5 >&3; then rm -f "./$4"; exit ${codes.notWritten}; fi
vg_like=/proc/self/fd/5 vg_copy=/proc/self/fd/3
vg_mode=$(stat -Lc %a $vg_like)
chown "$(stat -Lc %u:%g $vg_like)" $vg_copy 2>/dev/null || vg_mode=$((vg_mode % 1000))
chmod "$vg_mode" $vg_copy
touch -d "@$(stat -Lc %Y $vg_like)" $vg_copy
`;

/** Removes a file or link. Parameters: directory, name. */
export const removeFileScript = `${beginning}
vg_enter "$1"
vg_is_there "./$2" || exit ${codes.absent}
! vg_is_directory "./$2" || exit ${codes.notFile}
rm -f "./$2" || exit ${codes.denied}
`;

/** Removes a directory. Parameters: directory, name, 1 to remove all in it. */
export const removeDirectoryScript = `${beginning}
vg_enter "$1"
vg_is_there "./$2" || exit ${codes.absent}
vg_is_directory "./$2" || exit ${codes.notDirectory}
if [ -n "$3" ]; then rm -rf "./$2" || exit ${codes.denied}; exit; fi
[ -z "$(ls -A "./$2" | head -n 1)" ] || exit ${codes.notEmpty}
rmdir "./$2" || exit ${codes.denied}
`;
