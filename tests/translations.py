"""The French catalogue, kept level with what the program says.

``python -m tests.translations`` reads every message id in the code, updates the catalogue (translations are kept, what
is no longer said goes), compiles it, and lists what is still to translate. ``--check`` changes nothing.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "engine" / "clas_policy"
PO = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "clas-policy.po"
MO = PO.with_suffix(".mo")
CLICK = PO.with_name("click.po")
"""What click says itself: kept by hand, compiled with the rest."""
HEADER = """\
# French catalogue of clas-policy.
# Rebuilt by `python -m tests.translations`; translate here, then run it again.
#"""
_SAYING = {"_", "say", "sentence", "self"}


@dataclass(frozen=True)
class Said:
    """A message id in the code: one template, or two for a count."""

    place: str
    ids: tuple[str, ...]

    @property
    def key(self) -> str | tuple[str, str]:
        return self.ids[0] if len(self.ids) == 1 else (self.ids[0], self.ids[1])


def messages() -> Iterator[Said]:
    """Every message id that the package says, file by file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _said(node, name)
            elif isinstance(node, ast.FunctionDef) and _is_command(node):
                text = ast.get_docstring(node)
                if text:
                    yield Said(name, (text,))


def _said(call: ast.Call, name: str) -> Iterator[Said]:
    called = _called(call.func)
    if called == "Message":
        text = _literal(call.args[0])
        if text is None:
            raise SystemExit(f"{name}:{call.lineno}: the template of a Message must be a literal")
        yield Said(name, (text,))
    elif called in _SAYING and call.args:
        text = _literal(call.args[0])
        if text is not None:
            yield Said(name, (text,))
    elif called == "plural":
        one, many = _literal(call.args[0]), _literal(call.args[1])
        if one is not None and many is not None:
            yield Said(name, (one, many))
    elif called in ("option", "argument", "version_option"):
        for keyword in call.keywords:
            text = _literal(keyword.value)
            if keyword.arg == "help" and text is not None:
                yield Said(name, (text,))


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Name(id="Speech")):
            return "say"
        case _:
            return ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_command(node: ast.FunctionDef) -> bool:
    decorators = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(_called(decorator) in ("command", "group") for decorator in decorators)


def template() -> Catalog:
    """The message ids without translations, sorted, each with the files that say it."""
    places: dict[str | tuple[str, str], set[str]] = {}
    for said in messages():
        places.setdefault(said.key, set()).add(said.place)
    # An id that is also the singular of a pair is one entry in a catalogue.
    pairs = {key[0] for key in places if isinstance(key, tuple)}
    catalogue = _empty()
    for key in sorted(
        (key for key in places if key not in pairs), key=lambda key: (key,) if isinstance(key, str) else key
    ):
        catalogue.add(key, locations=[(place, 0) for place in sorted(places[key])])
    return catalogue


def _empty() -> Catalog:
    return Catalog(locale="fr", domain="clas-policy", header_comment=HEADER, project="clas-policy", fuzzy=False)


def kept() -> Catalog:
    """The catalogue as it is committed."""
    if not PO.is_file():
        return _empty()
    return read_po(io.BytesIO(PO.read_bytes()), locale="fr", domain="clas-policy")


def updated() -> Catalog:
    """The ids of the code with the translations that there are; nothing fuzzy, nothing obsolete."""
    old, new = kept(), template()
    for message in new:
        if message.id:
            known = old.get(message.id)
            if known is not None and known.string and not known.fuzzy and type(known.id) is type(message.id):
                message.string = known.string
    return new


def po_text(catalogue: Catalog) -> bytes:
    """The catalogue as text, without what changes by itself (dates, versions, line numbers)."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, include_lineno=False, omit_header=True, ignore_obsolete=True)
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: fr\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def mo_bytes(po: bytes) -> bytes:
    """The compiled form of a catalogue's text; Babel would write the time of day into it."""
    catalogue = read_po(io.BytesIO(po), locale="fr", domain="clas-policy")
    catalogue.creation_date = catalogue.revision_date = datetime(2024, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The ids that have no French yet."""
    missing = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def main(arguments: list[str]) -> int:
    catalogue = updated()
    if "--check" not in arguments:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po_text(catalogue))
        for text in (PO, CLICK):
            text.with_suffix(".mo").write_bytes(mo_bytes(text.read_bytes()))
    missing = untranslated(catalogue)
    sys.stdout.write("".join(f"{text}\n" for text in missing))
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} to translate\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
