"""``clas-policy template``: a dossier to fill in."""

from __future__ import annotations

import textwrap

import click

from clas_policy.cli import choosing, decision_text, speaking, streams
from clas_policy.cli.options import common, policy_options, year_and_department
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings


@speaking.command("template")
@click.argument("kind", type=click.Choice(("dossier",)))
@speaking.option("--questions", is_flag=True, help="print the questions instead: what each answer is about")
@year_and_department
@policy_options
@common
def command(
    settings: Settings,
    kind: str,  # noqa: ARG001 - the only one for now
    year: str | None,
    department: str | None,
    policy_id: str | None,
    *,
    questions: bool,
    national: bool,
) -> None:
    """Print a dossier in which every answer is still to give."""
    from clas_policy.publish import template

    name = choosing.layer_id(settings, policy_id, year, department, national=national)
    policy = choosing.policy(settings, name)
    if not questions:
        streams.emit_data(template.template(policy, str(policy.period), policy.department or department))
        return
    for asked in template.questions(policy):
        for text, indent in ((f"{asked.where} — {asked.question}", ""), (asked.answer, "    "), (asked.help, "    ")):
            if text:
                lines = textwrap.wrap(
                    safe_text(text),
                    decision_text.WIDTH,
                    initial_indent=indent,
                    subsequent_indent="    ",
                    break_on_hyphens=False,
                )
                streams.emit("".join(f"{line}\n" for line in lines))
