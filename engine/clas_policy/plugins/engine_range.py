"""Whether a distribution works with this engine, by its own requirement, before anything of it is imported.

The part of PEP 440 and PEP 508 that a requirement on one package needs. The `packaging` library takes longer to
import than everything else that finding plugins does; the tests hold this module to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;]*?)\s*(?:;(.*))?")
_CLAUSE: Final = re.compile(r"(~=|==|!=|<=|>=|<|>)\s*(\S+)")
_VERSION: Final = re.compile(
    r"v?(?P<release>[0-9]+(?:\.[0-9]+)*)(?:\.?(?P<stage>a|b|rc)(?P<number>[0-9]+))?"
    r"(?:\.post(?P<post>[0-9]+))?(?:\.dev(?P<dev>[0-9]+))?"
)
_STAGES: Final = {"a": 0, "b": 1, "rc": 2}
_FIRST: Final = (-1, 0)
_FINAL: Final = (3, 0)

Key: TypeAlias = tuple[tuple[int, ...], tuple[int, int], int, float]


def normalized(name: str) -> str:
    """The name of a distribution as it is compared: ``Clas_Policy`` is ``clas-policy``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def on_engine(requirements: Iterable[str]) -> tuple[str, ...]:
    """The clauses (``>=0.1,<0.2``; empty: any version) of what is required of clas-policy, extras aside."""
    found = []
    for requirement in requirements:
        match = _REQUIREMENT.fullmatch(requirement)
        if match is not None and normalized(match[1]) == "clas-policy" and "extra" not in (match[3] or ""):
            found.append(match[2].removeprefix("(").removesuffix(")"))
    return tuple(found)


def admits(clauses: str, version: str) -> bool:
    """Whether `version` meets all the clauses; raises ValueError for a clause or a version of another form."""
    met = [_meets(clause.strip(), version) for clause in clauses.split(",") if clause.strip()]
    return all(met)


def _meets(clause: str, version: str) -> bool:
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        raise ValueError(clause)
    operator, wanted = match.groups()
    own = _key(version)
    if operator in ("==", "!=") and wanted.endswith(".*"):
        return _starts(version, wanted.removesuffix(".*")) is (operator == "==")
    key = _key(wanted)
    match operator:
        case "==":
            return own == key
        case "!=":
            return own != key
        case ">=":
            return own >= key
        case "<=":
            return own <= key
        case "<":  # a pre-release of 0.2 is not below 0.2
            return own < key and not (_has(version, "stage", "dev") and _key(_without(version, "stage", "dev")) == key)
        case ">":  # a post-release of 0.2 is not above 0.2
            return own > key and not (_has(version, "post") and _key(_without(version, "post", "dev")) == key)
        case _:
            release = _parsed(wanted)["release"]
            if "." not in release:
                raise ValueError(clause)
            return own >= key and _starts(version, release.rpartition(".")[0])


def _parsed(version: str) -> re.Match[str]:
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(version)
    return match


def _has(version: str, *parts: str) -> bool:
    match = _parsed(version)
    return any(match[part] is not None for part in parts)


def _without(version: str, *parts: str) -> str:
    match = _parsed(version)
    written = {
        "stage": f"{match['stage']}{match['number']}",
        "post": f".post{match['post']}",
        "dev": f".dev{match['dev']}",
    }
    kept = (text for part, text in written.items() if match[part] is not None and part not in parts)
    return match["release"] + "".join(kept)


def _starts(version: str, prefix: str) -> bool:
    """Whether the release of `version`, with zeros after it, starts with that of `prefix`."""
    if not re.fullmatch(r"v?[0-9]+(\.[0-9]+)*", prefix):
        raise ValueError(prefix)
    own, start = _release(version), _release(prefix)
    return (own + (0,) * len(start))[: len(start)] == start


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _parsed(version)["release"].split("."))


def _key(version: str) -> Key:
    """Sorts versions: the release without its last zeros, then stage, then post, then dev."""
    match = _parsed(version)
    release = _release(version)
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    if match["stage"]:
        stage = (_STAGES[match["stage"]], int(match["number"]))
    else:
        stage = _FIRST if match["dev"] and not match["post"] else _FINAL
    post = int(match["post"]) if match["post"] else -1
    dev = int(match["dev"]) if match["dev"] else float("inf")
    return release, stage, post, dev
