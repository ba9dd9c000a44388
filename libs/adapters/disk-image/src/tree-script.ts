import { WRITE_MENU } from './guest/grub-menu.js';

/** The script's exit code when the tree holds no kernel. */
export const NO_KERNEL = 20;

/**
 * Run by the host's /bin/sh inside the user namespace, in a writable view of the tree: `$1` id of the root file system, `$2`
 * folder for what it makes, then one `target=modules` word for each platform (modules separated by commas; none: no core).
 * Adds what only the disk knows (fstab, the first grub.cfg, GRUB's modules of the very version its core is made of), dated as
 * the newest file of the tree, and lists every file so that the file system can be sized.
 *
 * The kernel's parameters and the menu's delay come from /etc/default/grub, where update-grub finds them later too. That file
 * is read, never run: this shell sees the host, and what the image brings must not. For the same reason no path that
 * is written or read here may be a link, which would lead out of the tree, and no file name becomes a word of a command.
 */
export const TREE_SCRIPT = `set -eu
uuid=$1 out=$2
shift 2
cd "$GILD_ROOT"

export TMPDIR="$out"

refuse() {
  echo "$1; a bootable tree has the real thing there." >&2
  exit 1
}
for path in boot boot/grub etc etc/default etc/default/grub etc/default/grub.d usr usr/lib usr/lib/grub; do
  [ ! -L "$path" ] || refuse "/$path is a symbolic link"
done
for path in boot/grub/grub.cfg etc/fstab; do
  [ ! -L "$path" ] || refuse "/$path is a symbolic link"
  [ ! -e "$path" ] || [ -f "$path" ] || refuse "/$path is no ordinary file"
done
for platform in "$@"; do
  target=\${platform%%=*}
  for path in "boot/grub/$target" "usr/lib/grub/$target"; do
    [ ! -L "$path" ] || refuse "/$path is a symbolic link"
  done
  [ ! -e "usr/lib/grub/$target" ] || find "usr/lib/grub/$target" ! -type f ! -type d >"$out/odd"
  [ ! -s "$out/odd" ] || refuse "/$(head -n 1 "$out/odd") is no ordinary file"
done

kernel=$(find boot -maxdepth 1 -type f -name 'vmlinuz-*' -printf '%f\\n' | sort -V | tail -n 1)
[ -n "$kernel" ] || exit ${NO_KERNEL}
newest=$(find . -mindepth 1 -printf '%T@\\n' | sort -n | tail -n 1)
date="@$(echo "$newest" | cut -d . -f 1)"

mkdir -p boot/grub etc
if ! grep -Eqs '^[^#[:space:]]+[[:space:]]+/[[:space:]]' etc/fstab; then
  others=$(grep -sv '^# UNCONFIGURED' etc/fstab || :)
  printf 'UUID=%s / ext4 errors=remount-ro,x-systemd.growfs 0 1\\n' "$uuid" >etc/fstab
  [ -z "$others" ] || printf '%s\\n' "$others" >>etc/fstab
fi

setting() {
  find etc/default/grub etc/default/grub.d -maxdepth 1 -type f \\( -path etc/default/grub -o -name '*.cfg' \\) -print0 \\
    2>/dev/null | sort -z | xargs -0 -r sed -n -e "s/^$1=//p" -- | tail -n 1 | sed "s/^[\\"']//; s/[\\"']\\$//"
}
delay=$(setting GRUB_TIMEOUT | grep -x '[0-9]*' || echo 1)
serial=$(setting GRUB_SERIAL_COMMAND)
parameters="$(setting GRUB_CMDLINE_LINUX) $(setting GRUB_CMDLINE_LINUX_DEFAULT)"
${WRITE_MENU}
write_menu "$kernel" >boot/grub/grub.cfg

printf 'search.fs_uuid %s root\\nset prefix=($root)/boot/grub\\nconfigfile $prefix/grub.cfg\\n' "$uuid" >"$out/early.cfg"
for platform in "$@"; do
  target=\${platform%%=*}
  modules="usr/lib/grub/$target"
  [ -d "$modules" ] || modules="/usr/lib/grub/$target"
  # Signed loaders have in them what they need; without modules they only lack the rest.
  [ -d "$modules" ] || [ -n "\${platform#*=}" ] || continue
  rm -rf "boot/grub/$target"
  mkdir "boot/grub/$target"
  cp -P "$modules"/*.mod "$modules"/*.lst "boot/grub/$target/"
  [ ! -f "$modules/boot.img" ] || cp "$modules/boot.img" "$out/boot.img"
  [ -n "\${platform#*=}" ] || continue
  grub-mkimage -O "$target" -d "$modules" -p /boot/grub -c "$out/early.cfg" -o "$out/$target.img" \\
    $(echo "\${platform#*=}" | tr , ' ')
done

find boot/grub -exec touch -h -d "$date" {} +
touch -d "$date" boot etc etc/fstab .
find . -printf '%y %n %i %s %T@\\n' >"$out/files"
`;
