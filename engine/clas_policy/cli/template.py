"""``clas-policy template``: a dossier to fill in."""

from __future__ import annotations

import click

from clas_policy.cli import choosing, speaking, streams
from clas_policy.cli.columns import columns
from clas_policy.cli.options import common, policy_options, year_and_department
from clas_policy.cli.settings import Settings
from clas_policy.cli.speech import Speech


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
        streams.emit(template.template(policy, str(policy.period), policy.department or department))
        return
    _ = Speech(settings.lang)
    rows = [(asked.where, asked.question, asked.answer) for asked in template.questions(policy)]
    streams.emit(columns((_("Key"), _("Question"), _("Answer")), rows))
