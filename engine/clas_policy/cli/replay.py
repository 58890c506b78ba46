"""``clas-policy replay``: whether a recorded decision still comes out of the texts that it was made with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from clas_policy.cli import speaking, streams
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common
from clas_policy.cli.problems import show
from clas_policy.cli.session import Choice, Session
from clas_policy.cli.settings import Settings
from clas_policy.explain import compare
from clas_policy.model.decision import FORMAT
from clas_policy.problem import DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.files import read_file
from clas_policy.source import Span
from clas_policy.version import __version__

_MAX_BYTES = 64 << 20
_SHOWN = 40


@speaking.command("replay")
@click.argument("decision", metavar="DECISION.json")
@speaking.option("--dossier", "dossier", required=True, metavar="DOSSIER.json")
@common
def command(settings: Settings, decision: str, dossier: str) -> None:
    """Decide a dossier again with the layers that a decision records, and compare: identical, different, or cannot."""
    recorded = _recorded(decision)
    raw = json_text.parse(read_file(Path(dossier), dossier, json_text.MAX_BYTES + 1, DossierError), dossier)
    try:
        again = _again(settings, recorded, raw)
    except (PolicyError, PluginError) as error:
        streams.emit(settings.say(Message("cannot be replayed")) + "\n")
        show(error.problems, settings)
        sys.exit(ExitCode.PLUGIN if isinstance(error, PluginError) else ExitCode.POLICY)
    differences = compare(recorded, again)
    if not differences:
        streams.emit(settings.say(Message("identical")) + "\n")
        sys.exit(ExitCode.EVALUATED)
    streams.emit(settings.say(Message("different in {count} places", {"count": str(len(differences))})) + "\n")
    for path in differences[:_SHOWN]:
        streams.emit(
            settings.say(
                Message(
                    "  {path}: {recorded} was recorded, {again} comes out now",
                    {"path": path, "recorded": _shown(recorded, path), "again": _shown(again, path)},
                )
            )
            + "\n"
        )
    if len(differences) > _SHOWN:
        more = str(len(differences) - _SHOWN)
        streams.emit(settings.say(Message("  and {count} more", {"count": more})) + "\n")
    sys.exit(ExitCode.FINDINGS)


def _recorded(name: str) -> dict[str, Any]:
    """The record in a file; raises DossierError where it is none."""
    import json

    data = read_file(Path(name), name, _MAX_BYTES, DossierError)
    problem = Problem(
        "CLAS-U506",
        Message("`{file}` is not a decision", {"file": name}),
        Span(name, 1, 1, 1, 2),
        hint=Message("a decision is what `clas-policy evaluate --output json` writes, one object"),
    )
    try:
        found = json.loads(data)
    except ValueError:
        raise DossierError([problem]) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not _is_whole(found):
        raise DossierError([problem])
    return found


def _is_whole(found: Mapping[str, Any]) -> bool:
    try:
        date.fromisoformat(found["as_of"])
        layers = found["policy"]["layers"]
        return bool(layers) and all({"id", "sha256"} <= set(layer) for layer in layers) and "plugins" in found["engine"]
    except (KeyError, TypeError, ValueError):
        return False


def _again(settings: Settings, recorded: Mapping[str, Any], raw: json_text.RawJson) -> Mapping[str, Any]:
    """The record made anew with the recorded layers, plugins and day."""
    _same_programs(settings, recorded)
    catalogue = settings.catalogue()
    policy = catalogue.compose_layers(catalogue.by_digests(recorded["policy"]["layers"]), draft=True)
    choice = Choice(date.fromisoformat(recorded["as_of"]), draft=True, without_plugins=_put_aside(recorded))
    brief = not any("why" in criterion for criterion in recorded.get("criteria", ()))
    return Session(catalogue, settings.host(), choice).again(raw, policy, brief=brief)


def _put_aside(recorded: Mapping[str, Any]) -> bool:
    """Whether facts that no rule knew were put aside when the decision was made."""
    return any(warning.get("code") == "CLAS-W407" for warning in recorded.get("warnings", ()))


def _same_programs(settings: Settings, recorded: Mapping[str, Any]) -> None:
    """Raises PluginError where a recorded plugin is absent, or another version of it is installed."""
    here = {(ref.name, ref.distribution): ref.version for ref in settings.host().refs()}
    problems = []
    for plugin in recorded["engine"]["plugins"]:
        version = here.get((plugin["name"], plugin["distribution"]))
        values = {"name": plugin["distribution"], "version": plugin["version"], "here": version or ""}
        if version is None:
            message = Message("the plugin {name} {version} is not installed", values)
        elif version != plugin["version"]:
            message = Message("the plugin {name} is here in version {here}, not {version}", values)
        else:
            continue
        problems.append(Problem("CLAS-X320", message, hint=Message("pip install {name}=={version}", values)))
    if problems:
        raise PluginError(problems)
    if recorded["engine"].get("version") != __version__:
        streams.tell(
            settings.say(
                Message(
                    "the decision was made by clas-policy {version}, this is {here}",
                    {"version": str(recorded["engine"].get("version")), "here": __version__},
                )
            )
        )


def _shown(record: Mapping[str, Any], path: str) -> str:
    """The value at a path of a record, in short."""
    import json
    import re

    value: Any = record
    for key, index in re.findall(r"\.([A-Za-z_0-9.-]+?)(?=[.\[]|$)|\[(\d+)\]", path):
        try:
            value = value[int(index)] if index else value[key]
        except (KeyError, IndexError, TypeError):
            return "–"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"
