"""Why a cell is refused, whatever is due."""

from __future__ import annotations

from typing import Final

from clas_policy.batch.reading.cell import Broken, Cell, cell_text, folded
from clas_policy.problem import Message
from clas_policy.reading.dossier_hints import Complaint, Refusal

_NOT_KNOWN: Final = frozenset(
    ("?", "??", "???", "-", "--", "—", "–", "n/a", "na", "nc", "n.c.", "nsp", "inconnu", "inconnue", "non renseigné",
     "non renseigne", "non connu", "a completer", "null", "none", "nan", "#n/a", "…", "...")
)  # fmt: skip
"""What people write where they do not know."""


def refuse(cell: Cell, code: str, message: Message, hint: Message) -> Refusal:
    """Refuses a cell, after what can be said of any: that it has no value, or that it means not to know."""
    if cell is Broken.ERROR:
        return _broken(Message("the formula of this cell gives an error"), Message("correct it, or empty the cell"))
    if cell is Broken.NOT_CALCULATED:
        return _broken(
            Message("the file does not keep the result of this formula"),
            Message("open the file in a spreadsheet and save it, or write the value instead of the formula"),
        )
    if isinstance(cell, str) and folded(cell) in _NOT_KNOWN:
        hint = Message("leave the cell empty where the answer is not known")
    return Refusal(Complaint(code, message, hint))


def shown(cell: Cell) -> dict[str, str | Message]:
    """What fills the place of a cell in a message."""
    return {"text": cell_text(cell)}


def _broken(message: Message, hint: Message) -> Refusal:
    return Refusal(Complaint("CLAS-B121", message, hint))
