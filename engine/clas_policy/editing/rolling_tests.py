"""Next year's tests from last year's: the same cases, each to be looked at again before it counts."""

from __future__ import annotations

from clas_policy.editing.carrying import Turn, renewed
from clas_policy.editing.lines import Lines, remove_entry
from clas_policy.editing.notes import Note
from clas_policy.editing.patch import Patch
from clas_policy.editing.scalars import scalar
from clas_policy.frozen import dataclass
from clas_policy.reading.nodes import Mapping, Scalar
from clas_policy.reading.places import places


@dataclass(frozen=True, slots=True)
class RolledTests:
    """The next year's text, how many cases it has, and the name of the dossier beside the old one, and its new name."""

    data: bytes
    cases: int
    dossier: str | None = None
    new_dossier: str | None = None


def roll_tests(data: bytes, root: Mapping, new_id: str, turn: Turn) -> RolledTests:
    """The tests of `new_id`, made from those of last year.

    A case keeps what it expects, and says by its `todo` that somebody has to look at it. What its source printed last
    year (`figures`) becomes a comment, and the dates on which versions were chosen go.
    """
    patch = Patch(data)
    lines = Lines(root, patch)
    again = f"à revoir pour {turn.new}"
    tested = root.get("tests")
    if isinstance(tested, Scalar):
        patch.replace(tested.span, new_id)
    source = root.get("source")
    if isinstance(source, Scalar) and not lines.is_block(source):
        line = lines.last_line(source)
        lines.annotate(line, Note(again=str(turn.new), rest=lines.note(line).rest))
    if "as_of" in root:
        remove_entry(root, "as_of", patch)
    if "figures" in root and not root.flow:
        _comment_out(root, "figures", f"# {again}, d'après la nouvelle source :", patch, lines)
    cases = root.get("cases")
    bodies = [body for _, body in cases if isinstance(body, Mapping)] if isinstance(cases, Mapping) else []
    for body in bodies:
        _case(body, again, patch)
    for place in places(root):
        if place.section == "dossier" or (place.section == "cases" and place.keys[2:3] in (("change",), ("add",))):
            written = patch.written(place.node.span)
            if renewed(written, turn) != written:
                patch.replace(place.node.span, renewed(written, turn))
    dossier = root.get("dossier")
    name = dossier.text if isinstance(dossier, Scalar) else None
    return RolledTests(patch.data(), len(bodies), name, renewed(name, turn) if name else None)


def _case(body: Mapping, again: str, patch: Patch) -> None:
    if "as_of" in body and len(body.entries) > 1:
        remove_entry(body, "as_of", patch)
    todo = body.get("todo")
    if isinstance(todo, Scalar):
        patch.replace(todo.span, scalar(f"{again} — {todo.text}", flow=body.flow, is_text=True))
        return
    first = body.entries[0].key.span
    if body.flow:
        patch.insert_at(first.line, first.column, f"todo: {scalar(again, flow=True, is_text=True)}, ")
    else:
        patch.insert(first.line, f"{' ' * (first.column - 1)}todo: {again}")


def _comment_out(root: Mapping, name: str, above: str, patch: Patch, lines: Lines) -> None:
    key, value = next((entry.key, entry.value) for entry in root.entries if entry.key.text == name)
    patch.insert(key.span.line, above)
    for line in range(key.span.line, lines.last_line(value) + 1):
        if patch.lines[line - 1].strip():
            patch.insert_at(line, 1, "# ")
