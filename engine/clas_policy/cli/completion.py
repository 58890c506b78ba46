"""``clas-policy completion``: the lines that make a shell complete commands, options, years, departments and ids."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from clas_policy.cli import speaking, streams
from clas_policy.cli.options import common
from clas_policy.cli.settings import Settings

SHELLS = ("bash", "zsh", "fish")


@speaking.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@common
def command(settings: Settings, shell: str) -> None:  # noqa: ARG001 - a script has no language
    """Print the completion script of a SHELL: `eval "$(clas-policy completion bash)"`."""
    from clas_policy.cli.app import program

    found = get_completion_class(shell)
    if found is None:
        raise click.BadParameter(shell)
    streams.emit(found(program, {}, "clas-policy", "_CLAS_POLICY_COMPLETE").source() + "\n")
