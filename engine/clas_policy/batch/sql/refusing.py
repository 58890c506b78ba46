"""What SQL cannot honour is refused by name, at the node that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clas_policy.batch.sql.exact import TooWideError
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.source import Span


@contextmanager
def placed(span: Span | None) -> Iterator[None]:
    """Refuses a number that is too wide, at the innermost node that has a place."""
    try:
        yield
    except TooWideError:
        if span is None:
            raise
        raise PolicyError([_too_wide(span)]) from None


def _too_wide(span: Span) -> Problem:
    return Problem(
        "CLAS-B201",
        Message("this amount may need more than 38 digits, the most that a database computes with exactly"),
        span,
        hint=Message("give the facts that it reads a `max`, or round to the cent earlier, by a grant"),
    )
