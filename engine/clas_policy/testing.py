"""Fixtures for the tests of a plugin: what is installed, and its decisions on dossiers of one's own.

A plugin's ``tests/conftest.py`` takes them with ``from clas_policy.testing import decide, plugin_host``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Protocol

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.explain import Context, Evaluator, record
from clas_policy.plugins import Host, derive, host
from clas_policy.problem import PluginError
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader, selection
from clas_policy.stage import require_open
from clas_policy.version import __version__

__all__ = ["Decide", "changed", "decide", "plugin_host"]

_FILE: Final = "dossier.json"


class Decide(Protocol):
    """Decides a dossier, written as the object that its JSON would be, on a day; gives the decision record."""

    def __call__(self, dossier: Mapping[str, Any], *, as_of: date, policy: str | None = None) -> dict[str, Any]:
        """By the layer that the dossier selects, or by the one that is named; raises what an evaluation raises.

        PluginError too where a derivation fails: in a test that is a failure, not a warning.
        """
        ...


@pytest.fixture
def plugin_host() -> Host:
    """A host of what is installed, which has not imported anything of it yet."""
    return host()


@pytest.fixture(scope="session")
def decide() -> Iterator[Decide]:
    """Decides dossiers with the installed plugins and the national layers; keeps nothing on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAS_POLICY_CACHE", "")
        yield Desk()


class Desk:
    """Policies are composed once, dossiers decided one after the other."""

    def __init__(self) -> None:
        self._host = host()
        self._catalogue = Catalogue([*self._host.shelves(), engine_shelf()])
        self._ready: dict[tuple[str, date], Evaluator] = {}

    def __call__(self, dossier: Mapping[str, Any], *, as_of: date, policy: str | None = None) -> dict[str, Any]:
        raw = json_text.parse(json.dumps(dossier).encode(), _FILE)
        evaluator = self._evaluator(policy or self._selected(raw), as_of)
        typed, problems = derive(evaluator.policy, DossierReader(evaluator.policy).read(raw), self._host)
        if problems:
            raise PluginError(problems)
        return record(evaluator.evaluate(typed), Context(as_of, __version__, self._host.refs()))

    def _selected(self, raw: json_text.RawJson) -> str:
        chosen = selection(raw)
        require_open(self._host, f"departements/{chosen.department}/{chosen.period}")
        return self._catalogue.select(chosen.period, chosen.department)

    def _evaluator(self, layer_id: str, as_of: date) -> Evaluator:
        key = (layer_id, as_of)
        if key not in self._ready:
            require_open(self._host, layer_id)
            self._ready[key] = Evaluator(self._catalogue.compose(layer_id, as_of))
        return self._ready[key]


def changed(dossier: Mapping[str, Any], **answers: Any) -> dict[str, Any]:
    """A copy of a dossier with other answers: ``changed(dossier, applicant__new=True, groups__0__size=7)``.

    Two underscores lead down, a number is a place in a list. Only what is there already can be changed.
    """
    copy: dict[str, Any] = json.loads(json.dumps(dossier))
    for path, value in answers.items():
        *above, last = path.split("__")
        place: Any = copy
        for key in above:
            place = place[int(key) if key.isdigit() else key]
        key_of: Callable[[str], Any] = int if isinstance(place, list) else str
        place[key_of(last)]  # an answer that nobody asks for is a mistake of the test
        place[key_of(last)] = value
    return copy
