"""The front door: the version and the list of commands at once, the rest of the program when it is asked for.

Nothing here may import typing, click or a reader: ``--version`` and ``--help`` answer about as fast as Python starts.
"""

from __future__ import annotations

import os

from clas_policy import __version__, i18n
from clas_policy.cli import guard, streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Say = Callable[[str], str]

MODULES = {
    "evaluate": "evaluate",
    "batch": "batch",
    "report": "report",
    "check": "check",
    "lint": "lint",
    "fmt": "fmt",
    "test": "test",
    "diff": "diff",
    "new-year": "new_year",
    "confirm": "confirm",
    "init": "init",
    "list": "listing",
    "show": "show",
    "deadlines": "deadlines",
    "schema": "schema",
    "template": "template",
    "sql": "sql",
    "simulate": "simulate",
    "impact": "impact",
    "replay": "replay",
    "plugins": "plugins_command",
    "help": "help_command",
    "completion": "completion",
}
"""The commands in the order of the help, and the module of each."""

_COMPLETING = "_CLAS_POLICY_COMPLETE"
_WIDTH = 80


def summaries(say: Say) -> dict[str, str]:
    """What each command is for, in one line."""
    return {
        "evaluate": say("decide dossiers and say why"),
        "batch": say("decide many dossiers, from tables to tables"),
        "report": say("the yearly report of a department"),
        "check": say("check policy layers"),
        "lint": say("what is allowed in a policy, but doubtful"),
        "fmt": say("write policy files the usual way"),
        "test": say("run the tests of policies"),
        "diff": say("what changed in meaning between two policies"),
        "new-year": say("the next year's layer, to be confirmed"),
        "confirm": say("confirm the figures of a draft, one by one"),
        "init": say("a folder for policy authors"),
        "list": say("the layers at hand"),
        "show": say("a composed policy, or one of its names"),
        "deadlines": say("the calendar of a policy"),
        "schema": say("a JSON Schema"),
        "template": say("a dossier to fill in"),
        "sql": say("a policy as a SQL query"),
        "simulate": say("made-up dossiers, by stated assumptions"),
        "impact": say("what a change of policy would come to"),
        "replay": say("whether a decision still comes out"),
        "plugins": say("the installed plugins"),
        "help": say("what a problem code means"),
        "completion": say("completion for a shell"),
    }


def common_options(say: Say) -> dict[str, str]:
    """The options that stand before or after any command, and what each is for."""
    return {
        "--policies DIR": say("a folder of policy layers of yours, before what is installed (repeatable)"),
        "--as-of AAAA-MM-JJ": say("the day whose versions hold  [default: today, in Paris]"),
        "--draft": say("allow layers that are drafts, and say so"),
        "--without-plugins": say("leave installed plugins aside"),
        "--lock FILE": say("refuse plugins that this file does not list as they are"),
        "-v, --verbose": say("say more: every criterion of a decision"),
        "-q, --quiet": say("no progress, no summary"),
        "--lang [fr|en]": say("the language  [default: that of the locale]"),
        "--color [auto|always|never]": say("colours  [default: auto, on a terminal]"),
        "--debug": say("show the traceback of an internal error"),
        "-h, --help": say("show this help"),
    }


def help_text(lang: str) -> str:
    """The help of the program itself."""

    def say(template: str) -> str:
        return i18n.sentence(template, lang)

    colon = "\u00a0:" if lang == "fr" else ":"
    parts = [
        f"{say('Usage')}{colon} clas-policy {say('COMMAND [OPTIONS] …')}\n",
        f"\n{say('Decide Clas dossiers by policies that are written down, and say why.')}\n",
        f"\n{say('Commands')}{colon}\n",
        *_columns(summaries(say)),
        f"\n{say('Options of every command')}{colon}\n",
        *_columns({**common_options(say), "--version": say("show the version")}),
        f"\n{say('An option counts before CLAS_POLICY_* variables, and these before clas-policy.toml.')}\n",
        f"{say('`clas-policy COMMAND --help` says more; `clas-policy help CODE` explains a problem.')}\n",
    ]
    return "".join(parts)


def _columns(rows: dict[str, str]) -> list[str]:
    width = max(map(len, rows))
    lines = []
    for name, text in rows.items():
        first, *others = _wrapped(text, _WIDTH - width - 4)
        lines.append(f"  {name:<{width}}  {first}\n")
        lines += [f"  {'':<{width}}  {line}\n" for line in others]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """As textwrap would, which is slow to import."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def run(arguments: Sequence[str]) -> int:
    """Runs the program on its arguments and returns its exit code."""
    lang = language(arguments)
    return guard.guarded(lambda: _answer(arguments, lang), lang, debug="--debug" in arguments)


def language(arguments: Sequence[str]) -> str:
    """The language of this run, before anything else is parsed: option, ``CLAS_POLICY_LANG``, settings file, locale."""
    option = None
    for index, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang" and index + 1 < len(arguments):
            option = arguments[index + 1]
        elif word.startswith("--lang="):
            option = word.partition("=")[2]
    if option is None and not os.environ.get("CLAS_POLICY_LANG"):
        option = _kept_language()
    return i18n.language(option, os.environ)


def _kept_language() -> str | None:
    """The language of the nearest settings file; what is wrong with that file is said later, in a language."""
    try:
        folder = os.getcwd()  # noqa: PTH109
    except OSError:
        return None
    place = find_settings(folder)
    if place is None:
        return None
    from clas_policy.cli import settings_file
    from clas_policy.cli.misuse import MisuseError

    try:
        found = settings_file.nearest().get("lang")
    except MisuseError:
        return None
    return found if isinstance(found, str) else None


def find_settings(folder: str) -> str | None:
    """The nearest ``clas-policy.toml`` in a folder or above it; folders that cannot be looked into have none."""
    while True:
        place = os.path.join(folder, "clas-policy.toml")  # noqa: PTH118
        if os.path.isfile(place):  # noqa: PTH113
            return place
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return None
        folder = above


def _answer(arguments: Sequence[str], lang: str) -> int:
    if _COMPLETING not in os.environ:
        if list(arguments) == ["--version"]:
            streams.emit(f"clas-policy {__version__}\n")
            return 0
        if not arguments:
            from clas_policy.cli.exit_codes import ExitCode

            streams.tell(help_text(lang).rstrip("\n"))
            return ExitCode.USAGE
        if _is_help(arguments):
            streams.emit(help_text(lang))
            return 0
    from clas_policy.cli.app import run as run_commands

    return run_commands(arguments, lang)


def _is_help(arguments: Sequence[str]) -> bool:
    left = list(arguments)
    while left[:1] == ["--lang"] and left[1:2] and left[1] in i18n.LANGUAGES:
        left = left[2:]
    return left in (["--help"], ["-h"])
