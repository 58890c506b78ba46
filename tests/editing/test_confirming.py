"""One answer at its place: the note goes, the source and the day come, all else stays."""

from __future__ import annotations

from datetime import date

import pytest

from clas_policy.editing import confirming
from clas_policy.editing.confirming import Answer
from clas_policy.reading.yaml_nodes import parse

DAY = date(2025, 9, 1)
HEAD = "policy: a/2025-2026\nversion: 1\nstatus: draft # oui\nsource: to_confirm # 2024-2025 : note, §1\n"


def answered(text: str, name: str, value: str | None, source: str | None = None) -> str:
    data = text.encode()
    item = confirming.find(data, name)
    assert item is not None, [left.place.address for left in confirming.left(data)]
    return confirming.answer(data, item, Answer(value, source, DAY)).decode()


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        (
            "set:\n  x: to_confirm # 2024-2025 : 8 — oui\n",
            ("x", "9", None),
            "set:\n  x: {value: 9, checked_on: 2025-09-01} # oui\n",
        ),
        (
            "set:\n  x: to_confirm # 2024-2025 : 8\n  y: 3\n",
            ("set.x", "9 %", "note, §2"),
            'set:\n  x: {value: 9 %, source: "note, §2", checked_on: 2025-09-01}\n  y: 3\n',
        ),
        (
            "set: {x: to_confirm, y: to_confirm} # 2024-2025 : 8 | 12\n",
            ("x", "9", "note"),
            ("set: {x: {value: 9, source: note, checked_on: 2025-09-01}, y: to_confirm} # 2024-2025 : 12\n"),
        ),
        (
            "set:\n  x: {value: to_confirm, source: to_confirm} # 2024-2025 : 8 | note, §3 — fin\n",
            ("x", "9", "note, §2"),
            'set:\n  x: {value: 9, source: "note, §2", checked_on: 2025-09-01} # fin\n',
        ),
        (
            ("set:\n  x:\n    value: to_confirm # 2024-2025 : 8\n    source: to_confirm # 2024-2025 : note, §3\n"),
            ("x", "9", "note, §2"),
            "set:\n  x:\n    value: 9\n    source: note, §2\n    checked_on: 2025-09-01\n",
        ),
        (
            (
                "deadlines:\n  d:\n    label: D\n    last_day: to_confirm # 2024-2025 : 2024-10-30\n"
                "    fact: f.x\n\n# fin\n"
            ),
            ("d.last_day", "2025-10-30", "note, §2"),
            (
                "deadlines:\n  d:\n    label: D\n    last_day: 2025-10-30\n    fact: f.x\n"
                "    source: note, §2\n    checked_on: 2025-09-01\n\n# fin\n"
            ),
        ),
        (
            "deadlines:\n  d: {label: D, when_text: to_confirm} # 2024-2025 : en juin",
            ("d.when_text", "juin : le 3, #1", None),
            'deadlines:\n  d: {label: D, when_text: "juin : le 3, #1", checked_on: 2025-09-01}',
        ),
        (
            (
                "deadlines:\n  d:\n    label: D\n    extensions:\n"
                "      - last_day: to_confirm # 2024-2025 : 2024-11-30\n"
                "        when: {fact: f.x, from: to_confirm, to: to_confirm} # 2024-2025 : 8 | 12\n"
                "    fact: f.y\n"
            ),
            ("d.extensions.1.when.to", "13", None),
            (
                "deadlines:\n  d:\n    label: D\n    extensions:\n"
                "      - last_day: to_confirm # 2024-2025 : 2024-11-30\n"
                "        when: {fact: f.x, from: to_confirm, to: 13} # 2024-2025 : 8\n"
                "    fact: f.y\n    checked_on: 2025-09-01\n"
            ),
        ),
        (
            "published:\n  - {grant: aide, at_most: to_confirm} # 2024-2025 : 8 EUR — pour un\n",
            ("published.aide.at_most", "9 EUR", None),
            "published:\n  - {grant: aide, at_most: 9 EUR, checked_on: 2025-09-01} # pour un\n",
        ),
        (
            "choose:\n  c:\n    reading: r\n    because: to_confirm # 2024-2025 : ainsi\n",
            ("c.because", "no", None),
            'choose:\n  c:\n    reading: r\n    because: "no"\n    checked_on: 2025-09-01\n',
        ),
        (
            "documents:\n  note-9: {title: to_confirm} # 2024-2025 : Note\n",
            ("note-9.title", "Note, 2025", "note"),
            'documents:\n  note-9: {title: "Note, 2025"}\n',
        ),
        (
            (
                "grants:\n  g:\n    label: G\n    round_to: 1 EUR # à relire pour 2025-2026 — oui\n"
                "    checked_on: 2024-01-01\n"
            ),
            ("g.round_to", None, None),
            "grants:\n  g:\n    label: G\n    round_to: 1 EUR # oui\n    checked_on: 2025-09-01\n",
        ),
        (
            (
                "texts:\n  t:\n    label: T\n    text: >- # à relire pour 2025-2026\n      En 2024,\n"
                "      ainsi.\n\nset: {}\n"
            ),
            ("t.text", "En 2025, autrement.", None),
            ("texts:\n  t:\n    label: T\n    text: En 2025, autrement.\n    checked_on: 2025-09-01\n\nset: {}\n"),
        ),
        (
            ("deadlines:\n  source: to_confirm # 2024-2025 : note, §3\n  d: {label: D, when_text: x}\n"),
            ("deadlines.source", "note, §4", None),
            "deadlines:\n  source: note, §4\n  d: {label: D, when_text: x}\n",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_answer_is_written_with_its_source_and_its_day(
    before: str, given: tuple[str, str | None, str | None], after: str, end: str
) -> None:
    text = answered((HEAD + before).replace("\n", end), *given)
    assert text == (HEAD + after).replace("\n", end)
    assert parse(text.encode(), "").problems == ()


def test_a_source_that_is_that_of_the_file_is_not_repeated() -> None:
    text = answered(HEAD + "set:\n  x: to_confirm # 2024-2025 : 8\n", "source", "note, §2")
    assert "source: note, §2\n" in text
    assert "  x: {value: 9, checked_on: 2025-09-01}\n" in answered(text, "x", "9", "note, §2")


def test_a_comment_changed_by_hand_is_no_value_of_last_year() -> None:
    data = (HEAD + "set: {x: to_confirm, y: to_confirm} # 2024-2025 : 8\n").encode()
    assert [(item.place.address, item.last) for item in confirming.left(data)] == [
        ("source", "note, §1"),
        ("x", None),
        ("y", None),
    ]


def test_one_name_in_two_sections_is_told_with_its_section() -> None:
    data = (
        HEAD + "facts:\n  a.b: {type: integer, label: A, source: to_confirm}\n"
        "derive:\n  a.b: {by: c/d, reads: [a.c], source: to_confirm}\n"
    ).encode()
    assert [item.place.address for item in confirming.left(data)] == ["source", "facts.a.b.source", "derive.a.b.source"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, HEAD.replace("source:", "documents:\n  note-9:\n    title: Une note\nsource:")),
        (
            HEAD + "documents:\n  note: {title: Une}\nset: {}\n",
            HEAD + "documents:\n  note: {title: Une}\n  note-9:\n    title: Une note\nset: {}\n",
        ),
        (
            HEAD + "documents: {note: {title: Une}}\n",
            HEAD + "documents: {note: {title: Une}, note-9: {title: Une note}}\n",
        ),
        (
            "policy: a/2025\nstatus: draft\nset: {}\n",
            "policy: a/2025\nstatus: draft\ndocuments:\n  note-9:\n    title: Une note\nset: {}\n",
        ),
    ],
)
def test_a_document_is_declared_beside_the_others(before: str, after: str) -> None:
    assert confirming.declare(before.encode(), "note-9", "Une note").decode() == after


def test_the_status_changes_and_its_comment_stays() -> None:
    assert "status: in_force # oui\n" in confirming.put_in_force(HEAD.encode()).decode()
