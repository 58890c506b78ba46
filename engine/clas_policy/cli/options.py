"""Options that many commands share, and the settings that they make."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from clas_policy import i18n
from clas_policy.cli.settings import Settings, folders_of, from_file

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A date written AAAA-MM-JJ."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from clas_policy.model.dates import parse_day

        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except ValueError:
            self.fail(f"`{value}`: AAAA-MM-JJ", param, ctx)


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, (), "")), None)


def common(function: F) -> Callable[..., Any]:
    """Gives a command the options that all commands have, and its function a `settings` made of them."""

    @click.option(
        "--policies",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="a folder of policy layers of yours; it comes before what is installed (repeatable)",
    )
    @click.option("--as-of", "as_of", type=Day(), default=None, help="the day whose versions hold  [default: today]")
    @click.option("--draft", is_flag=True, default=None, help="allow layers that are drafts, and say so")
    @click.option("--without-plugins", is_flag=True, help="leave installed plugins aside")
    @click.option(
        "--lock",
        type=click.Path(path_type=Path),
        default=None,
        metavar="FILE",
        help="refuse plugins that this file does not list as they are",
    )
    @click.option("-v", "--verbose", is_flag=True, help="say more")
    @click.option("-q", "--quiet", is_flag=True, help="no progress, no summary")
    @click.option("--lang", type=click.Choice(i18n.LANGUAGES), default=None, help="the language  [default: yours]")
    @click.option("--color", type=click.Choice(("auto", "always", "never")), default=None, help="[default: auto]")
    @click.option("--debug", is_flag=True, help="show the traceback of an internal error")
    @wraps(function)
    def with_settings(
        *,
        folders: tuple[Path, ...],
        as_of: date | None,
        draft: bool | None,
        without_plugins: bool,
        lock: Path | None,
        verbose: bool,
        quiet: bool,
        lang: str | None,
        color: str | None,
        debug: bool,
        **rest: Any,
    ) -> Any:
        environment = os.environ
        kept = from_file(Path.cwd())
        day = _first(as_of, environment.get("CLAS_POLICY_AS_OF"), kept.get("as_of"))
        locked = _first(lock, environment.get("CLAS_POLICY_LOCK"), kept.get("lock"))
        context = click.get_current_context()
        inherited = context.find_root().params
        extra = {} if day is None else {"as_of": Day().convert(day, None, context)}
        settings = Settings(
            lang=i18n.language(
                _first(lang, inherited.get("lang"), environment.get("CLAS_POLICY_LANG"), kept.get("lang")), environment
            ),
            color=_first(color, environment.get("CLAS_POLICY_COLOR"), kept.get("color"), "auto"),
            debug=debug or bool(inherited.get("debug")),
            verbose=verbose,
            quiet=quiet,
            policies=(
                folders
                or folders_of(environment.get("CLAS_POLICY_PATH", ""))
                or tuple(Path(folder) for folder in kept.get("policies", ()))
            ),
            draft=bool(_first(draft, environment.get("CLAS_POLICY_DRAFT"), kept.get("draft"), False)),
            without_plugins=without_plugins or bool(environment.get("CLAS_POLICY_WITHOUT_PLUGINS")),
            lock=Path(locked) if locked else None,
            **extra,
        )
        context.obj = settings
        return function(settings, **rest)

    return with_settings


def policy_options(function: F) -> F:
    """Which policy, where the dossier does not select it."""
    function = click.option(
        "--policy",
        "policy_id",
        default=None,
        metavar="ID",
        help="this layer, whatever the dossier",
        shell_complete=_complete_ids,
    )(function)
    return click.option("--national", is_flag=True, help="the national rules alone: nothing is settled by them")(
        function
    )


def year_and_department(function: F) -> F:
    """Which policy, by its year and department, or by its id."""
    function = click.option(
        "--year",
        default=None,
        metavar="AAAA-AAAA",
        shell_complete=_complete_years,
        help="the school year, like 2024-2025",
    )(function)
    return click.option(
        "--department",
        default=None,
        metavar="CODE",
        shell_complete=_complete_departments,
        help="the department, like 32 or 2A",
    )(function)


def _ids() -> tuple[str, ...]:
    try:
        return Settings(policies=folders_of(os.environ.get("CLAS_POLICY_PATH", ""))).catalogue().ids()
    except Exception:  # noqa: BLE001 - completion never disturbs the command line
        return ()


def _complete_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _ids() if name.startswith(incomplete)]


def _complete_years(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    years = sorted({name.rpartition("/")[2] for name in _ids() if "referentiel-" not in name})
    return [year for year in years if year.startswith(incomplete)]


def _complete_departments(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    codes = sorted({name.split("/")[1] for name in _ids() if name.startswith("departements/")})
    return [code for code in codes if code.startswith(incomplete)]


complete_ids = _complete_ids
