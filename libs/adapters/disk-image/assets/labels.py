"""Writes the commands with which debugfs gives every file of the tree at GILD_ROOT the label its own SELinux policy names.

argv: where to write them. Without a policy there are none. The policy is read by the host's libselinux, as its own tools would;
paths of the tree lead nowhere else, because the tree is the root when they are followed.
"""

import ctypes
import errno
import os
import re
import sys

OPT_PATH = 3
FILES_A_WORD = 5000


class Option(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("value", ctypes.c_char_p)]


def policy_of_tree():
    """The policy the machine will load, as /etc/selinux/config names it."""
    try:
        with open("/etc/selinux/config", encoding="utf-8", errors="replace") as file:
            names = re.findall(r"^\s*SELINUXTYPE\s*=\s*([A-Za-z0-9_-]+)\s*$", file.read(), re.MULTILINE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    contexts = f"/etc/selinux/{names[-1] if names else 'targeted'}/contexts/files/file_contexts"
    return contexts if os.path.isfile(contexts) else None


def labeller(library, contexts):
    """What answers with the label of a path and mode, or with None where the policy wants none."""
    library.selabel_open.restype = ctypes.c_void_p
    option = Option(OPT_PATH, contexts.encode())
    handle = library.selabel_open(0, ctypes.byref(option), 1)
    if not handle:
        sys.exit(f"{contexts} cannot be read: {os.strerror(ctypes.get_errno())}")
    library.selabel_lookup_raw.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_char_p, ctypes.c_int]

    def label(path, mode):
        found = ctypes.c_char_p()
        if library.selabel_lookup_raw(handle, ctypes.byref(found), path, mode) == 0:
            value = found.value
            library.freecon(found)
            return value
        if ctypes.get_errno() != errno.ENOENT:
            sys.exit(f"{contexts} names no sound label for {path!r}: {os.strerror(ctypes.get_errno())}")
        return None

    return label


def paths():
    yield b"/"
    for folder, folders, files in os.walk(b"/"):
        folders.sort()
        yield from sorted(os.path.join(folder, name) for name in folders + files)


def main(commands_path):
    library = ctypes.CDLL("libselinux.so.1", use_errno=True)
    with open(commands_path, "wb") as commands:
        os.chroot(os.environ["GILD_ROOT"])
        os.chdir("/")
        contexts = policy_of_tree()
        if contexts is None:
            return
        label = labeller(library, contexts)
        for count, path in enumerate(paths(), start=1):
            if count % FILES_A_WORD == 0:
                print(f"Found the labels of {count} files", flush=True)
            if b"\n" in path:
                sys.exit(f"{path!r} has a line break in its name, and cannot be given a label.")
            found = label(path, os.lstat(path).st_mode)
            if found is not None:
                quoted = path.replace(b'"', b'""')
                commands.write(b'ea_set "%s" security.selinux %s\\000\n' % (quoted, found))


main(*sys.argv[1:])
