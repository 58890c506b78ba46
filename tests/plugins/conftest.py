"""A folder to install plugins into, a host that sees these alone, and a policy that derives facts by one."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.plugins.deriving import Case
from tests.plugins.installing import Site

from clas_policy import plugins
from clas_policy.plugins import Host, installed


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty folder at the end of ``sys.path``; whatever else is installed on this machine is not seen."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def here() -> tuple[installed.Distribution, ...]:
        return tuple(
            found
            for found in installed.distributions()
            if found.place is not None and found.place.is_relative_to(tmp_path)
        )

    monkeypatch.setattr(plugins, "distributions", here)
    importlib.invalidate_caches()
    place = Site(folder)
    yield place
    place.forget()


@pytest.fixture
def new_host(site: Site) -> Callable[[], Host]:
    """A host of its own at each call, which imports plugins afresh."""

    def new() -> Host:
        site.forget()
        importlib.invalidate_caches()
        return plugins.host()

    return new


@pytest.fixture
def case(site: Site, new_host: Callable[[], Host]) -> Callable[..., Case]:
    def build(dossier: str = "return None", member: str = "return None", type_: str = "type: boolean") -> Case:
        return Case(site, new_host, dossier, member, type_)

    return build
