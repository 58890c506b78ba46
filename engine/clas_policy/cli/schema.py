"""``clas-policy schema``: the JSON Schemas of policies, decisions and dossiers."""

from __future__ import annotations

import click

from clas_policy import resources
from clas_policy.cli import choosing, json_text, speaking, streams
from clas_policy.cli.options import common, policy_options, year_and_department
from clas_policy.cli.settings import Settings

_FILES = {
    "policy": "policy.schema.json",
    "policy-test": "policy-test.schema.json",
    "decision": "decision.schema.json",
    "simulation": "simulation.schema.json",
    "report": "report.schema.json",
    "report-layout": "report-layout.schema.json",
}


@speaking.command("schema")
@click.argument("kind", type=click.Choice((*_FILES, "dossier")))
@year_and_department
@policy_options
@common
def command(
    settings: Settings, kind: str, year: str | None, department: str | None, policy_id: str | None, *, national: bool
) -> None:
    """Print a JSON Schema (draft 2020-12): of policies, their tests, decisions, reports, or one policy's dossiers."""
    if kind in _FILES:
        streams.emit_data((resources.folder("schemas") / _FILES[kind]).read_text(encoding="utf-8"))
        return
    from clas_policy.publish.dossier_schema import dossier_schema

    name = choosing.layer_id(settings, policy_id, year, department, national=national)
    found = dossier_schema(choosing.policy(settings, name))
    streams.emit_data(json_text.indented(found) + "\n")
