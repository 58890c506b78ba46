"""Calls of plugins: each contained, its time counted, and the policy in use found as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from clas_policy.model.policy import Policy
from clas_policy.plugins import containment
from clas_policy.plugins.discovery import Plugin
from clas_policy.problem import Message, PluginError, Problem

T = TypeVar("T")


class PolicyChangedError(PluginError):
    """The policy in use is not what it was: no result can be trusted any more."""


class Caller:
    """Calls what plugins wrote, one call at a time.

    The digest of the policy in use is taken when it is first seen and after each call: what it is after one call, it
    is before the next.
    """

    def __init__(self) -> None:
        self.seconds: dict[tuple[Plugin, str], float] = {}
        self._policy: Policy | None = None
        self._digests: dict[int, tuple[Policy, str]] = {}

    def watch(self, policy: Policy) -> None:
        """From now on, this is the policy that every call must leave as it is."""
        self._policy = policy
        if id(policy) not in self._digests:
            self._digests[id(policy)] = (policy, digest(policy))

    def call(self, plugin: Plugin, what: str, work: Callable[[], T]) -> T:
        """What `work` gives; raises TroubleError for what it raises, PluginError if it changed the policy."""
        try:
            return self.call_unwatched(plugin, what, work)
        finally:
            self.unchanged(plugin)

    def call_unwatched(self, plugin: Plugin, what: str, work: Callable[[], T]) -> T:
        """The same for one of many calls in a row, after which `unchanged` is asked."""
        seconds = 0.0
        try:
            answer = containment.run(work)
            seconds = answer.seconds
        except containment.TroubleError as trouble:
            seconds = trouble.seconds
            raise
        finally:
            self.seconds[plugin, what] = self.seconds.get((plugin, what), 0.0) + seconds
        return answer.value

    def unchanged(self, plugin: Plugin) -> None:
        """Raises PluginError naming the plugin that was called last, if the policy is not what it was."""
        if self._policy is None or digest(self._policy) == self._digests[id(self._policy)][1]:
            return
        values = {"who": plugin.shipped_by, "policy": self._policy.id}
        message = Message("{who}: the policy `{policy}` is not what it was before the plugin was called", values)
        raise PolicyChangedError([Problem("CLAS-X313", message, hint=Message("no plugin may change a policy"))])


def digest(policy: Policy) -> str:
    """The digest of everything that a composed policy says, within this process."""
    return hashlib.sha256(repr(policy).encode("utf-8", "surrogatepass")).hexdigest()
