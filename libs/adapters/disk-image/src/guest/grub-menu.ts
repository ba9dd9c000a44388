/**
 * A function of the shell that prints a grub.cfg. Its words are names of kernels below boot/, of which the first is started; it
 * reads `uuid` of the root file system, `delay` in seconds, `serial` (empty without a serial console) and the kernel's `parameters`.
 */
export const WRITE_MENU = `write_menu() {
  printf 'set timeout=%s\\nset timeout_style=hidden\\n' "$delay"
  [ -z "$serial" ] ||
    printf 'serial --unit=0 --speed=115200\\nterminal_input console serial\\nterminal_output console serial\\n'
  printf 'search --no-floppy --fs-uuid --set=root %s\\n' "$uuid"
  for kernel; do
    version=\${kernel#vmlinuz-}
    printf "menuentry 'Linux %s' {\\n  linux /boot/%s root=UUID=%s ro %s\\n" "$version" "$kernel" "$uuid" "$parameters"
    for initrd in "initrd.img-$version" "initramfs-$version.img"; do
      [ ! -f "boot/$initrd" ] || printf '  initrd /boot/%s\\n' "$initrd"
    done
    printf '}\\n'
  done
}
`;
