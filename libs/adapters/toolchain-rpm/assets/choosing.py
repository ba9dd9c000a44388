"""Which packages a layer gets, of those that the indexes know."""

import hawkey

from indexes import base_of, with_repositories
from problem import Problem

MOST_REASONS = 15


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


def known_below(sack, request):
    """The packages there are already that repositories know, and those of nobody's, which stay as they are."""
    names = {one.name for one in sack.query()}
    known = [one for one in request["installed"] if one["name"] in names]
    foreign = [one for one in request["installed"] if one["name"] not in names]
    if foreign:
        told = ", ".join(f"{one['name']} {one['version']}" for one in foreign)
        print(f"In no repository, so kept, and not known what they need: {told}", flush=True)
    return known, foreign


def refuse_moved(sack, request, below):
    """Of what is there already repositories may have only what it cannot become."""
    pinned, behind = [], []
    for one in below:
        named = sack.query().filter(name=one["name"])
        is_pinned = one["name"] in request["pinned"]
        if not named.filter(**{"evr" if is_pinned else "evr__gte": one["version"]}):
            there = ", ".join(version_of(other) for other in sorted(named, reverse=True))
            (pinned if is_pinned else behind).append(f"{one['name']} {one['version']} (there is {there})")
    if pinned or behind:
        raise Problem("moved", pinned=pinned, behind=behind)


def present(sack, request, below, all_move):
    """A query for each package there is already: itself, or something newer if it may move or no repository has it."""
    for one in below:
        named = sack.query().filter(name=one["name"])
        same = named.filter(evr=one["version"])
        stays = same and (not all_move or one["name"] in request["pinned"])
        yield same if stays else named.filter(evr__gte=one["version"])


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
    """What a layer adds to the packages below it.

    These stay as they are, unless no repository has them any more, or the layer upgrades or cannot be without.
    """
    sack = with_repositories(base_of(request), request).sack
    if request["replaced"]:
        sack.add_excludes(sack.query().filter(name=request["replaced"]))
    asked = wanted(sack, request["packages"])
    known, foreign = known_below(sack, request)
    refuse_moved(sack, request, known)
    chosen = None
    for all_move in [True] if request["upgrade"] else [False, True]:
        chosen, reasons = solved(sack, [*present(sack, request, known, all_move), *asked])
        if chosen is not None:
            break
    if chosen is None:
        raise Problem("conflict", reasons=reasons[:MOST_REASONS])
    whole = [described(one) for one in chosen]
    below = {(one["name"], one["arch"], one["version"]) for one in request["installed"]}
    added = [one for one in whole if (one["name"], one["arch"], one["version"]) not in below]
    installed = [{key: one[key] for key in ("name", "version", "arch")} for one in whole]
    return {"packages": added, "installed": [*installed, *foreign]}
