"""``clas-policy sql``: a policy as one SQL query."""

from __future__ import annotations

from collections.abc import Iterator

import click

from clas_policy.cli import choosing, extras, speaking, streams
from clas_policy.cli.options import common, is_given, policy_options, year_and_department
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.version import __version__


@speaking.command("sql")
@year_and_department
@policy_options
@speaking.option(
    "--dialect",
    type=click.Choice(("duckdb", "postgres", "spark")),
    default="duckdb",
    show_default=True,
    help="the database that the query is for",
)
@speaking.option(
    "--of",
    "output",
    default="dossiers",
    show_default=True,
    metavar="[dossiers|LIST]",
    help="one row per dossier, or one per member of this list",
)
@speaking.option("--tables", is_flag=True, help="print the CREATE TABLE statements of what the query reads instead")
@common
def command(
    settings: Settings,
    year: str | None,
    department: str | None,
    policy_id: str | None,
    *,
    dialect: str,
    output: str,
    national: bool,
    tables: bool,
) -> None:
    """Print a policy as a SQL query: every status and amount, as `evaluate` decides them."""
    if tables and is_given("output"):
        raise click.UsageError(
            settings.say(Message("`--tables` prints every table that the queries read: `--of` goes without it"))
        )
    with extras.needed("batch"):
        from clas_policy.batch.sql import compile_policy, create_table, one_line
        from clas_policy.batch.tables import input_tables
    name = choosing.layer_id(settings, policy_id, year, department, national=national)
    policy = choosing.policy(settings, name)
    wanted = input_tables(policy)
    lists = [table.name for table in wanted]
    if output not in lists:
        raise click.BadParameter(
            settings.say(Message("there is no `{name}`; one of {names}", {"name": output, "names": ", ".join(lists)})),
            param_hint="--of",
        )
    heading = "".join(f"-- {one_line(text)}\n" for text in _heading(policy, dialect))
    if tables:
        made = ";\n\n".join(create_table(table, dialect) for table in wanted)
        streams.emit_data(f"{heading}\n{made};\n")
        return
    streams.emit_data(f"{heading}\n{compile_policy(policy, dialect)[output].sql};\n")


def _heading(policy: Policy, dialect: str) -> Iterator[str]:
    """What the query was made from, each on a line of its own."""
    yield f"{policy.id} — {policy.title}"
    for layer in policy.layers:
        yield f"{layer.id} v{layer.version} ({layer.status}) {layer.sha256[:12]} — {layer.shipped_by}"
    yield f"clas-policy {__version__}, {dialect}"
