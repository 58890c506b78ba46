"""The way of one dossier: its text, its policy, its typed facts, its evaluation, its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from clas_policy.catalogue import Catalogue
from clas_policy.explain import Context, Evaluator, record, write
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Level, Policy
from clas_policy.problem import Message, PluginError, PolicyError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader, Selection, selection
from clas_policy.reading.json_text import RawJson
from clas_policy.stage import require_open
from clas_policy.version import __version__

if TYPE_CHECKING:
    from clas_policy.plugins import Host


@dataclass(frozen=True, slots=True)
class Choice:
    """Which policy dossiers meet: the one that they select, or the one that the user names."""

    as_of: date
    policy_id: str | None = None
    national: bool = False
    draft: bool = False
    without_plugins: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """A policy made ready: its reader and its evaluator, compiled once."""

    policy: Policy
    reader: DossierReader
    evaluator: Evaluator
    context: Context
    derives: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The record of one dossier as JSON text, and the problems of derivations that failed on the way."""

    text: str
    policy: Policy
    outcome: str
    is_settled: bool
    """Nothing is undetermined."""
    problems: tuple[Problem, ...] = ()


class Session:
    """Decides dossiers one after the other; what is the same for all is made once."""

    def __init__(self, catalogue: Catalogue, host: Host, choice: Choice, *, brief: bool = False) -> None:
        self.catalogue = catalogue
        self.host = host
        self.choice = choice
        self.brief = brief
        self._selected: dict[tuple[str, str | None], Bench | PolicyError | PluginError] = {}
        self._benches: dict[str, Bench] = {}

    def decide(self, data: bytes, file: str, *, first_line: int = 1) -> Decision:
        """The decision on the dossier in `data`; raises DossierError, PolicyError or PluginError."""
        return self.decide_raw(json_text.parse(data, file, first_line=first_line))

    def decide_raw(self, raw: RawJson) -> Decision:
        chosen = selection(raw)
        bench = self.bench(chosen)
        dossier = bench.reader.read(raw)
        dossier, context, problems = self._derived(bench, dossier)
        evaluation = bench.evaluator.evaluate(dossier)
        text = write(evaluation, context, brief=self.brief)
        settled = all(result.status != "undetermined" for result in evaluation.grants)
        return Decision(text, bench.policy, evaluation.outcome, settled, problems)

    def _derived(self, bench: Bench, dossier: Dossier) -> tuple[Dossier, Context, tuple[Problem, ...]]:
        """The dossier with what plugins derive; where one failed, the warnings that the record keeps of it."""
        if not bench.derives:
            return dossier, bench.context, ()
        from clas_policy.plugins import derive, record_warnings

        dossier, problems = derive(bench.policy, dossier, self.host)
        context = bench.context
        if problems:
            context = replace(context, warnings=(*context.warnings, *record_warnings(problems)))
        return dossier, context, problems

    def bench(self, chosen: Selection) -> Bench:
        """The policy that a dossier meets, made ready; raises PolicyError or PluginError."""
        key = (chosen.period, chosen.department)
        found = self._selected.get(key)
        if found is None:
            try:
                layer_id = self._layer_of(chosen)
                if layer_id not in self._benches:
                    self._benches[layer_id] = self._ready(layer_id)
                found = self._benches[layer_id]
            except (PolicyError, PluginError) as error:
                found = error  # ten thousand dossiers may meet the same broken policy
            self._selected[key] = found
        if not isinstance(found, Bench):
            raise found
        return found

    def _layer_of(self, chosen: Selection) -> str:
        choice = self.choice
        if choice.policy_id is not None:
            return choice.policy_id
        if not choice.national:
            require_open(self.host, f"departements/{chosen.department}/{chosen.period}")
        try:
            return self.catalogue.select(chosen.period, chosen.department, national=choice.national)
        except PolicyError as absent:
            if not choice.without_plugins:
                raise
            try:
                return self.catalogue.select(chosen.period, chosen.department, national=True)
            except PolicyError:
                raise absent from None

    def _ready(self, layer_id: str) -> Bench:
        choice = self.choice
        require_open(self.host, layer_id)
        return self.ready(self.catalogue.compose(layer_id, choice.as_of, draft=choice.draft))

    def ready(self, policy: Policy) -> Bench:
        """A policy at hand, made ready."""
        if policy.level is Level.REFERENTIEL:
            raise PolicyError(
                [
                    Problem(
                        "CLAS-L210",
                        Message(
                            "`{id}` has no figures of a year, so nothing can be decided with it", {"id": policy.id}
                        ),
                        hint=Message(
                            "name a layer of a year, like {ids}",
                            {
                                "ids": ", ".join(name for name in self.catalogue.ids() if "referentiel-" not in name),
                            },
                        ),
                    )
                ]
            )
        keeps = self.choice.without_plugins or self.choice.national
        derives = any(fact.derivation is not None for fact in policy.facts.values())
        context = Context(self.choice.as_of, __version__, self.host.refs(policy))
        if any(plugin.is_code for plugin in self.host.plugins):
            self.host.watch(policy)
        return Bench(policy, DossierReader(policy, keep_unknown=keeps), Evaluator(policy), context, derives)

    def again(self, raw: RawJson, policy: Policy, *, brief: bool) -> Mapping[str, Any]:
        """The record of a dossier under a policy at hand: for a decision that is replayed."""
        bench = self.ready(policy)
        dossier, context, _problems = self._derived(bench, bench.reader.read(raw))
        return record(bench.evaluator.evaluate(dossier), context, brief=brief)
