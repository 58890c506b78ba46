"""``clas-policy show``: a composed policy with the origin of each line, or one of its names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from clas_policy.cli import choosing, json_text, speaking, streams
from clas_policy.cli.definitions import Definition, definitions, readers_of
from clas_policy.cli.options import common, complete_ids, output_option
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Message, PolicyError, Problem
from clas_policy.speech import Speech


@speaking.command("show")
@click.argument("layer", metavar="ID", shell_complete=complete_ids)
@click.argument("name", required=False)
@output_option
@common
def command(settings: Settings, layer: str, name: str | None, output: str) -> None:
    """Show the policy that the layer ID composes to, or one NAME of it: what it is, its source, who reads it."""
    policy = choosing.policy(settings, layer)
    found = list(definitions(policy))
    if name is not None:
        found = [definition for definition in found if definition.name == name]
        if not found:
            raise PolicyError([_absent(name, policy)])
    if output == "json":
        streams.emit_data(json_text.indented([_as_json(d, policy) for d in found]) + "\n")
    elif name is not None:
        streams.emit("".join(f"{line}\n" for d in found for line in _one(d, policy, Speech(settings.lang))))
    else:
        streams.emit("".join(f"{line}\n" for line in _all(found, policy)))


def _absent(name: str, policy: Policy) -> Problem:
    from clas_policy.reading.report import nearest

    close = nearest(name, [definition.name for definition in definitions(policy)])
    hint = Message("did you mean `{name}`?", {"name": close}) if close else None
    return Problem("CLAS-L220", Message("`{id}` has no `{name}`", {"id": policy.id, "name": name}), hint=hint)


def _all(found: list[Definition], policy: Policy) -> Iterator[str]:
    yield f"# {policy.title}"
    for layer in policy.layers:
        since = f", {layer.effective_from.isoformat()}" if layer.effective_from else ""
        yield f"# {layer.id} v{layer.version} ({layer.status}{since}) {layer.sha256[:12]} — {layer.shipped_by}"
    section = ""
    for definition in found:
        if definition.section != section:
            section = definition.section
            yield f"\n{section}:"
        yield f"  {definition.name}:  # {definition.origin.place}"
        yield from (f"    {line}" for line in definition.lines)


def _one(definition: Definition, policy: Policy, _: Speech) -> Iterator[str]:
    yield f"{definition.name} — {definition.label}"
    yield ""
    yield from (f"    {line}" for line in definition.lines)
    yield ""
    yield f"{_('where')}{_.colon}{definition.origin.place}"
    yield f"{_('source')}{_.colon}{definition.origin.source or '–'}"
    if definition.value_origin is not None and definition.value_origin != definition.origin:
        yield f"{_('value from')}{_.colon}{definition.value_origin.place} [{definition.value_origin.source}]"
    if definition.origin.checked_on:
        yield f"{_('checked on')}{_.colon}{definition.origin.checked_on.isoformat()}"
    readers = readers_of(definition.name, policy)
    yield f"{_('read by')}{_.colon}{', '.join(readers) if readers else _('no rule')}"


def _as_json(definition: Definition, policy: Policy) -> dict[str, Any]:
    def origin(value: Any) -> Any:
        return (
            None
            if value is None
            else {
                "at": value.place,
                "source": value.source,
                "checked_on": value.checked_on.isoformat() if isinstance(value.checked_on, date) else None,
            }
        )

    return {
        "section": definition.section,
        "name": definition.name,
        "label": definition.label,
        "definition": list(definition.lines),
        "origin": origin(definition.origin),
        "value_origin": origin(definition.value_origin),
        "read_by": readers_of(definition.name, policy),
    }
