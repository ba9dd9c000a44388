"""The indexes of repositories, read by a dnf that knows nothing of the host."""

import contextlib
import hashlib
import logging
import os

import dnf

from problem import Problem
from telling import Told, locked

INDEXES = "/run/rpm/indexes"

# They name processes, and there are others of that number in the next sandbox: the lock of the indexes is a file's.
dnf.lock.build_metadata_lock = dnf.lock.build_download_lock = lambda *_: contextlib.nullcontext()


class Heard(logging.Handler):
    """What dnf only tells its log: why each mirror failed."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []
        logging.getLogger("dnf").addHandler(self)

    def emit(self, record):
        self.lines.append(record.getMessage())


def base_of(request):
    """A dnf that reads nothing of the host's settings and knows no installed package."""
    base = dnf.Base(dnf.conf.Conf())
    conf = base.conf
    conf.cachedir = INDEXES
    conf.persistdir = conf.logdir = "/run/rpm/call"
    conf.reposdir = conf.varsdir = []
    conf.plugins = False
    conf.releasever = request["releasever"]
    conf.substitutions["releasever"] = request["releasever"]
    conf.substitutions["arch"] = conf.substitutions["basearch"] = request["arch"]
    conf.module_platform_id = request["platform"]
    conf.install_weak_deps = False
    conf.retries = 3
    conf.timeout = 30
    return base


def write_state(base):
    """What the indexes are made of, in a file that is there whole at any time."""
    state = hashlib.sha256()
    for repo in sorted(base.repos.iter_enabled(), key=lambda one: one.id):
        with open(f"{repo._repo.getCachedir()}/repodata/repomd.xml", "rb") as file:
            state.update(f"{repo.id} {hashlib.sha256(file.read()).hexdigest()}\n".encode())
    with open(f"{INDEXES}/state.new", "w", encoding="utf-8") as file:
        file.write(state.hexdigest())
    os.replace(f"{INDEXES}/state.new", f"{INDEXES}/state")


def with_repositories(base, request):
    for one in request["repositories"]:
        source = {"metalink": one["metalink"]} if "metalink" in one else {"baseurl": [one["baseurl"]]}
        repo = base.repos.add_new_repo(one["id"], base.conf, **source)
        repo.skip_if_unavailable = False
        repo.set_progress_bar(Told())
        repo.metadata_expire = -1 if request["fresh"] else 0
        if not request["fresh"]:
            repo._repo.expire()
    heard = Heard()
    try:
        with locked(f"{INDEXES}/lock"):
            base.fill_sack(load_system_repo=False)
            write_state(base)
    except dnf.exceptions.RepoError as error:
        raise Problem("unreachable", message="\n".join([str(error), *heard.lines])) from error
    foreign = base.sack.query().filter(arch__neq=["noarch", request["arch"]])
    base.sack.add_excludes(foreign)
    return base
