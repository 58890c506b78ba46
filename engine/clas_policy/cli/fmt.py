"""``clas-policy fmt``: policy files and their tests written the usual way, in place."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from clas_policy.catalogue import MAX_BYTES
from clas_policy.cli import policy_files, speaking, streams
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.options import common, complete_ids
from clas_policy.cli.problems import show
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.problem import ClasPolicyError, Message, PolicyError, Problem
from clas_policy.source import Span
from clas_policy.speech import Speech


@speaking.command("fmt")
@click.argument("names", nargs=-1, metavar="[ID|FILE|DIR…]", shell_complete=complete_ids)
@speaking.option("--check", is_flag=True, help="write nothing: name the files that would change  (then exit 1)")
@speaking.option("--diff", is_flag=True, help="write nothing: show what would change  (then exit 1)")
@common
def command(settings: Settings, names: tuple[str, ...], check: bool, diff: bool) -> None:
    """Write policy files and their tests the usual way, in place: those named, or those of --policies.

    Comments stay, and nothing changes in what a file says. `-` reads standard input and writes standard output.
    """
    if "-" in names and len(names) > 1:
        raise click.UsageError(settings.say(Message("standard input, `-`, stands alone")))
    formatter = _Formatter(settings, writes=not (check or diff), tells_names=check, shows=diff)
    if names == ("-",):
        formatter.standard_input()
    else:
        if not names and not settings.policies:
            raise click.UsageError(
                settings.say(Message("name files, folders or layers, or a folder with `--policies`"))
            )
        found = policy_files.named(names or map(str, settings.policies), settings)
        if not found:
            where = ", ".join(f"`{name}`" for name in names or map(str, settings.policies))
            message = Message("no policy file in {names}", {"names": where})
            hint = Message("a policy file is like `national/2024-2025.yaml`")
            show([Problem("CLAS-U507", message, hint=hint)], settings)
            sys.exit(ExitCode.NOTHING)
        for path, display in found.items():
            formatter.file(path, display)
    sys.exit(formatter.end(is_stream=names == ("-",)))


class _Formatter:
    """Goes through files; one that cannot be read or written does not keep the others from it."""

    def __init__(self, settings: Settings, *, writes: bool, tells_names: bool, shows: bool) -> None:
        self._settings = settings
        self._writes, self._tells_names, self._shows = writes, tells_names, shows
        self._codes: list[ExitCode] = []
        self._changed = self._same = 0

    def file(self, path: Path, display: str) -> None:
        from clas_policy.cli.app import code_of
        from clas_policy.editing import writing
        from clas_policy.reading.files import read_file

        try:
            data = read_file(path, display, MAX_BYTES, PolicyError)
            new = self._usual(data, display)
            if new is None:
                return
            if self._writes and new != data:
                writing.replace(writing.Original(path, display, data), new)
            self._compare(data, new, display)
        except ClasPolicyError as error:
            self._fails(error.problems, code_of(error))

    def standard_input(self) -> None:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            hint = Message("at most {size} KiB are read", {"size": str(MAX_BYTES // 1024)})
            problem = Problem("CLAS-F004", Message("this file is too large"), Span("-", 1, 1, 1, 2), hint=hint)
            self._fails([problem], ExitCode.POLICY)
            return
        new = self._usual(data, "-")
        if new is None:
            return
        if self._writes:
            streams.emit_data(new.decode())
        self._compare(data, new, "-")

    def _usual(self, data: bytes, display: str) -> bytes | None:
        """The usual form of a file; None where there is none, which is said."""
        from clas_policy.editing.formatting import formatted

        found = formatted(data, display)
        if found.text is None:
            self._fails(found.problems, ExitCode.INTERNAL if found.is_fault else ExitCode.POLICY)
            return None
        return found.text.encode()

    def _compare(self, data: bytes, new: bytes, display: str) -> None:
        if new == data:
            self._same += 1
            return
        self._changed += 1
        if self._tells_names:
            streams.emit(f"{safe_text(display)}\n")
        if self._shows:
            for line in _diff(data.decode(), new.decode(), display):
                streams.emit_data(f"{safe_text(line)}\n")

    def _fails(self, problems: Iterable[Problem], code: ExitCode) -> None:
        self._codes.append(code)
        show(problems, self._settings, summary=False)

    def end(self, *, is_stream: bool) -> ExitCode:
        """Says what was done; the exit code."""
        if not self._settings.quiet and not is_stream:
            self._tell()
        if self._changed and not self._writes:
            self._codes.append(ExitCode.FINDINGS)
        return worst(self._codes)

    def _tell(self) -> None:
        _ = Speech(self._settings.lang)
        parts = []
        if self._changed and self._writes:
            parts.append(_.plural("{count} file rewritten", "{count} files rewritten", self._changed))
        elif self._changed:
            parts.append(_.plural("{count} file would be rewritten", "{count} files would be rewritten", self._changed))
        if self._same:
            parts.append(_.plural("{count} file fine as it is", "{count} files fine as they are", self._same))
        if self._codes:
            failed = len(self._codes)
            parts.append(_.plural("{count} file left alone", "{count} files left alone", failed))
        streams.tell(", ".join(parts))


def _diff(old: str, new: str, display: str) -> Iterator[str]:
    """What changes, as `diff -u` says it."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, display, display):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
