"""``clas-policy replay``: whether a recorded decision still comes out of the texts that it was made with."""

from __future__ import annotations

import json
import re
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
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.session import Choice, Session
from clas_policy.cli.settings import Settings
from clas_policy.explain import compare
from clas_policy.model.decision import FORMAT
from clas_policy.problem import DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.reading import json_text
from clas_policy.reading.files import read_file
from clas_policy.source import Span
from clas_policy.speech import Speech
from clas_policy.version import __version__

_MAX_BYTES = 64 << 20
_SHOWN = 40
_ANY_FORMAT = "clas-policy/decision/"


@speaking.command("replay")
@click.argument("decision", metavar="DECISION.json", type=click.Path())
@speaking.option(
    "--dossier",
    "dossier",
    required=True,
    metavar="DOSSIER.json",
    type=click.Path(),
    help="the dossier that was decided",
)
@common
def command(settings: Settings, decision: str, dossier: str) -> None:
    """Decide a dossier again with the layers that a decision records, and compare: identical, different, or cannot."""
    recorded = _recorded(decision)
    raw = json_text.parse(read_file(Path(dossier), dossier, json_text.MAX_BYTES + 1, DossierError), dossier)
    try:
        again = _again(settings, recorded, raw)
    except (PolicyError, PluginError) as error:
        streams.emit(f"{settings.say(Message('cannot be replayed'))}\n")
        show(error.problems, settings)
        sys.exit(ExitCode.PLUGIN if isinstance(error, PluginError) else ExitCode.POLICY)
    differences = compare(recorded, again)
    _ = Speech(settings.lang)
    if not differences:
        streams.emit(f"{_('identical')}\n")
        sys.exit(ExitCode.EVALUATED)
    lines = [_.plural("different in {count} place", "different in {count} places", len(differences))]
    for path in differences[:_SHOWN]:
        was, now = _shown(recorded, path), _shown(again, path)
        lines.append(_("  {path}: {recorded} was recorded, {again} comes out now", path=path, recorded=was, again=now))
    if len(differences) > _SHOWN:
        lines.append(_("  and {count} more", count=str(len(differences) - _SHOWN)))
    streams.emit("".join(f"{safe_text(line)}\n" for line in lines))
    sys.exit(ExitCode.FINDINGS)


def _recorded(name: str) -> dict[str, Any]:
    """The record in a file; raises DossierError where it is none, or one of another format."""
    data = read_file(Path(name), name, _MAX_BYTES, DossierError)
    at = Span(name, 1, 1, 1, 2)
    problem = Problem(
        "CLAS-U506",
        Message("`{file}` is not a decision", {"file": name}),
        at,
        hint=Message("a decision is what `clas-policy evaluate --output json` writes, one object"),
    )
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise DossierError([problem]) from None
    form = found.get("format") if isinstance(found, dict) else None
    if isinstance(form, str) and form.startswith(_ANY_FORMAT) and form != FORMAT:
        values = {"format": form, "known": FORMAT, "version": __version__}
        message = Message("this decision is of the format `{format}`", values)
        hint = Message("clas-policy {version} reads `{known}`: use the version that wrote the decision", values)
        raise DossierError([Problem("CLAS-U508", message, at, hint=hint)])
    if not isinstance(found, dict) or form != FORMAT or not _is_whole(found):
        raise DossierError([problem])
    return found


def _is_whole(found: Mapping[str, Any]) -> bool:
    """Whether all that a replay looks at is there."""
    try:
        date.fromisoformat(found["as_of"])
        layers, engine = found["policy"]["layers"], found["engine"]
        texts = [engine["version"]]
        texts += [layer[key] for layer in layers for key in ("id", "sha256")]
        texts += [plugin[key] for plugin in engine["plugins"] for key in ("name", "distribution", "version")]
        listed = [*found["criteria"], *found["warnings"]]
    except (KeyError, TypeError, ValueError):
        return False
    return bool(layers) and all(isinstance(text, str) for text in texts) and all(isinstance(x, dict) for x in listed)


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
    value: Any = record
    for key, index in re.findall(r"\.([A-Za-z_0-9.-]+?)(?=[.\[]|$)|\[(\d+)\]", path):
        try:
            value = value[int(index)] if index else value[key]
        except (KeyError, IndexError, TypeError):
            return "–"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"
