"""Conditions and amounts as written: each has exactly one head, and the keys that go with it.

What is checked here is the shape alone: whether a name exists or a value suits its fact is a matter of meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from clas_policy.frozen import dataclass
from clas_policy.problem import Message, Problem, Related
from clas_policy.reading.forms import AMOUNTS, CASE, CONDITIONS, NOT_YET, PLACES, Form, Kind
from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.report import nearest
from clas_policy.reading.unknown_key import meant_by, shortened, unknown_key

Path: TypeAlias = tuple[str | int, ...]
"""The keys and positions that lead to a node from the root of its file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and the expression whose shape it says all about."""

    path: Path
    problem: Problem


def expression_problems(root: Mapping) -> list[Problem]:
    """What is wrong with the shape of the conditions and amounts of a policy file."""
    return [finding.problem for finding in expression_findings(root)]


def expression_findings(root: Mapping) -> Iterator[Finding]:
    """Like `expression_problems`, each with the path of the expression."""
    for pattern, kind in PLACES:
        for path, key, node in _places(root, pattern, ()):
            yield from _value(kind, key, node, path)


def _places(node: Node, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Scalar, Node]]:
    first, *rest = pattern
    if isinstance(node, Sequence) and first == "*":
        for index, item in enumerate(node.items):
            yield from _places(item, tuple(rest), (*path, index))
    elif isinstance(node, Mapping):
        for key, value in node:
            if first in ("*", key.text):
                if rest:
                    yield from _places(value, tuple(rest), (*path, key.text))
                else:
                    yield (*path, key.text), key, value


def _value(kind: Kind, key: Scalar, node: Node, path: Path) -> Iterator[Finding]:
    """The findings on the value at `key`."""
    if isinstance(node, Scalar) and node.is_null:
        yield _finding(path, "CLAS-S004", Message("`{key}` has no value", {"key": key.text}), key)
        return
    match kind, node:
        case ((Kind.CONDITION | Kind.AMOUNT), Mapping()):
            yield from _expression(kind, node, path)
        case ((Kind.CONDITION | Kind.AMOUNT | Kind.SCALAR), Scalar()):
            pass
        case (
            (Kind.CONDITION | Kind.CONDITIONS | Kind.AMOUNTS | Kind.TWO_AMOUNTS | Kind.SCALARS | Kind.CASES),
            (Sequence()),
        ):
            yield from _list(kind, key, node, path)
        case ((Kind.CONDITIONS | Kind.AMOUNTS | Kind.TWO_AMOUNTS | Kind.SCALARS | Kind.CASES), _):
            hint = Message("write `[{text}]`", {"text": shortened(node.text)}) if isinstance(node, Scalar) else None
            yield _finding(path, "CLAS-S003", Message("`{key}` takes a list", {"key": key.text}), node, hint=hint)
        case Kind.AMOUNT, Sequence():
            message = Message("`{key}` takes one amount, not a list", {"key": key.text})
            hint = Message("write `add:` before the list, or `smallest_of:`, `largest_of:`")
            yield _finding(path, "CLAS-S003", message, node, hint=hint)
        case _:
            message = Message("`{key}` takes a single value", {"key": key.text})
            hint = None
            if key.text in ("is", "includes") and isinstance(node, Sequence):
                hint = (
                    Message("write `{key}:`", {"key": "one_of"})
                    if key.text == "is"
                    else Message("write one condition for each value, under `any:` or `all:`")
                )
            yield _finding(path, "CLAS-S003", message, node, hint=hint)


_ITEMS: Final = {
    Kind.CONDITION: Kind.CONDITION,
    Kind.CONDITIONS: Kind.CONDITION,
    Kind.AMOUNTS: Kind.AMOUNT,
    Kind.TWO_AMOUNTS: Kind.AMOUNT,
    Kind.SCALARS: Kind.SCALAR,
}


def _list(kind: Kind, key: Scalar, node: Sequence, path: Path) -> Iterator[Finding]:
    if not node.items:
        yield _finding(path, "CLAS-S005", Message("the list of `{key}` is empty", {"key": key.text}), node)
    elif kind is Kind.TWO_AMOUNTS and len(node.items) != 2:
        message = Message("`{key}` takes two amounts: the first, and what is taken off it", {"key": key.text})
        yield _finding(path, "CLAS-S003", message, node)
    for index, item in enumerate(node.items):
        if kind is not Kind.CASES:
            yield from _value(_ITEMS[kind], key, item, (*path, index))
        elif isinstance(item, Mapping):
            yield from _keys(CASE, None, item, (*path, index))
        else:
            message = Message("each case of `{key}` has a `when` and a `then`", {"key": key.text})
            yield _finding((*path, index), "CLAS-S003", message, item)


def _expression(kind: Kind, node: Mapping, path: Path) -> Iterator[Finding]:
    forms, others = (CONDITIONS, AMOUNTS) if kind is Kind.CONDITION else (AMOUNTS, CONDITIONS)
    heads = [key for key, _ in node if key.text in forms]
    if len(heads) == 1:
        yield from _keys(forms[heads[0].text], heads[0], node, path)
    elif heads:
        names = _quoted(head.text for head in heads)
        what = Message("{heads} in one condition", {"heads": names})
        if kind is Kind.AMOUNT:
            what = Message("{heads} in one amount", {"heads": names})
        hint = Message("each takes its own: in a list, one after each `-`")
        related = tuple(Related(Message("the other one"), head.span) for head in heads[1:])
        yield Finding(path, Problem("CLAS-S011", what, heads[0].span, related, hint))
    else:
        yield _no_head(kind, node, path, tuple(forms), tuple(others))


def _no_head(kind: Kind, node: Mapping, path: Path, forms: tuple[str, ...], others: tuple[str, ...]) -> Finding:
    keys = [key for key, _ in node]
    misplaced = next((key for key in keys if key.text in others), None)
    values = {"heads": _quoted(forms), "key": misplaced.text if misplaced else ""}
    hint = Message("it starts with one of {heads}", values)
    if misplaced and kind is Kind.CONDITION:
        return _finding(
            path, "CLAS-S010", Message("`{key}` gives an amount, and a condition is due", values), misplaced
        )
    if misplaced:
        return _finding(path, "CLAS-S010", Message("`{key}` is a condition, and an amount is due", values), misplaced)
    close = next(((key, near) for key in keys if (near := nearest(key.text, forms))), None)
    where: Scalar | Mapping = keys[0] if keys else node
    if close:
        where, hint = close[0], Message("did you mean `{name}`?", {"name": close[1]})
    if kind is Kind.CONDITION:
        return _finding(path, "CLAS-S010", Message("nothing here says what the condition is"), where, hint=hint)
    return _finding(path, "CLAS-S010", Message("nothing here says what the amount is"), where, hint=hint)


def _keys(form: Form, head: Scalar | None, node: Mapping, path: Path) -> Iterator[Finding]:
    """The findings on the keys of one form; `head` is None for a case, which has none."""
    known = form.keys
    meant: set[str] = set()
    for key, value in node:
        if key.text in known:
            yield from _value(known[key.text], key, value, (*path, key.text))
        elif key.text in NOT_YET and form.families:
            message = Message("`{key}` is not available yet", {"key": key.text})
            meant.update(known)
            yield _finding(path, "CLAS-S014", message, key)
        else:
            absent = [other for other in known if other not in node]
            meant.update(meant_by(key, absent))
            yield Finding(path, unknown_key(key, absent))
    for needed in form.needs:
        if needed not in node and needed not in meant:
            message = Message("each case needs `{key}`", {"key": needed})
            if head:
                message = Message("`{head}` needs `{key}`", {"head": head.text, "key": needed})
            yield _finding(path, "CLAS-S002", message, head or node)
    if form.families and head:
        yield from _comparisons(form, head, node, path, meant)


def _comparisons(form: Form, head: Scalar, node: Mapping, path: Path, meant: set[str]) -> Iterator[Finding]:
    used = [[key for key, _ in node if key.text in family.keys] for family in form.families]
    present = [keys for keys in used if keys]
    if len(present) > 1:
        keys = sorted((keys[0] for keys in present), key=lambda key: key.span)
        message = Message("{keys} do not go together", {"keys": _quoted(key.text for key in keys)})
        related = tuple(Related(Message("the other one"), key.span) for key in keys[:-1])
        hint = Message("a fact is compared in one way; write two conditions")
        yield Finding(path, Problem("CLAS-S012", message, keys[-1].span, related, hint))
        return
    if not present:
        if meant.isdisjoint(key for family in form.families for key in family.keys):
            names = _quoted(key for family in form.families for key in family.keys)
            message = Message("`{head}` is compared with nothing", {"head": head.text})
            hint = Message("add one of {keys}", {"keys": names})
            if head.text == "fact" and isinstance(fact := node.get("fact"), Scalar):
                hint = Message(
                    "add one of {keys}; a fact that is true or false is written alone: `{name}`",
                    {
                        "keys": names,
                        "name": shortened(fact.text),
                    },
                )
            yield _finding(path, "CLAS-S013", message, head, hint=hint)
        return
    for family in form.families:
        for slot in family.slots:
            both = [key for key, _ in node if key.text in slot]
            if len(both) > 1:
                message = Message("{keys} are two bounds on the same side", {"keys": _quoted(k.text for k in both)})
                related = (Related(Message("the other one"), both[0].span),)
                yield Finding(path, Problem("CLAS-S012", message, both[1].span, related, Message("keep one of them")))


def _finding(path: Path, code: str, message: Message, at: Node, *, hint: Message | None = None) -> Finding:
    return Finding(path, Problem(code, message, at.span, hint=hint))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
