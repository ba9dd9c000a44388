"""What is said while others or mirrors take their time, so that waiting is not taken for being dead."""

import contextlib
import fcntl
import re
import sys
import time

WAIT_S = 0.1
SAY_EVERY_S = 5
USERINFO = re.compile(r"""\b([a-z][a-z0-9+.-]*://)[^\s/?#'"]*@""", re.IGNORECASE)


class Discreet:
    """A stream that is told the addresses of mirrors without the user and password they are reached with."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        return self.stream.write(USERINFO.sub(r"\1", text))

    def flush(self):
        self.stream.flush()


def discreet():
    """From here on nothing that is printed, also of a crash, has a mirror's user or password."""
    sys.stdout, sys.stderr = Discreet(sys.stdout), Discreet(sys.stderr)


class Told:
    """Says how far a long download is, and which package or index has arrived."""

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self.said = clock()
        self.failures = []

    def start(self, total_files, total_size, total_drpms=0):
        pass

    def progress(self, payload, done):
        if done and self.clock() - self.said >= SAY_EVERY_S:
            self.said = self.clock()
            print(f"{payload}: {done / 1e6:.1f} MB so far", flush=True)

    def end(self, payload, status, message):
        self.said = self.clock()
        told = f"{payload} {message or ''}".rstrip()
        self.failures += [told] if message else []
        print(told, flush=True)

    def message(self, message):
        pass


@contextlib.contextmanager
def locked(path, clock=time.monotonic):
    """Holds the lock that this file is, alone of all sandboxes: an id of a process says nothing in another one."""
    said = None
    with open(path, "a", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if said is None or clock() - said >= SAY_EVERY_S:
                    said = clock()
                    print("Waiting for another build that reads these package indexes", flush=True)
                time.sleep(WAIT_S)
        yield
