"""``clas-policy template``: a dossier to fill in."""

from __future__ import annotations

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from clas_policy.cli import choosing, decision_text, speaking, streams
from clas_policy.cli.extras import needed
from clas_policy.cli.options import common, is_given, policy_options, year_and_department
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.reading.files import write_file


@speaking.command("template")
@click.argument("kind", type=click.Choice(("dossier",)))
@speaking.option(
    "--format",
    "form",
    type=click.Choice(("json", "xlsx")),
    default="json",
    show_default=True,
    help="json, or xlsx: a workbook that `batch` reads",
)
@speaking.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="write it to FILE, whole or not at all",
)
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
    form: str,
    file: Path | None,
    questions: bool,
    national: bool,
) -> None:
    """Print a dossier in which every answer is still to give."""
    if questions and is_given("form"):
        raise click.UsageError(settings.say(Message("questions are text: `--questions` goes without `--format`")))
    if form == "xlsx" and file is None:
        raise click.UsageError(settings.say(Message("a workbook goes to a file: `--format xlsx --output FILE`")))
    name = choosing.layer_id(settings, policy_id, year, department, national=national, of_department=True)
    policy = choosing.policy(settings, name)
    if form == "xlsx":
        data = _workbook(policy, department)
    else:
        data = (_questions(policy) if questions else _dossier(policy, department)).encode()
    if file is not None:
        write_file(file, data, [layer.path for layer in settings.catalogue().files()])
    elif questions:
        streams.emit(data.decode())
    else:
        streams.emit_data(data.decode())


def _dossier(policy: Policy, department: str | None) -> str:
    from clas_policy.publish import template

    return template.template(policy, str(policy.period), policy.department or department)


def _questions(policy: Policy) -> str:
    from clas_policy.publish import template

    return "".join(
        f"{line}\n"
        for asked in template.questions(policy)
        for text, indent in ((f"{asked.where} — {asked.question}", ""), (asked.answer, "    "), (asked.help, "    "))
        if text
        for line in textwrap.wrap(
            safe_text(text),
            decision_text.WIDTH,
            initial_indent=indent,
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    )


def _workbook(policy: Policy, department: str | None) -> bytes:
    with needed("batch"):
        from clas_policy.batch.writing.blank import write_blank
    with TemporaryDirectory(prefix="clas-policy-") as folder:
        place = Path(folder) / "blank.xlsx"
        write_blank(policy, department, place)
        return place.read_bytes()
