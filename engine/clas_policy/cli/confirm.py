"""``clas-policy confirm``: what a draft leaves to confirm, by questions, or by what the command line says."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from clas_policy.cli import json_text, speaking, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.misuse import MisuseError
from clas_policy.cli.options import Day, common, complete_ids, output_option
from clas_policy.cli.settings import Settings
from clas_policy.frozen import dataclass
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.cli.confirm_draft import Draft


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line says without questions."""

    values: tuple[tuple[str, str], ...]
    same: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]
    source: str | None
    day: date
    in_force: bool

    @property
    def is_something(self) -> bool:
        return bool(self.values or self.same or self.documents or self.in_force)


@speaking.command("confirm")
@click.argument("name", metavar="FILE|ID", shell_complete=complete_ids)
@speaking.option(
    "--list", "listing", is_flag=True, help="list what is left, with last year's values; exit code 1 while there is"
)
@speaking.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="confirm this value, by its name in --list  (repeatable)",
)
@speaking.option("--same", multiple=True, metavar="NAME", help="confirm that it is the same as last year  (repeatable)")
@speaking.option("--source", default=None, metavar="TEXT", help="where the values come from, like `note-32, §3`")
@speaking.option(
    "--document", "documents", multiple=True, metavar="ID=TITLE", help="declare a document first  (repeatable)"
)
@speaking.option(
    "--checked-on", "day", type=Day(), default=None, help="the day of the comparison  [default: today, in Paris]"
)
@speaking.option("--in-force", is_flag=True, help="put the layer in force once nothing is left")
@output_option
@common
def command(
    settings: Settings,
    name: str,
    *,
    listing: bool,
    values: tuple[str, ...],
    same: tuple[str, ...],
    source: str | None,
    documents: tuple[str, ...],
    day: date | None,
    in_force: bool,
    output: str,
) -> None:
    """Confirm what a draft leaves open, one value after the other: by questions, or by --set, --same and --in-force.

    Each value is tried by composing the policy. It is written with its source and the day on which it was compared.
    """
    from clas_policy.model.dates import today

    asked = _Asked(
        tuple(_pair(text, settings) for text in values),
        same,
        tuple(_pair(text, settings) for text in documents),
        source,
        day or today(),
        in_force,
    )
    if listing and asked.is_something:
        raise click.UsageError(settings.say(Message("`--list` changes nothing: leave the other options out")))
    if not listing and not asked.is_something and not _is_terminal():
        raise click.UsageError(
            settings.say(
                Message("this is no terminal to ask questions on: use `--list`, `--set`, `--same`, `--in-force`")
            )
        )
    from clas_policy.cli.confirm_draft import Draft

    draft = Draft(name, settings)
    if listing:
        sys.exit(_list(draft, settings, output))
    before = len(draft.left)
    if asked.is_something:
        _apply(draft, asked)
        draft.save()
    else:
        _ask(draft, settings, asked)
    _summary(draft, before, settings, output)


def _pair(text: str, settings: Settings) -> tuple[str, str]:
    name, sep, value = text.partition("=")
    if not sep or not name.strip() or not value.strip():
        message = Message("`{text}` is not written `NAME=VALUE`", {"text": text})
        raise click.BadParameter(settings.say(message))
    return name.strip(), value.strip()


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def _list(draft: Draft, settings: Settings, output: str) -> ExitCode:
    from clas_policy.cli import confirm_words
    from clas_policy.cli.safe_text import safe_text

    _ = Speech(settings.lang)
    told = confirm_words.told(draft, _)
    if output == "json":
        streams.emit_data(json_text.indented([item.as_json(draft) for item in told]) + "\n")
    else:
        streams.emit("".join(f"{safe_text(line)}\n" for item in told for line in item.lines(_)))
    if not settings.quiet:
        streams.tell(_left(len(told), _))
    return ExitCode.FINDINGS if told else ExitCode.EVALUATED


def _left(count: int, _: Speech) -> str:
    return (
        _.plural("{count} value left to confirm", "{count} values left to confirm", count)
        if count
        else _("nothing is left to confirm")
    )


def _apply(draft: Draft, asked: _Asked) -> None:
    """Takes all that the command line says, or raises PolicyError and takes nothing."""
    from clas_policy.editing import confirming
    from clas_policy.editing.confirming import Answer

    data = draft.data
    for name, title in asked.documents:
        data = confirming.declare(data, name, title)
    draft.data = data
    given = dict(asked.values)
    sources = {}
    for name, value in given.items():
        owner = name.removesuffix(".source")
        if name != owner and owner in given and confirming.find(data, name) is None:
            sources[owner] = value
    for name, value in asked.values:
        if name.removesuffix(".source") in sources and name.endswith(".source"):
            continue
        item = draft.find(name)
        source = sources.get(name, asked.source) if item.takes_source else None
        draft.data = confirming.answer(draft.data, item, Answer(value, source, asked.day))
    for name in asked.same:
        item = draft.find(name)
        if item.last is None and not item.again:
            message = Message("no value of last year is noted for `{name}`", {"name": name})
            hint = Message("write it: `--set {name}=…`", {"name": name})
            raise MisuseError([Problem("CLAS-E202", message, draft.span(item.place), hint=hint)])
        source = asked.source if item.takes_source else None
        draft.data = confirming.answer(draft.data, item, Answer(item.last, source, asked.day))
    wrong = draft.take(draft.data)
    if not wrong and asked.in_force:
        wrong = draft.in_force()
    if wrong:
        raise PolicyError(wrong)


def _ask(draft: Draft, settings: Settings, asked: _Asked) -> None:
    from clas_policy.cli.confirm_dialogue import Dialogue

    if not draft.left and not draft.is_draft:
        return
    try:
        Dialogue(draft, settings, asked.day, asked.source).run()
    except EOFError:
        pass
    except KeyboardInterrupt:
        streams.tell("")
        _summary(draft, len(draft.left), settings, "text")
        raise


def _summary(draft: Draft, before: int, settings: Settings, output: str) -> None:
    """How many were confirmed, how many are left, and what to run next."""
    _ = Speech(settings.lang)
    left = len(draft.left)
    status = "draft" if draft.is_draft else "in_force"
    if output == "json":
        answer = {
            "id": draft.id,
            "file": draft.file.display,
            "confirmed": before - left,
            "left": left,
            "status": status,
        }
        streams.emit_data(json_text.indented(answer) + "\n")
    if settings.quiet:
        return
    streams.tell(f"{draft.file.display}{_.colon}{_left(left, _)}")
    if left == 0 and status == "draft":
        streams.tell(_("next: {command}", command=f"clas-policy confirm {draft.file.display} --in-force"))
    elif status == "in_force":
        streams.tell(_("`{id}` is in force", id=draft.id))
        for parent in draft.drafts_above():
            streams.tell(_("`{id}`, which it extends, is a draft still", id=parent))
