"""Options that many commands share, and the settings that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from clas_policy import i18n
from clas_policy.cli import front, settings_file, speaking
from clas_policy.cli.misuse import MisuseError
from clas_policy.cli.settings import Settings
from clas_policy.model.dates import parse_day
from clas_policy.problem import Message, Problem

F = TypeVar("F", bound=Callable[..., Any])

_HELP: Final = front.common_options(lambda text: text)
_COLOURS: Final = ("auto", "always", "never")
_TRUE: Final = ("1", "true", "yes", "on", "oui")
_FALSE: Final = ("", "0", "false", "no", "off", "non")


class Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A date written AAAA-MM-JJ."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except ValueError:
            lang = speaking.language_of(ctx) if ctx is not None else "en"
            self.fail(
                i18n.sentence("`{text}` is no date: it is written like 2024-10-30", lang, text=str(value)), param, ctx
            )


def common_options(function: F) -> F:
    """The options that stand before or after any command."""
    for add in reversed(
        (
            speaking.option(
                "--policies",
                "folders",
                multiple=True,
                type=click.Path(path_type=Path),
                metavar="DIR",
                help=_HELP["--policies DIR"],
            ),
            speaking.option("--as-of", "as_of", type=Day(), default=None, help=_HELP["--as-of AAAA-MM-JJ"]),
            speaking.option("--draft", is_flag=True, help=_HELP["--draft"]),
            speaking.option("--without-plugins", is_flag=True, help=_HELP["--without-plugins"]),
            speaking.option(
                "--lock", type=click.Path(path_type=Path), default=None, metavar="FILE", help=_HELP["--lock FILE"]
            ),
            speaking.option("-v", "--verbose", is_flag=True, help=_HELP["-v, --verbose"]),
            speaking.option("-q", "--quiet", is_flag=True, help=_HELP["-q, --quiet"]),
            speaking.option("--lang", type=click.Choice(i18n.LANGUAGES), default=None, help=_HELP["--lang [fr|en]"]),
            speaking.option(
                "--color", type=click.Choice(_COLOURS), default=None, help=_HELP["--color [auto|always|never]"]
            ),
            speaking.option("--debug", is_flag=True, help=_HELP["--debug"]),
        )
    ):
        function = add(function)
    return function


_COMMON: Final = (
    "folders", "as_of", "draft", "without_plugins", "lock", "verbose", "quiet", "lang", "color", "debug",
)  # fmt: skip


def common(function: F) -> Callable[..., Any]:
    """Gives a command the options that all commands have, and its function the `settings` made of them."""

    @common_options
    @wraps(function)
    def with_settings(**given: Any) -> Any:
        context = click.get_current_context()
        settings = context.ensure_object(Settings)
        for name in _COMMON:
            del given[name]
        fill(settings, _chosen(context), os.environ, settings_file.nearest())
        return function(settings, **given)

    return with_settings


def _chosen(context: click.Context) -> dict[str, Any]:
    """The common options, of a command or of those it stands under: the nearest counts, folders add up."""
    chosen: dict[str, Any] = dict.fromkeys(_COMMON)
    folders: tuple[Path, ...] = ()
    level: click.Context | None = context
    while level is not None:
        folders = (*level.params.get("folders", ()), *folders)
        for name in _COMMON:
            if chosen[name] in (None, False):
                chosen[name] = level.params.get(name)
        level = level.parent
    return {**chosen, "folders": folders}


def fill(
    settings: Settings, chosen: Mapping[str, Any], environment: Mapping[str, str], kept: Mapping[str, Any]
) -> None:
    """Puts together the settings of a run: options, then the environment, then the settings file.

    Raises MisuseError for a variable or a setting that does not fit. The language is resolved before, at the start.
    """
    settings.debug = bool(chosen["debug"])
    settings.verbose = bool(chosen["verbose"])
    settings.quiet = bool(chosen["quiet"])
    settings.policies = (
        tuple(chosen["folders"])
        or tuple(Path(part) for part in environment.get("CLAS_POLICY_PATH", "").split(os.pathsep) if part)
        or tuple(Path(folder) for folder in kept.get("policies", ()))
    )
    settings.draft = bool(chosen["draft"]) or _flag("CLAS_POLICY_DRAFT", environment, kept.get("draft"))
    settings.without_plugins = bool(chosen["without_plugins"]) or _flag(
        "CLAS_POLICY_WITHOUT_PLUGINS", environment, kept.get("without_plugins")
    )
    lock = chosen["lock"] or environment.get("CLAS_POLICY_LOCK") or kept.get("lock")
    settings.lock = Path(lock) if lock else None
    settings.color = chosen["color"] or environment.get("CLAS_POLICY_COLOR") or kept.get("color") or "auto"
    if settings.color not in _COLOURS:
        raise _misfit("CLAS_POLICY_COLOR", settings.color, Message("`auto`, `always` or `never`"))
    day = chosen["as_of"] or environment.get("CLAS_POLICY_AS_OF") or kept.get("as_of")
    if day:
        settings.as_of = _day(day)


def _flag(variable: str, environment: Mapping[str, str], kept: object) -> bool:
    value = environment.get(variable)
    if value is None:
        return bool(kept)
    if value.lower() not in (*_TRUE, *_FALSE):
        raise _misfit(variable, value, Message("`1` or `0`"))
    return value.lower() in _TRUE


def _day(day: date | str) -> date:
    if isinstance(day, date):
        return day
    try:
        return parse_day(day)
    except ValueError:
        raise _misfit("CLAS_POLICY_AS_OF", day, Message("a date, like `2024-10-30`")) from None


def _misfit(variable: str, value: str, what: Message) -> MisuseError:
    message = Message("`{name}` is `{value}`, and takes {what}", {"name": variable, "value": value, "what": what})
    return MisuseError([Problem("CLAS-U503", message)])


def output_option(function: F) -> F:
    """The format of a command that answers to people and to programs."""
    return speaking.option(
        "--output",
        "output",
        type=click.Choice(("text", "json")),
        default="text",
        show_default=True,
        help="text for people, json for programs",
    )(function)


def is_given(*names: str) -> bool:
    """Whether one of these parameters of the running command was given, and does not have its default."""
    sources = map(click.get_current_context().get_parameter_source, names)
    return any(source is not ParameterSource.DEFAULT for source in sources)


def policy_options(function: F) -> F:
    """Which policy, where the dossier does not select it."""
    function = speaking.option(
        "--policy",
        "policy_id",
        default=None,
        metavar="ID",
        help="this layer, whatever the dossier selects",
        shell_complete=complete_ids,
    )(function)
    return speaking.option(
        "--national", is_flag=True, help="the national rules alone: the local ones stay unknown, nothing is settled"
    )(function)


def year_and_department(function: F) -> F:
    """Which policy, by its year and department."""
    function = speaking.option(
        "--department",
        default=None,
        metavar="CODE",
        shell_complete=complete_departments,
        help="the department, like 32 or 2A",
    )(function)
    return speaking.option(
        "--year",
        default=None,
        metavar="AAAA-AAAA",
        shell_complete=complete_years,
        help="the school year, like 2024-2025",
    )(function)


def _ids(context: click.Context) -> tuple[str, ...]:
    """The ids of the layers at hand, for completion, which never disturbs the command line."""
    settings = Settings()
    try:
        fill(settings, _chosen(context), os.environ, settings_file.nearest())
        return settings.catalogue().ids()
    except Exception:  # noqa: BLE001
        return ()


def complete_ids(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The ids of layers that start so."""
    return [name for name in _ids(ctx) if name.startswith(incomplete)]


def complete_years(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    years = sorted({name.rpartition("/")[2] for name in _ids(ctx) if "referentiel-" not in name})
    return [year for year in years if year.startswith(incomplete)]


def complete_departments(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    codes = sorted({name.split("/")[1] for name in _ids(ctx) if name.startswith("departements/")})
    return [code for code in codes if code.startswith(incomplete)]
