"""``clas-policy init``: a folder in which policies are written, checked and tested, without a network."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click

from clas_policy import resources
from clas_policy.cli import speaking, streams
from clas_policy.cli.options import common, year_and_department
from clas_policy.cli.safe_text import safe_text
from clas_policy.cli.settings import Settings
from clas_policy.frozen import dataclass
from clas_policy.problem import Message
from clas_policy.speech import Speech
from clas_policy.version import __version__

_SCHEMAS: Final = ("policy.schema.json", "policy-test.schema.json", "report-layout.schema.json")
_SCHEMA_FOLDER: Final = ".clas-policy/schemas"
_FIRST_READ: Final = "LISEZMOI.md"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@speaking.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path), metavar="[DIR]")
@year_and_department
@speaking.option(
    "--prefix",
    default=None,
    metavar="NAME",
    help="how the names of the local layer begin, like gers  [default: d and the department]",
)
@common
def command(settings: Settings, folder: Path, year: str | None, department: str | None, prefix: str | None) -> None:
    """Write in DIR what policy authors need: settings, schemas and settings for an editor, checks before a commit.

    With --department and --year also a first local layer, a draft, and its tests. No file is written over.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        message = Message("`{path}` is not a folder", {"path": str(folder)})
        raise click.BadParameter(settings.say(message), param_hint="DIR")
    files = dict(_base())
    if year is not None or department is not None or prefix is not None:
        files.update(_local(settings, year, department, prefix))
    plan = _Plan.of(folder, files)
    plan.write()
    for name in plan.new:
        streams.emit(f"{safe_text((folder / name).as_posix())}\n")
    if not settings.quiet:
        _tell(Speech(settings.lang), folder, plan)


def _base() -> Iterator[tuple[str, bytes]]:
    """What every workspace has, by path."""
    root = resources.folder("workspace") / "base"
    for path in sorted(root.rglob("*")):
        if path.is_file():
            name = path.relative_to(root).as_posix()
            yield re.sub(r"(^|/)dot-", r"\1.", name), _filled(path, {"version": __version__})
    for name in _SCHEMAS:
        yield f"{_SCHEMA_FOLDER}/{name}", (resources.folder("schemas") / name).read_bytes()


def _local(
    settings: Settings, year: str | None, department: str | None, prefix: str | None
) -> Iterator[tuple[str, bytes]]:
    """The first layer of a department, and its tests."""
    from clas_policy.reading.identity import Identity

    if year is None or department is None:
        raise click.UsageError(settings.say(Message("a local layer takes `--department` and `--year`")))
    identity = Identity.parse(f"departements/{department}/{year}")
    if identity is None:
        message = Message("a department is like `32` or `2A`, a year like `2024-2025`")
        raise click.BadParameter(settings.say(message), param_hint="--department, --year")
    prefix = prefix if prefix is not None else f"d{department.lower()}"
    if not _NAME.fullmatch(prefix):
        message = Message(
            "`{name}` cannot be a prefix: small letters without accents, digits and `_`", {"name": prefix}
        )
        raise click.BadParameter(settings.say(message), param_hint="--prefix")
    parent = settings.catalogue().select(year, None, national=True)
    values = {"layer": identity.id, "parent": parent, "year": year, "start": year[:4], "prefix": prefix}
    root = resources.folder("workspace") / "local"
    for path in sorted(root.iterdir()):
        yield f"policies/{identity.id}{path.name.removeprefix('layer')}", _filled(path, values)


def _filled(path: Path, values: Mapping[str, str]) -> bytes:
    """A template with its ``@name@`` replaced."""
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to write in a folder: the files that are not there; `kept` are, and `outdated` of them are old schemas."""

    folder: Path
    new: Mapping[str, bytes]
    kept: tuple[str, ...]
    outdated: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path, files: Mapping[str, bytes]) -> _Plan:
        there = tuple(name for name in files if os.path.lexists(folder / name))
        old = tuple(name for name in there if name.startswith(_SCHEMA_FOLDER) and _differs(folder / name, files[name]))
        return cls(folder, {name: files[name] for name in files if name not in there}, there, old)

    def write(self) -> None:
        """Writes all of the new files, or none: where one fails, those before it and their folders go again."""
        from clas_policy.editing.writing import create

        written: list[Path] = []
        made = list(_absent(self.folder / name for name in self.new))
        try:
            for name, data in self.new.items():
                create(self.folder / name, (self.folder / name).as_posix(), data)
                written.append(self.folder / name)
        except BaseException:
            for path in reversed(written):
                with suppress(OSError):
                    path.unlink()
            for path in sorted(made, key=lambda path: len(path.parts), reverse=True):
                with suppress(OSError):
                    path.rmdir()
            raise


def _absent(files: Iterable[Path]) -> Iterator[Path]:
    """The folders of some files that are not there yet."""
    found: dict[Path, Any] = {}
    for file in files:
        for folder in file.parents:
            if os.path.lexists(folder):
                break
            found[folder] = None
    yield from found


def _differs(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() != data
    except OSError:
        return True


def _tell(_: Speech, folder: Path, plan: _Plan) -> None:
    """What was there already, and what to do now."""
    for name in plan.kept:
        place = safe_text((folder / name).as_posix())
        if name in plan.outdated:
            streams.tell(_("{path}: of another version; remove it and run `init` again", path=place))
        else:
            streams.tell(_("{path}: there already, left as it is", path=place))
    told = (
        _.plural("{count} file written", "{count} files written", len(plan.new)) if plan.new else _("nothing to write")
    )
    streams.tell(told)
    if _FIRST_READ in plan.new:
        streams.tell(_("what to do next is in {path}", path=safe_text((folder / _FIRST_READ).as_posix())))
