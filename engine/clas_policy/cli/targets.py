"""Where an answer goes: ``FORMAT`` to standard output, ``FORMAT:FILE`` to a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from clas_policy.cli.settings import Settings
from clas_policy.problem import Message


def target(output: str, known: Iterable[str], settings: Settings) -> tuple[str, str]:
    """The format and the file of one ``--output``, the file empty for standard output; a usage error otherwise."""
    form, _, file = output.partition(":")
    names = tuple(known)
    if form not in names:
        message = Message("unknown format `{name}`: one of {names}", {"name": form, "names": ", ".join(names)})
        raise click.BadParameter(settings.say(message))
    return form, "" if file == "-" else file


def targets(
    outputs: Sequence[str], known: Iterable[str], settings: Settings, others: Iterable[Path] = ()
) -> list[tuple[str, str]]:
    """The formats and files of several ``--output``, no two of them (nor `others`) to one place."""
    names = tuple(known)
    found = [target(output, names, settings) for output in outputs]
    places = [file and os.path.realpath(file) for _, file in found] + [os.path.realpath(other) for other in others]
    if len(set(places)) < len(places):
        raise click.BadParameter(settings.say(Message("two outputs go to the same place")))
    return found
