"""The program: its commands, loaded when they are used, and the guard around them."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from clas_policy import __version__, i18n
from clas_policy.cli.exit_codes import ExitCode

_COMMANDS: Final = {
    "evaluate": ("evaluate", "decide dossiers and say why"),
    "check": ("check", "check policy layers"),
    "list": ("listing", "the layers at hand"),
    "show": ("show", "a composed policy, or one of its names"),
    "deadlines": ("deadlines", "the calendar of a policy"),
    "schema": ("schema", "a JSON Schema"),
    "template": ("template", "a dossier to fill in"),
    "replay": ("replay", "whether a decision still comes out"),
    "plugins": ("plugins_command", "the installed plugins"),
    "help": ("help_command", "what a problem code means"),
    "completion": ("completion", "completion for a shell"),
}
"""The commands in the order of the help: the module of each, and what it is in one line."""


class _Group(click.Group):
    """Commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"clas_policy.cli.{_COMMANDS[cmd_name][0]}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            import difflib

            close = difflib.get_close_matches(name, _COMMANDS, n=1)
            lang = i18n.language(ctx.params.get("lang"), os.environ)
            text = i18n.sentence("unknown command `{name}`", lang, name=name)
            if close:
                text += i18n.sentence("; did you mean `{name}`?", lang, name=close[0])
            ctx.fail(text)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = i18n.language(ctx.params.get("lang"), os.environ)
        with formatter.section(i18n.sentence("Commands", lang)):
            formatter.write_dl([(name, i18n.sentence(line, lang)) for name, (_module, line) in _COMMANDS.items()])


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="clas-policy", message="%(prog)s %(version)s")
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), default=None, help="the language  [default: yours]")
@click.option("--debug", is_flag=True, help="show the traceback of an internal error")
def program(**_options: Any) -> None:
    """Decide Clas dossiers by policies that are written down, and say why."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the program and returns its exit code; nothing that happens ends in a traceback unless it is asked for."""
    from clas_policy.cli import streams

    streams.prepare()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_quietly()
        return ExitCode.FINDINGS
    except OSError as error:
        _close_quietly()
        streams.tell(f"clas-policy: {error.strerror or error}")
        return ExitCode.INTERNAL
    return code


def _run(arguments: list[str] | None) -> int:
    from clas_policy.problem import ClasPolicyError

    try:
        program.main(args=arguments, prog_name="clas-policy", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except ClasPolicyError as error:
        return _refused(error)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else ExitCode.EVALUATED
    except (BrokenPipeError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, people get one line
        return _internal(error)
    return ExitCode.EVALUATED


def _settings() -> Any:
    from clas_policy.cli.settings import Settings

    arguments = sys.argv
    lang = next((arguments[i + 1] for i, word in enumerate(arguments[:-1]) if word == "--lang"), None)
    return Settings(lang=i18n.language(lang, os.environ), debug="--debug" in arguments)


def _refused(error: Any) -> int:
    from clas_policy.cli.problems import show
    from clas_policy.problem import DossierError, PluginError
    from clas_policy.reading.files import OutputError

    show(error.problems, _settings())
    if isinstance(error, DossierError):
        return ExitCode.DOSSIER
    if isinstance(error, PluginError):
        return ExitCode.PLUGIN
    if isinstance(error, OutputError):
        over_input = all(problem.code == "CLAS-F005" for problem in error.problems)
        return ExitCode.USAGE if over_input else ExitCode.INTERNAL
    return ExitCode.POLICY


def _internal(error: Exception) -> int:
    from clas_policy.cli import streams
    from clas_policy.cli.safe_text import safe_text

    settings = _settings()
    if settings.debug:
        import traceback

        streams.tell("".join(traceback.format_exception(error)))
    what = safe_text(f"{type(error).__name__}: {error}")[:300]
    streams.tell(
        i18n.sentence("clas-policy has a fault of its own ({what}); `--debug` shows where", settings.lang, what=what)
    )
    return ExitCode.INTERNAL


def _close_quietly() -> None:
    """Lets the interpreter end without trying to flush into a stream that is gone."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
