"""Asks package repositories through dnf's own library: argv are a request and where its answer goes, both JSON.

A question that has no answer is answered with a `problem`; anything else that goes wrong ends the program with its traceback.
"""

import json
import os
import sys

import dnf

sys.path.append(os.path.dirname(__file__))
from choosing import MOST_REASONS, described, resolve, solved
from indexes import base_of, with_repositories
from problem import Problem
from telling import Told, discreet

DOWNLOADS = "/run/rpm/download"


def refresh(request):
    with_repositories(base_of(request), request)
    return {}


def having(base, one):
    """What the repositories have of exactly that package; each that has it counts."""
    query = base.sack.query().filter(name=one["name"], evr=one["version"], arch=one["arch"])
    return [package for package in query if described(package)["sha256"] == one["sha256"]]


def origins(request):
    """Which repositories have the packages."""
    base = with_repositories(base_of(request), request)
    return {"ids": sorted({package.repoid for one in request["packages"] for package in having(base, one)})}


def download(request):
    """Fetches packages whose digests the index knows into /run/rpm/download."""
    base = with_repositories(base_of(request), request)
    found, gone = [], []
    for one in request["packages"]:
        match = having(base, one)
        found += match[:1]
        gone += [] if match else [f"{one['name']} {one['version']}"]
    if gone:
        raise Problem("gone", names=gone)
    base.conf.destdir = DOWNLOADS
    for repo in base.repos.iter_enabled():
        repo.pkgdir = DOWNLOADS
    told = Told()
    try:
        base.download_packages(found, told)
    except dnf.exceptions.DownloadError as error:
        raise Problem("unreachable", message=str(error), tries=told.failures[-MOST_REASONS:]) from error
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


ACTIONS = {"refresh": refresh, "resolve": resolve, "download": download, "origins": origins, "closure": closure}


def main(request_path, answer_path):
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    try:
        answer = ACTIONS[request["action"]](request)
    except Problem as problem:
        answer = {"problem": problem.facts}
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(answer, file)


discreet()
main(*sys.argv[1:])
