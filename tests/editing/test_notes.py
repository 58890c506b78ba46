"""What is noted at the end of a line is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clas_policy.editing.notes import Note

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("comment", "note"),
    [
        ("", Note()),
        ("# pour un groupe", Note(rest="pour un groupe")),
        ("# 2024-2025 : 32.5 %", Note("2024-2025", ("32.5 %",))),
        ("# 2026 : 8 | 12 — à relire pour 2027 — zone", Note("2026", ("8", "12"), "2027", "zone")),
        ("# à relire pour 2025-2026", Note(again="2025-2026")),
        ('# 2024-2025 : "a | b" | note, §3 — de la note', Note("2024-2025", ("a | b", "note, §3"), None, "de la note")),
        ("# 2024-2025 est une année", Note(rest="2024-2025 est une année")),
    ],
)
def test_a_comment_is_taken_apart_and_put_together_again(comment: str, note: Note) -> None:
    assert Note.parse(comment) == note
    assert str(note) == comment


@given(st.lists(TEXTS, max_size=4), st.booleans(), TEXTS | st.just(""))
def test_any_values_come_back(values: list[str], again: bool, rest: str) -> None:
    once = tuple(" ".join(value.split()) for value in values)
    note = Note("2024-2025" if once else None, once, "2025-2026" if again else None, "")
    assert Note.parse(str(note)) == note
    with_rest = Note(note.period, note.values, note.again, f"x{rest.strip()}")
    found = Note.parse(str(with_rest))
    assert found.values == with_rest.values
    assert found.rest == with_rest.rest
