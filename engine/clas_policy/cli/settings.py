"""What holds for a whole run, resolved once; what is costly is made when it is first asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clas_policy import i18n
from clas_policy.model.dates import today
from clas_policy.problem import Message, PluginError

if TYPE_CHECKING:
    from clas_policy.catalogue import Catalogue
    from clas_policy.plugins import Host

_LOCK_LIMIT: Final = 256 * 1024


@dataclass
class Settings:
    """The settings of one run: from options, else from ``CLAS_POLICY_*``, else from ``clas-policy.toml``."""

    lang: str = "en"
    color: str = "auto"
    debug: bool = False
    verbose: bool = False
    quiet: bool = False
    policies: tuple[Path, ...] = ()
    as_of: date = field(default_factory=today)
    draft: bool = False
    without_plugins: bool = False
    lock: Path | None = None

    def say(self, message: Message) -> str:
        """A message in the language of the run."""
        return i18n.translate(message, self.lang)

    @property
    def shows_progress(self) -> bool:
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    @cached_property
    def _host(self) -> Host:
        from clas_policy import plugins

        return plugins.host(without_plugins=self.without_plugins)

    def host(self) -> Host:
        return self._host

    @cached_property
    def _catalogue(self) -> Catalogue:
        from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf

        mine = [user_shelf(folder) for folder in self.policies]
        return Catalogue([*mine, *self.host().shelves(), engine_shelf()])

    def catalogue(self) -> Catalogue:
        """Every layer at hand; raises PolicyError for a folder that is not there."""
        return self._catalogue

    def forget_layers(self) -> None:
        """Lets the next catalogue read its layers anew; plugins stay as they are."""
        self.__dict__.pop("_catalogue", None)

    def check_lock(self) -> None:
        """Raises PluginError where ``--lock`` does not list a plugin as it is installed."""
        if self.lock is None:
            return
        from clas_policy import plugins
        from clas_policy.reading.files import read_file

        if self.without_plugins:
            # There is nothing to compare, but a file that is named is there.
            read_file(self.lock, self.lock.as_posix(), _LOCK_LIMIT, PluginError)
        problems = plugins.lock_problems(self.host(), self.lock)
        if problems:
            raise PluginError(problems)
