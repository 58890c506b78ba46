"""Which policy a command is about: an id, or a year and a department."""

from __future__ import annotations

import click

from clas_policy.cli.settings import Settings
from clas_policy.model.policy import Policy
from clas_policy.problem import Message
from clas_policy.stage import require_open


def layer_id(
    settings: Settings, policy_id: str | None, year: str | None, department: str | None, *, national: bool = False
) -> str:
    """The id that the options name; raises UsageError where they name none or two, PolicyError where there is none."""
    if policy_id is not None and national:
        raise click.UsageError(settings.say(Message("`--policy` and `--national` exclude each other")))
    if policy_id is not None:
        return policy_id
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
    """The composed policy of a layer, on the day and with the drafts that the settings allow."""
    require_open(settings.host(), name)
    return settings.catalogue().compose(name, settings.as_of, draft=settings.draft)
