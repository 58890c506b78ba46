"""What nobody has compared with its source for a while: ``check --stale 12m``."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import click

from clas_policy import i18n
from clas_policy.catalogue import Catalogue
from clas_policy.cli import speaking
from clas_policy.model.fact import Origin
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem

_AGE: Final = re.compile(r"([1-9][0-9]{0,2})([my])")


class Age(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of months, written ``12m`` or ``1y``."""

    name = "AGE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = _AGE.fullmatch(str(value))
        if match is None:
            lang = speaking.language_of(ctx) if ctx is not None else "en"
            text = i18n.sentence("`{text}` is no age: it is written like 12m or 2y", lang, text=str(value))
            self.fail(text, param, ctx)
        return int(match[1]) * (12 if match[2] == "y" else 1)


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or the month's last one."""
    number = max(day.year * 12 + day.month - 1 - months, 12)
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def stale(catalogue: Catalogue, ids: Iterable[str], as_of: date, before: date) -> list[Problem]:
    """A warning for each value and rule of some layers that was not compared with its source since `before`."""
    found: dict[Problem, None] = {}
    for name in ids:
        try:
            policy = catalogue.compose(name, as_of, draft=True)
        except PolicyError:
            continue  # told by the check itself
        for item, origin in _origins(policy):
            if origin.checked_on is None or origin.checked_on < before:
                found[_problem(item, origin)] = None
    return list(found)


def _origins(policy: Policy) -> Iterator[tuple[str, Origin]]:
    for parameter in policy.parameters.values():
        yield parameter.name, parameter.value_origin
    for criterion in policy.criteria.values():
        yield criterion.name, criterion.origin
    for deadline in policy.deadlines.values():
        yield deadline.name, deadline.origin
    for grant in policy.grants.values():
        yield grant.name, grant.origin
    for orientation in policy.orientations.values():
        yield orientation.name, orientation.origin


def _problem(name: str, origin: Origin) -> Problem:
    values = {"name": name, "source": origin.source or "–"}
    message = Message("nothing says when `{name}` was compared with its source, {source}", values)
    if origin.checked_on is not None:
        values["day"] = origin.checked_on.isoformat()
        message = Message("`{name}` was last compared with its source, {source}, on {day}", values)
    return Problem("CLAS-L221", message, origin.at, severity="warning")
