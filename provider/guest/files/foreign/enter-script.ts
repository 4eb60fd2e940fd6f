/** Exit codes of scripts that go where others can write, before they have changed anything. */
export const foreignExitCodes = {
  isLink: 71,
  missing: 72,
  notDirectory: 73,
  exists: 74,
  notFile: 75,
  notEmpty: 76,
  denied: 77,
  lacksTools: 78,
  notWritten: 79,
  absent: 80,
  mayNotGive: 81,
} as const;

const codes = foreignExitCodes;

/**
 * Shell function `vg_enter <absolute path>`: goes into exactly this directory. Links are followed where only root and the
 * login can have put them; in a directory of others none is, whoever swaps names meanwhile: each one is entered and then looked
 * at from inside (docs/reference/safe-paths.md). Ends the script otherwise, and says which name it was.
 */
export const enterScript = `
vg_uid=$(id -u)
vg_end() { [ -z "$2" ] || printf '%s\\n' "$2" >&2; exit "$1"; }
vg_own() {
  vg_look=$(ls -ldn .) || return 1
  set -- $vg_look
  case $3 in 0 | "$vg_uid") ;; *) return 1 ;; esac
  case $1 in ????????w*) return 1 ;; ?????w*) [ "$4" = 0 ] ;; esac
}
vg_into() {
  [ -d "./$1" ] || { [ -e "./$1" ] && vg_end ${codes.notDirectory} "$1" || vg_end ${codes.missing} "$1"; }
  cd -P "./$1" 2>/dev/null || vg_end ${codes.denied} "$1"
}
# Into a name of the directory that this is in, if that is a directory and no link.
vg_into_itself() {
  vg_here=$(pwd -P)
  [ ! -L "./$1" ] || vg_end ${codes.isLink} "$1"
  vg_into "$1"
  [ "$(pwd -P)" = "\${vg_here%/}/$1" ] || vg_end ${codes.isLink} "$1"
}
vg_enter() {
  cd / || exit ${codes.denied}
  vg_rest=\${1#/}/ vg_links=0
  while [ -n "$vg_rest" ]; do
    vg_part=\${vg_rest%%/*} vg_rest=\${vg_rest#*/}
    case $vg_part in '' | .) continue ;; esac
    if ! vg_own; then
      vg_into_itself "$vg_part"
    elif [ -L "./$vg_part" ]; then
      vg_links=$((vg_links + 1))
      [ "$vg_links" -le 40 ] || vg_end ${codes.notDirectory} "$vg_part"
      vg_target=$(readlink "./$vg_part") || vg_end ${codes.lacksTools} readlink
      case $vg_target in /*) cd / ;; esac
      vg_rest=\${vg_target#/}/$vg_rest
    else
      vg_into "$vg_part"
    fi
  done
}
`;
