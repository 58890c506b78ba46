"""``clas-policy diff``: what changed in meaning between two policies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from clas_policy.cli import speaking, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common, complete_ids
from clas_policy.cli.settings import Settings
from clas_policy.cli.targets import target
from clas_policy.problem import Message
from clas_policy.reading.files import write_file
from clas_policy.speech import Speech

if TYPE_CHECKING:
    from clas_policy.compare import Comparison

_FORMATS: Final = ("text", "json", "markdown")


@speaking.command("diff")
@click.argument("old", metavar="A", shell_complete=complete_ids)
@click.argument("new", metavar="[B]", required=False, shell_complete=complete_ids)
@speaking.option("--since", metavar="REV", default=None, help="compare A as it was in this Git revision with A now")
@speaking.option("--department", metavar="CODE", default=None, help="the department whose years A and B are")
@speaking.option("--layer", is_flag=True, help="only what the last layer writes itself, not what it stands on")
@speaking.option("--exit-code", is_flag=True, help="exit with 1 where anything changed, like git diff")
@speaking.option(
    "--output", "output", default="text", show_default=True, metavar="FORMAT[:FILE]", help="text, json or markdown"
)
@common
def command(
    settings: Settings,
    *,
    old: str,
    new: str | None,
    since: str | None,
    department: str | None,
    layer: bool,
    exit_code: bool,
    output: str,
) -> None:
    """Say what changed in meaning between two policies, A and B.

    Each is the ID of a layer, a year (2024-2025), a policy file, or a file in a Git revision (HEAD~1:path).
    """
    from clas_policy.cli import diff_sides
    from clas_policy.compare import compare

    form, path = target(output, _FORMATS, settings)
    if (new is None) == (since is None):
        raise click.UsageError(settings.say(Message("name two policies to compare, or one and `--since`")))
    if new is None:
        before, after = diff_sides.since(settings, since or "", old, department)
    else:
        before, after = (diff_sides.side(settings, name, department) for name in (old, new))
    comparison = compare(before.policy, after.policy)
    if layer:
        comparison = comparison.of_last_layer()
    text = _rendered(comparison, form, settings, to_file=bool(path))
    if path:
        write_file(Path(path), text.encode("utf-8", "backslashreplace"), [*before.files, *after.files])
    else:
        (streams.emit if form == "text" else streams.emit_data)(text)
    if exit_code and comparison.changes:
        sys.exit(ExitCode.FINDINGS)


def _rendered(comparison: Comparison, form: str, settings: Settings, *, to_file: bool) -> str:
    match form:
        case "json":
            from clas_policy.cli import diff_json, json_text

            return json_text.indented(diff_json.as_json(comparison)) + "\n"
        case "markdown":
            from clas_policy.cli import decision_markdown, diff_text

            # A document that is made for others is French whatever the reader's language.
            say = Speech("fr" if to_file else settings.lang)
            return decision_markdown.render(diff_text.tables(comparison, say))
        case _:
            from clas_policy.cli import decision_text, diff_text

            style = decision_text.plain if to_file else streams.style(settings)
            return decision_text.render(diff_text.blocks(comparison, Speech(settings.lang)), style)
