"""``clas-policy help``: what a problem code means, offline."""

from __future__ import annotations

import re
import textwrap

import click

from clas_policy.cli import help_pages, speaking, streams
from clas_policy.cli.options import common
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message
from clas_policy.speech import Speech


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [page.code for page in help_pages.pages() if page.code.startswith(incomplete.upper())]


def _glued(text: str) -> str:
    """Text whose French signs stay with their word where the line is broken; what is in backticks is as it was."""
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = [re.sub(r" (?=[;:?!»%])|(?<=«) ", "\u00a0", part) for part in parts[::2]]
    return "".join(parts)


@speaking.command("help")
@click.argument("code", required=False, shell_complete=_complete)
@common
def command(settings: Settings, code: str | None) -> None:
    """Explain a problem CODE with an example; without one, list them."""
    _ = Speech(settings.lang)
    if code is None:
        for page in help_pages.pages():
            streams.emit(f"{page.code}  {page.title[settings.lang]}\n")
        return
    found = help_pages.page(code.upper())
    if found is None:
        raise click.BadParameter(
            settings.say(Message("no page for `{code}`; `clas-policy help` lists them", {"code": code}))
        )
    title = f"{found.code} — {found.title[settings.lang]}"
    streams.emit(f"{title}\n{'=' * len(title)}\n\n{textwrap.fill(_glued(found.text[settings.lang]), 80)}\n")
    for head, example in ((_("For example:"), found.failing), (_("Instead:"), found.fixed)):
        streams.emit(f"\n{head}\n\n{textwrap.indent(example.strip(chr(10)), '    ')}\n")
