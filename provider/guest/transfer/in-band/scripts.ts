import type { GuestErrorCode } from "../../../errors/guest-error";
import { isPrivateDirectory } from "../../calls/private-directory";

const toolsPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Writes one piece of a file. Parameters: path, number of the piece, bytes of a full piece, base64 of this one. May run
 * twice, also at once: the same bytes go to the same place.
 */
export const writePieceScript = `
exec </dev/null >/dev/null 2>&1
${toolsPath}
umask 077
[ -d "\${1%/*}/" ] || exit 122
command -v base64 && command -v dd || exit 124
: >>"$1" || exit 123
printf %s "$4" | base64 -d | dd of="$1" bs="$3" seek="$2" conv=notrunc || exit 125
`;

/** Bytes of a file that one name carries: 240 characters of base64 and a number, of the 255 that a name may have. */
export const nameBytes = 180;

/**
 * Publishes one piece of a file as names `<n>.<base64url>` of empty files in `<room>/<piece>`, then `end.<names>`.
 * Parameters: room, path, number of the piece, bytes of a full piece. Removes the piece before. May run twice, also at
 * once: each has a copy of the piece to itself, and publishes the same names.
 */
export const publishPieceScript = `
exec </dev/null >/dev/null 2>&1
${toolsPath}
umask 077
[ -f "$2" ] && [ -r "$2" ] || exit 123
command -v base64 && command -v dd && command -v tr || exit 124
${isPrivateDirectory}
vg_is_private "$1" || exit 121
vg_part=$1/$3.$$.part
rm -rf "$1/$(($3 - 1))" "$1/$(($3 - 1))".*.part
mkdir -p "$1/$3" && dd if="$2" of="$vg_part" bs="$4" skip="$3" count=1 && cd "$1/$3" || exit 125
vg_number=0
for vg_name in $({ base64 -w ${(nameBytes / 3) * 4} <"$vg_part" || base64 <"$vg_part"; } | tr +/ -_); do
  : >"$vg_number.$vg_name" || exit 125
  vg_number=$((vg_number + 1))
done
: >"end.$vg_number"
rm -f "$vg_part"
`;

/** What the exit codes of both scripts mean. */
export const inBandExitCodes: Readonly<Record<number, { readonly code: GuestErrorCode; readonly reason: string }>> = {
  121: {
    code: "GUEST_PERMISSION_DENIED",
    reason:
      "its directory below /tmp is gone or not private to the guest user (it needs mode 0700, and /tmp its sticky bit: chmod 1777 /tmp)",
  },
  122: {
    code: "PATH_NOT_FOUND",
    reason: "there is no such directory to write into. Declare it as a GuestDirectory, or set createParents",
  },
  123: { code: "GUEST_PERMISSION_DENIED", reason: "the guest user may not open it" },
  124: {
    code: "GUEST_OPERATION_UNSUPPORTED",
    reason: "the guest lacks base64, dd or tr, which a transfer through vCenter needs. Open the way to its ESXi host",
  },
  125: { code: "DISK_FULL", reason: "the guest could not write: its disk or /tmp is full, or failing" },
};
