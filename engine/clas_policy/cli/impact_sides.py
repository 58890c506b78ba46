"""Which two policies a dossier meets: named ones, those of two years, or its own one with other figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from clas_policy.cli import diff_sides, impact_set
from clas_policy.cli.diff_sides import is_period
from clas_policy.cli.impact_set import Replaced, Setting
from clas_policy.cli.misuse import MisuseError
from clas_policy.cli.settings import Settings
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Level, Policy
from clas_policy.problem import ClasPolicyError, Message, PluginError, PolicyError, Problem
from clas_policy.reading.dossier import Selection
from clas_policy.stage import require_open

Named: TypeAlias = "Policy | PolicyError | PluginError"
"""A policy, or why there is none."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two policies of a dossier, and what was replaced in the second."""

    before: Named
    after: Named
    replaced: tuple[Replaced, ...] = ()


class Sides:
    """Finds the pair of each dossier; pairs are made once.

    `names` are what the user calls the two. With `wanted` settings there is one name or none: the policy that dossiers
    select themselves.
    """

    def __init__(
        self,
        settings: Settings,
        before: str | None,
        after: str | None,
        department: str | None,
        wanted: Sequence[Setting],
    ) -> None:
        self._settings = settings
        self._names = before, after
        self._department = department
        self._wanted = wanted
        self._pairs: dict[tuple[str, str | None], Pair] = {}
        self._fixed: dict[str, Policy] = {}
        self.files: list[Path] = []
        for name in dict.fromkeys(one for one in self._names if one is not None):
            if wanted:
                self._require_layer(name)
            if not is_period(name) or department is not None:
                side = diff_sides.side(settings, name, department)
                require_year(side.policy, settings)
                self._fixed[name] = side.policy
                self.files += side.files
        if wanted and before is not None:
            self._pairs_for(Selection("", department, ""))  # what is wrong with a setting is said at once

    @property
    def is_fixed(self) -> bool:
        """Whether all dossiers meet the same two policies."""
        return all(name in self._fixed for name in self._names if name is not None) and self._names[0] is not None

    def pair(self, chosen: Selection) -> Pair:
        """The pair of a dossier; raises MisuseError where a setting fits its policy in no way."""
        key = ("", None) if self.is_fixed else (chosen.period, chosen.department)
        if key not in self._pairs:
            self._pairs[key] = self._pairs_for(chosen)
        return self._pairs[key]

    def fixed(self) -> tuple[Policy, Policy]:
        """The two policies that all dossiers meet; raises what is wrong with either."""
        pair = self.pair(Selection("", self._department, ""))
        if isinstance(pair.before, ClasPolicyError):
            raise pair.before
        if isinstance(pair.after, ClasPolicyError):
            raise pair.after
        return pair.before, pair.after

    def _pairs_for(self, chosen: Selection) -> Pair:
        before, after = self._names
        if self._wanted:
            return self._changed(chosen, before)
        return Pair(self._named(before or "", chosen), self._named(after or "", chosen))

    def _named(self, name: str, chosen: Selection) -> Named:
        found = self._fixed.get(name)
        if found is not None:
            return found
        return _caught(lambda: self._local(name, chosen.department))

    def _local(self, period: str, department: str | None) -> Policy:
        """The policy of a dossier's department in a year; drafts are allowed, as in a comparison."""
        settings = self._settings
        if department is not None:
            require_open(settings.host(), f"departements/{department}/{period}")
        layer = settings.catalogue().select(period, department)
        return settings.catalogue().compose(layer, settings.as_of, draft=True)

    def _changed(self, chosen: Selection, name: str | None) -> Pair:
        settings = self._settings
        catalogue = settings.catalogue()
        try:
            layer = self._layer(chosen, name)
            before = catalogue.compose(layer, settings.as_of, draft=settings.draft)
            require_year(before, settings)
        except (PolicyError, PluginError) as error:
            return Pair(error, error)
        found = impact_set.changed(catalogue, layer, settings.as_of, before, self._wanted, draft=settings.draft)
        return Pair(before, found.policy, found.replaced)

    def _layer(self, chosen: Selection, name: str | None) -> str:
        settings = self._settings
        period, department = chosen.period, chosen.department
        if name is not None and not is_period(name):
            require_open(settings.host(), name)
            return name
        if name is not None:
            period, department = name, self._department or department
        if department is not None:
            require_open(settings.host(), f"departements/{department}/{period}")
        return settings.catalogue().select(period, department)

    def _require_layer(self, name: str) -> None:
        """Settings change a layer that the catalogue knows: of a file alone nobody could say what its parents are."""
        if is_period(name) or self._settings.catalogue().files(name):
            return
        ids = ", ".join(f"`{one}`" for one in _with_figures(self._settings))
        message = Message("`--set` changes a layer that is named by its id, and `{name}` is none", {"name": name})
        hint = Message("available: {ids}", {"ids": ids or "–"})
        raise MisuseError([Problem("CLAS-B433", message, hint=hint)])


def require_year(policy: Policy, settings: Settings) -> None:
    """Raises PolicyError for a référentiel: it has no figures of a year."""
    if policy.level is Level.REFERENTIEL:
        message = Message("`{id}` has no figures of a year, so nothing can be decided with it", {"id": policy.id})
        hint = Message("name a layer of a year, like {ids}", {"ids": ", ".join(_with_figures(settings))})
        raise PolicyError([Problem("CLAS-L210", message, hint=hint)])


def _with_figures(settings: Settings) -> tuple[str, ...]:
    """The ids of the layers that have figures of a year."""
    return tuple(name for name in settings.catalogue().ids() if "referentiel-" not in name)


def _caught(find: Callable[[], Policy]) -> Named:
    try:
        return find()
    except (PolicyError, PluginError) as error:
        return error
