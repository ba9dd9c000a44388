"""Asks package repositories through dnf's own library: argv are a request and where its answer goes, both JSON.

A question that has no answer is answered with a `problem`; anything else that goes wrong ends the program with its traceback.
"""

import json
import logging
import sys

import dnf
import hawkey

MOST_REASONS = 15
DOWNLOADS = "/run/rpm/download"


class Heard(logging.Handler):
    """What dnf only tells its log: why each mirror failed."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []
        logging.getLogger("dnf").addHandler(self)

    def emit(self, record):
        self.lines.append(record.getMessage())


class Problem(Exception):
    def __init__(self, kind, **facts):
        super().__init__(kind)
        self.facts = {"kind": kind, **facts}


def base_of(request):
    """A dnf that reads nothing of the host's settings and knows no installed package."""
    base = dnf.Base(dnf.conf.Conf())
    conf = base.conf
    conf.cachedir = "/run/rpm/indexes"
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


class Told:
    """Says which package has arrived, so that a long download is not taken for a dead one."""

    def start(self, total_files, total_size, total_drpms=0):
        pass

    def progress(self, payload, done):
        pass

    def end(self, payload, status, message):
        print(f"{payload} {message or ''}".rstrip(), flush=True)

    def message(self, message):
        pass


def with_repositories(base, request):
    for one in request["repositories"]:
        source = {"metalink": one["metalink"]} if "metalink" in one else {"baseurl": [one["baseurl"]]}
        repo = base.repos.add_new_repo(one["id"], base.conf, **source)
        repo.skip_if_unavailable = False
        repo.metadata_expire = -1 if request["fresh"] else 0
        if not request["fresh"]:
            repo._repo.expire()
    heard = Heard()
    try:
        base.fill_sack(load_system_repo=False)
    except dnf.exceptions.RepoError as error:
        raise Problem("unreachable", message="\n".join([str(error), *heard.lines])) from error
    foreign = base.sack.query().filter(arch__neq=["noarch", request["arch"]])
    base.sack.add_excludes(foreign)
    return base


def version_of(package):
    """`version-release`, with `epoch:` before it where there is one."""
    return package.evr[2:] if package.evr.startswith("0:") else package.evr


def described(package):
    kind, digest = package.chksum
    if kind != hawkey.CHKSUM_SHA256:
        raise Problem("weak", names=[str(package)])
    return {"name": package.name, "version": version_of(package), "arch": package.arch, "sha256": digest.hex()}


def with_version(query, version):
    """Exactly that version and release, or every release of that version."""
    return query.filter(evr=version) if "-" in version else query.filter(version=version)


def wanted(sack, requests):
    """A query for each request; first of all what no repository has is told, all of it at once."""
    queries, unknown = [], []
    for request in requests:
        name, _, version = request.partition("=")
        named = sack.query().filter(name=name)
        found = named or sack.query().filter(provides=name)
        if not found:
            unknown.append(name)
        elif version and not with_version(named, version):
            available = sorted(named, reverse=True)
            raise Problem("version", name=name, version=version, available=[version_of(one) for one in available])
        queries.append(with_version(named, version) if version else found)
    if unknown:
        raise Problem("unknown", names=unknown, known=sorted({one.name for one in sack.query()}))
    return queries


def present(sack, request, exact):
    """A query for each package there is already: itself, or where that may be, something newer."""
    for one in request["installed"]:
        query = sack.query().filter(name=one["name"], arch=one["arch"])
        if exact or one["name"] in request["pinned"]:
            yield query.filter(evr=one["version"])
        else:
            yield query.filter(evr__gte=one["version"])


def solved(sack, queries):
    goal = hawkey.Goal(sack)
    for query in queries:
        selector = hawkey.Selector(sack)
        selector.set(pkg=query)
        goal.install(select=selector)
    if goal.run(ignore_weak_deps=True):
        return goal.list_installs(), []
    return None, [reason for rule in goal.problem_rules() for reason in rule]


def resolve(request):
    """What a layer adds to the packages below it. These stay as they are, unless it upgrades or cannot be without."""
    sack = with_repositories(base_of(request), request).sack
    if request["replaced"]:
        sack.add_excludes(sack.query().filter(name=request["replaced"]))
    asked = wanted(sack, request["packages"])
    chosen = None
    for exact in [False] if request["upgrade"] else [True, False]:
        chosen, reasons = solved(sack, [*present(sack, request, exact), *asked])
        if chosen is not None:
            break
    if chosen is None:
        raise Problem("conflict", reasons=reasons[:MOST_REASONS])
    whole = [described(one) for one in chosen]
    below = {(one["name"], one["arch"], one["version"]) for one in request["installed"]}
    added = [one for one in whole if (one["name"], one["arch"], one["version"]) not in below]
    installed = [{key: one[key] for key in ("name", "version", "arch")} for one in whole]
    return {"packages": added, "installed": installed}


def refresh(request):
    with_repositories(base_of(request), request)
    return {}


def download(request):
    """Fetches packages whose digests the index knows into /run/rpm/download."""
    base = with_repositories(base_of(request), request)
    found, gone = [], []
    for one in request["packages"]:
        query = base.sack.query().filter(name=one["name"], evr=one["version"], arch=one["arch"])
        match = [package for package in query if described(package)["sha256"] == one["sha256"]]
        found += match[:1]
        gone += [] if match else [f"{one['name']} {one['version']}"]
    if gone:
        raise Problem("gone", names=gone)
    base.conf.destdir = DOWNLOADS
    for repo in base.repos.iter_enabled():
        repo.pkgdir = DOWNLOADS
    try:
        base.download_packages(found, Told())
    except dnf.exceptions.DownloadError as error:
        raise Problem("unreachable", message=str(error)) from error
    return {}


def closure(request):
    """The files of those packages in /run/rpm/packages that the wanted ones need to run."""
    base = base_of(request)
    base.fill_sack(load_system_repo=False, load_available_repos=False)
    packages = base.add_remote_rpms([f"/run/rpm/packages/{file}" for file in request["files"]])
    queries = [base.sack.query().filter(name=name, pkg=packages) for name in request["wanted"]]
    chosen, reasons = solved(base.sack, [query for query in queries if query])
    if chosen is None:
        raise Problem("conflict", reasons=reasons[:MOST_REASONS])
    return {"files": sorted(package.location.rpartition("/")[2] for package in chosen)}


ACTIONS = {"refresh": refresh, "resolve": resolve, "download": download, "closure": closure}


def main(request_path, answer_path):
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    try:
        answer = ACTIONS[request["action"]](request)
    except Problem as problem:
        answer = {"problem": problem.facts}
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(answer, file)


main(*sys.argv[1:])
