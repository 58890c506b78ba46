"""``--set NAME=VALUE``: one policy with figures or days that are other ones; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from clas_policy.catalogue import Catalogue, LayerFile
from clas_policy.cli.misuse import MisuseError
from clas_policy.editing.patch import Patch
from clas_policy.editing.scalars import scalar
from clas_policy.frozen import dataclass
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem, Related
from clas_policy.reading.nodes import Mapping, Node
from clas_policy.reading.nodes import Sequence as List
from clas_policy.reading.places import Place, places
from clas_policy.reading.report import meant
from clas_policy.source import Span

OPTION: Final = "--set"

_SECTIONS: Final = ("set", "parameters", "criteria", "deadlines", "grants", "orientations")
_OPERANDS: Final = (
    "from", "to", "above", "below", "on_or_before", "before", "on_or_after", "after", "opens_on", "last_day",
    "at_least", "at_most", "amount", "rate", "counted_up_to",
)  # fmt: skip
"""The keys under which a rule writes a figure or a day in place."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One ``NAME=VALUE`` as it was typed."""

    name: str
    value: str

    @property
    def text(self) -> str:
        return f"{self.name}={self.value}"

    def span(self, start: int, end: int) -> Span:
        return Span(OPTION, 1, start + 1, 1, end + 1)

    @property
    def at_name(self) -> Span:
        return self.span(0, len(self.name))

    @property
    def at_value(self) -> Span:
        return self.span(len(self.name) + 1, len(self.text))

    def problem(self, code: str, message: Message, hint: Message | None) -> Problem:
        return Problem(code, message, self.at_name, hint=hint, excerpt=self.text)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What one setting replaces: the value as it is written, and where."""

    setting: Setting
    value: str
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A policy with other figures, and what was replaced."""

    policy: Policy
    replaced: tuple[Replaced, ...]


def settings_of(texts: Sequence[str]) -> tuple[Setting, ...]:
    """What the options say; raises MisuseError for one that is not written so, or that stands twice."""
    found: dict[str, Setting] = {}
    problems: list[Problem] = []
    for text in texts:
        name, sep, value = text.partition("=")
        setting = Setting(name.strip(), value.strip())
        if not sep or not setting.name or not setting.value:
            message = Message("`{text}` is not written `NAME=VALUE`", {"text": text})
            at = Span(OPTION, 1, 1, 1, len(text) + 1)
            hint = Message("like `{example}`", {"example": '--set "plafond=8610 EUR"'})
            problems.append(Problem("CLAS-B432", message, at, hint=hint, excerpt=text))
        elif setting.name in found:
            message = Message("`{name}` is set twice", {"name": setting.name})
            problems.append(setting.problem("CLAS-B432", message, Message("keep one of the two")))
        else:
            found[setting.name] = setting
    if problems:
        raise MisuseError(problems)
    return tuple(found.values())


def changed(
    catalogue: Catalogue, layer_id: str, as_of: date, before: Policy, wanted: Sequence[Setting], *, draft: bool
) -> Changed:
    """The policy of a layer, composed as `before`, in which the settings hold instead of what its layers say.

    The value is put where it is written now, in whichever layer that is, and the policy is composed anew: so it has the
    forms that a policy file has, and is refused for what a policy file is refused for. Raises PolicyError or
    MisuseError.
    """
    chain = catalogue.chain(layer_id, as_of)
    policy, replaced = before, []
    for setting in wanted:
        file, place = _find(catalogue, chain, setting, layer_id)
        data, put = _with(catalogue, file, place, setting.value)
        replaced.append(
            Replaced(setting, place.node.text, f"{file.display}:{place.node.span.line}", _label(before, place))
        )
        catalogue = catalogue.amended(file, data)
        try:
            policy = catalogue.compose_layers(chain, draft=draft)
        except PolicyError as error:
            raise PolicyError(_told(error, setting, file, place, put)) from None
    return Changed(policy, tuple(replaced))


def _find(catalogue: Catalogue, chain: Sequence[LayerFile], setting: Setting, layer_id: str) -> tuple[LayerFile, Place]:
    """Where a value is written, in the last layer that writes it."""
    refused: tuple[LayerFile, Place] | None = None
    known: dict[str, None] = {}
    for file in reversed(chain):
        layer = catalogue.read(file).layer
        for place in places(layer.root) if layer is not None else ():
            if setting.name in (place.address, place.full):
                if _is_figure(place):
                    return file, place
                refused = refused or (file, place)
            if _is_figure(place):
                known[place.address] = None
    if refused is not None:
        file, place = refused
        message = Message("`{name}` is neither a figure nor a day", {"name": setting.name})
        hint = Message("change it in a copy of the file, and name both with `--before` and `--after`")
        there = Related(Message("written here"), replace(place.node.span, file=file.display))
        problem = setting.problem("CLAS-B431", message, hint)
        raise MisuseError([replace(problem, related=(there,))])
    values = {"name": setting.name, "id": layer_id}
    message = Message("no figure and no day `{name}` in `{id}`", values)
    hint = meant(setting.name, known) or Message(
        "its figures are {names}", {"names": ", ".join(f"`{name}`" for name in list(known)[:_LISTED])}
    )
    raise MisuseError([setting.problem("CLAS-B430", message, hint)])


_LISTED: Final = 12


def _is_figure(place: Place) -> bool:
    """Whether a value is one that a what-if may change: a parameter, or a figure or a day that a rule writes itself."""
    section, *rest = place.keys
    if section not in _SECTIONS:
        return False
    if section == "set":
        return len(rest) == 1 or rest[-1] == "value"
    if section == "parameters":
        return rest[-1] == "value"
    return rest[-1] in _OPERANDS


def _label(policy: Policy, place: Place) -> str:
    """What people call the parameter or the rule whose value it is."""
    name = place.keys[1] if len(place.keys) > 1 else ""
    for items in (policy.parameters, policy.deadlines, policy.criteria, policy.grants, policy.orientations):
        if name in items:
            return str(items[name].label)
    return name


def _with(catalogue: Catalogue, file: LayerFile, place: Place, value: str) -> tuple[bytes, str]:
    """The text of a file with another value in one place, and how that value is written."""
    layer = catalogue.read(file).layer
    if layer is None:
        raise AssertionError(file.display)
    text = "\n".join(layer.lines) + "\n"
    put = scalar(value, flow=_in_flow(layer.root, place.keys))
    patch = Patch(text.encode())
    patch.replace(place.node.span, put)
    return patch.data(), put


def _in_flow(root: Mapping, keys: Sequence[str]) -> bool:
    return any(isinstance(node, Mapping | List) and node.flow for node in _above(root, keys))


def _above(root: Mapping, keys: Sequence[str]) -> Iterator[Node]:
    node: Node | None = root
    for key in keys:
        if node is None:
            return
        yield node
        if isinstance(node, Mapping):
            node = node.get(key)
        elif isinstance(node, List):
            node = node.items[int(key) - 1]


def _told(error: PolicyError, setting: Setting, file: LayerFile, place: Place, put: str) -> Iterator[Problem]:
    """The problems, those of the value itself at the option that says it."""
    line, first = place.node.span.line, place.node.span.column
    last = first + len(put)
    for problem in error.problems:
        span = problem.span
        is_of_value = (
            span is not None and (span.file, span.line) == (file.display, line) and first <= span.column < last
        )
        if is_of_value and span is not None:
            yield replace(problem, span=setting.at_value, excerpt=setting.text)
        else:
            yield replace(problem, related=(*problem.related, Related(Message("with this value"), setting.at_value)))
