"""A text is changed where it is asked to be, and nowhere else."""

from __future__ import annotations

import pytest

from clas_policy.editing.patch import Patch
from clas_policy.reading.nodes import Mapping, Node, Scalar
from clas_policy.reading.yaml_nodes import parse

TEXT = """\
# Au début
policy: national/2001-2002   # l'identifiant
title:   'Barème'
set:
    taux: 30 %    # en pour cent
    plafond: {value: 5000 EUR, source: "note, §1"}

texts:
  long:
    label: >-
      Sur
      deux lignes
    # entre deux
    text: fin
"""
ENDS = pytest.mark.parametrize("end", ["\n", "\r\n"])
MARKS = pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])


def at(data: bytes, *keys: str) -> Scalar:
    node: Node | None = parse(data, "a.yaml").root
    for key in keys:
        assert isinstance(node, Mapping)
        node = node.get(key)
    assert isinstance(node, Scalar)
    return node


def encoded(text: str, end: str, mark: bytes) -> bytes:
    return mark + text.replace("\n", end).encode()


@ENDS
@MARKS
def test_a_text_without_changes_is_itself(end: str, mark: bytes) -> None:
    data = encoded(TEXT, end, mark)
    assert Patch(data).data() == data


@ENDS
@MARKS
@pytest.mark.parametrize(
    ("keys", "old"),
    [
        (("policy",), "national/2001-2002"),
        (("title",), "'Barème'"),
        (("set", "taux"), "30 %"),
        (("set", "plafond", "value"), "5000 EUR"),
        (("set", "plafond", "source"), '"note, §1"'),
        (("texts", "long", "label"), ">-\n      Sur\n      deux lignes"),
        (("texts", "long", "text"), "fin"),
    ],
)
def test_only_the_place_changes(keys: tuple[str, ...], old: str, end: str, mark: bytes) -> None:
    data = encoded(TEXT, end, mark)
    patch = Patch(data)
    span = at(data, *keys).span
    assert patch.written(span) == old.replace("\n", end)
    patch.replace(span, "to_confirm")
    assert patch.data() == encoded(TEXT.replace(old, "to_confirm"), end, mark)


@ENDS
def test_several_changes_are_made_together_in_any_order(end: str) -> None:
    data = encoded(TEXT, end, b"")
    patch = Patch(data)
    patch.replace(at(data, "texts", "long", "text").span, "autre")
    patch.insert(4, "# un", "# deux")
    patch.replace_in_line(5, 19, "# autrement")
    patch.replace(at(data, "policy").span, "national/2002-2003")
    patch.remove_lines(1, 1)
    expected = TEXT.replace("# Au début\n", "").replace("2001-2002", "2002-2003").replace("fin", "autre")
    expected = expected.replace("set:", "# un\n# deux\nset:").replace("# en pour cent", "# autrement")
    assert patch.data() == encoded(expected, end, b"")


@ENDS
def test_lines_added_at_the_end_follow_a_last_line_without_an_end(end: str) -> None:
    for text, expected in (("a: b", "a: b\nc: d"), ("a: b\n", "a: b\nc: d\n"), ("", "c: d\n")):
        patch = Patch(encoded(text, end, b""))
        patch.insert(len(patch.lines) + 1, "c: d")
        assert patch.data().decode().replace("\r\n", "\n") == expected


def test_removing_the_last_line_leaves_the_others() -> None:
    patch = Patch(b"a: b\nc: d")
    patch.remove_lines(2, 2)
    assert patch.data() == b"a: b\n"


def test_characters_of_several_bytes_and_units_do_not_move_places() -> None:
    data = "a: {b: é€𝄞, c: 12}\n".encode()
    patch = Patch(data)
    patch.replace(at(data, "a", "c").span, "13")
    assert patch.data() == "a: {b: é€𝄞, c: 13}\n".encode()


def test_changes_that_overlap_are_a_fault() -> None:
    data = b"a: {b: 1}\n"
    patch = Patch(data)
    patch.replace(at(data, "a", "b").span, "2")
    patch.remove_lines(1, 1)
    with pytest.raises(ValueError, match="one place"):
        patch.data()
