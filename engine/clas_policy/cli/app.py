"""The program's commands, each imported when it is used, and what their errors mean for the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from clas_policy import i18n
from clas_policy.cli import front, speaking
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.misuse import MisuseError
from clas_policy.cli.options import common_options
from clas_policy.cli.problems import show
from clas_policy.cli.settings import Settings
from clas_policy.problem import ClasPolicyError, DossierError, PluginError
from clas_policy.reading.files import OutputError
from clas_policy.version import __version__

_REFUSALS = ("CLAS-F005", "CLAS-E001", "CLAS-E002", "CLAS-E003")
"""What is not written because of what stands there, and not because it could not be."""


class _Program(speaking.Group):
    """Commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(front.MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in front.MODULES:
            return None
        command = import_module(f"clas_policy.cli.{front.MODULES[cmd_name]}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in front.MODULES:
            import difflib

            close = difflib.get_close_matches(name, front.MODULES, n=1)
            lang = speaking.language_of(ctx)
            text = i18n.sentence("unknown command `{name}`", lang, name=name)
            if close:
                text += i18n.sentence("; did you mean `{name}`?", lang, name=close[0])
            ctx.fail(text)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        return front.help_text(speaking.language_of(ctx)).rstrip("\n")


@click.group("clas-policy", cls=_Program, no_args_is_help=False)
@click.version_option(__version__, prog_name="clas-policy", message="%(prog)s %(version)s")
@common_options
def program(**_options: Any) -> None:
    """Decide Clas dossiers by policies that are written down, and say why."""


def run(arguments: Sequence[str], lang: str) -> int:
    """Runs the command that the arguments name, and returns its exit code."""
    settings = Settings(lang=lang)
    try:
        with speaking.clicks_words(lang):
            return _run(arguments, settings)
    except ClasPolicyError as error:
        show(error.problems, settings)
        return code_of(error)


def _run(arguments: Sequence[str], settings: Settings) -> int:
    try:
        program.main(
            args=list(arguments),
            prog_name="clas-policy",
            complete_var="_CLAS_POLICY_COMPLETE",
            standalone_mode=False,
            obj=settings,
        )
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        speaking.show_usage_error(error)
        return ExitCode.USAGE
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else ExitCode.EVALUATED
    return ExitCode.EVALUATED


def code_of(error: ClasPolicyError) -> ExitCode:
    """The exit code for problems that leave a command without an answer."""
    match error:
        case MisuseError():
            return ExitCode.USAGE
        case DossierError():
            return ExitCode.DOSSIER
        case PluginError():
            return ExitCode.PLUGIN
        case OutputError():
            asked = all(problem.code in _REFUSALS for problem in error.problems)
            return ExitCode.USAGE if asked else ExitCode.INTERNAL
        case _:
            return ExitCode.POLICY
