"""``clas-policy plugins``: what is installed beside the engine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from clas_policy.cli import json_text, problems, speaking, streams
from clas_policy.cli.columns import columns
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common, common_options, output_option
from clas_policy.cli.settings import Settings
from clas_policy.speech import Speech


@speaking.group("plugins")
@common_options
def command(**_options: Any) -> None:
    """Look at the installed plugins."""


@command.command("list", cls=speaking.Command, context_settings=speaking.SETTINGS)
@output_option
@common
def listed(settings: Settings, output: str) -> None:
    """List the plugins, what they own and what is wrong with them; none of their code is run."""
    host = settings.host()
    failures = {(failure.name, failure.distribution): failure for failure in host.failures}
    entries = [
        {
            "name": plugin.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "kind": "code" if plugin.is_code else "layers",
            "owns": list(plugin.prefixes),
            "problem": settings.say(failure.problem.message)
            if (failure := failures.get((plugin.name, plugin.distribution)))
            else None,
        }
        for plugin in host.plugins
    ]
    if output == "json":
        streams.emit_data(json_text.indented(entries) + "\n")
    elif entries:
        _ = Speech(settings.lang)
        kinds = {"code": _("code"), "layers": _("layers")}
        rows = [
            (
                str(entry["name"]),
                f"{entry['distribution']} {entry['version']}",
                kinds[str(entry["kind"])],
                ", ".join(entry["owns"] or ()) or "–",
                _("installed") if entry["problem"] is None else _("closed"),
            )
            for entry in entries
        ]
        streams.emit(columns((_("Plugin"), _("Distribution"), _("Holds"), _("Owns"), _("State")), rows))
    else:
        streams.tell(Speech(settings.lang)("no plugin is installed"))
    if host.failures:
        problems.show([failure.problem for failure in host.failures], settings)
        sys.exit(ExitCode.PLUGIN)


@command.command("lock", cls=speaking.Command, context_settings=speaking.SETTINGS)
@click.argument("file", type=click.Path(path_type=Path))
@common
def locked(settings: Settings, file: Path) -> None:
    """Write FILE: the plugins as they are installed now, for --lock."""
    from clas_policy import plugins

    plugins.write_lock(settings.host(), file)
