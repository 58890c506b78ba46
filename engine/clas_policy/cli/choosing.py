"""Which policy a command is about: an id, or a year and a department."""

from __future__ import annotations

import click

from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.stage import require_open


def layer_id(
    settings: Settings,
    policy_id: str | None,
    year: str | None,
    department: str | None,
    *,
    national: bool = False,
    of_department: bool = False,
) -> str:
    """The id that the options name; raises UsageError where they name none or two, PolicyError where there is none.

    A command is `of_department` where a department tells it something beside the national rules: whose dossiers.
    """
    if policy_id is not None and national:
        raise click.UsageError(settings.say(Message("`--policy` and `--national` exclude each other")))
    if policy_id is not None:
        if year is not None or department is not None:
            raise click.UsageError(
                settings.say(Message("`--policy` names the policy alone: `--year` and `--department` go without it"))
            )
        return policy_id
    if national and department is not None and not of_department:
        raise click.UsageError(
            settings.say(Message("the national rules are of no department: `--department` goes without `--national`"))
        )
    if year is None or (department is None and not national):
        raise click.UsageError(
            settings.say(
                Message("name a policy: `--year` and `--department`, `--year` and `--national`, or `--policy`")
            )
        )
    if not national:
        require_open(settings.host(), f"departements/{department}/{year}")
    return settings.catalogue().select(year, department, national=national)


def policy(settings: Settings, name: str) -> Policy:
    """The composed policy of a layer, on the day and with the drafts and the plugins that the settings allow."""
    settings.check_lock()
    require_open(settings.host(), name)
    return settings.catalogue().compose(name, settings.as_of, draft=settings.draft)
