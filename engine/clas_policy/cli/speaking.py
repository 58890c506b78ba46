"""Commands and options that say what they are for in the reader's language; click's own sentences too."""

from __future__ import annotations

import copy
import gettext
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import click

from clas_policy import i18n
from clas_policy.cli import streams
from clas_policy.cli.safe_text import safe_text

F = TypeVar("F", bound=Callable[..., Any])

SETTINGS: Final = {"max_content_width": 100}


def language_of(context: click.Context) -> str:
    """The language of the run that a context belongs to, which is in its settings."""
    return str(getattr(context.find_root().obj, "lang", "en"))


def _before_colon(lang: str) -> str:
    return "\u00a0" if lang == "fr" else ""


class Option(click.Option):
    """An option whose help is a message id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        told = copy.copy(self)
        told.help = i18n.sentence(self.help, language_of(ctx)) if self.help else None
        return click.Option.get_help_record(told, ctx)


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        streams.emit(f"{ctx.get_help()}\n")
        ctx.exit()


class Command(click.Command):
    """A command whose help is a message id.

    Its ``--help`` is an option of ours: click's own keeps the language of its first use, and writes by itself.
    """

    def __init__(self, name: str | None, **attributes: Any) -> None:
        super().__init__(name, **{**attributes, "add_help_option": False})
        self.help = inspect.cleandoc(self.help) if self.help else None  # as catalogues have it
        self.params.append(
            Option(
                ["-h", "--help"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                help="show this help",
                callback=_show_help,
            )
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = copy.copy(self)
        told.help = i18n.sentence(self.help, language_of(ctx)) if self.help else None
        click.Command.format_help_text(told, ctx, formatter)


class Group(Command, click.Group):
    """A group of commands that speak."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = language_of(ctx)
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            text = i18n.sentence(command.help, lang) if command is not None and command.help else ""
            rows.append((name, text))
        with formatter.section(f"{i18n.sentence('Commands', lang)}{_before_colon(lang)}"):
            formatter.write_dl(rows)


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """A command; its function's docstring is its help."""
    return click.command(name, cls=Command, context_settings=SETTINGS)


def group(name: str) -> Callable[[Callable[..., Any]], Group]:
    """A command that has commands."""
    return click.group(name, cls=Group, context_settings=SETTINGS)


def option(*declarations: str, **attributes: Any) -> Callable[[F], F]:
    """An option; its `help` is said in the reader's language."""
    return click.option(*declarations, cls=Option, **attributes)


@contextmanager
def clicks_words(lang: str) -> Iterator[None]:
    """Lets click say its own sentences (usage, errors) in a language.

    click asks gettext for them in the current domain and in the language of the environment: both are put back after.
    """
    domain, variable = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("click", i18n.FOLDER)
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = lang
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if variable is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = variable


def show_usage_error(error: click.ClickException) -> None:
    """What was wrong with the command line, on standard error; nothing in it is taken for a line of its own."""
    text = error.format_message()
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        for line in text.splitlines():
            streams.tell(safe_text(line))
        return
    if context is not None:
        streams.tell(safe_text(context.get_usage()))
    # click lists choices on lines of their own; what a user typed has no lines of its own.
    told = safe_text(text.replace(",\n\t", ", ").replace("\n\t", " ").strip())
    streams.tell(gettext.gettext("Error: {message}").format(message=told))
    if context is not None:
        tried = gettext.gettext("Try '{command} {option}' for help.")
        streams.tell(tried.format(command=context.command_path, option="--help"))
    sys.stderr.flush()
