"""Any bytes are read or refused, never more; and every place is the place of what was written there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy_texts import assert_inside, assert_told_well, lines_of, shipped
from tests.text_mutation import NASTY, spoiled
from tests.yaml_generation import Layers, layers
from tests.yaml_writing import writing

from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.yaml_nodes import Parsed, parse
from clas_policy.source import Span

SHIPPED = sorted(shipped().values(), key=len)
PIECES = [*NASTY, "a", "b: ", "- ", "\n", "\n  ", "\n    - ", "clé: valeur\n", "# note\n", "{a: b, c: [d]}", " ", "  "]


def decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def nodes(node: Node) -> Iterator[Node]:
    """Every key and value, in the order of the text."""
    match node:
        case Mapping():
            for key, value in node:
                yield key
                yield from nodes(value)
        case Sequence(items=items):
            for item in items:
                yield from nodes(item)
        case Scalar():
            pass
    yield node


def scalars(parsed: Parsed) -> list[Scalar]:
    assert parsed.root is not None
    return [node for node in nodes(parsed.root) if isinstance(node, Scalar)]


def cut(lines: tuple[str, ...] | list[str], span: Span) -> str:
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    between = lines[span.line : span.end_line - 1]
    return "\n".join(
        [lines[span.line - 1][span.column - 1 :], *between, lines[span.end_line - 1][: span.end_column - 1]]
    )


def assert_read_or_refused(data: bytes) -> None:
    parsed = parse(data, "essai.yaml")

    assert parsed.root is not None or any(problem.severity == "error" for problem in parsed.problems)
    text = decoded(data)
    assert_told_well(parsed.problems, {} if text is None else {"essai.yaml": text}, with_excerpts=False)
    if parsed.root is not None and text is not None:
        for node in nodes(parsed.root):
            assert_inside(node.span, lines_of(text))


# --- whatever the bytes ---------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert_read_or_refused(data)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert_read_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_pieces_of_yaml_are_read_or_refused(pieces: list[str]) -> None:
    assert_read_or_refused("".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SHIPPED[:2]).flatmap(spoiled))
def test_a_spoiled_policy_is_read_or_refused(text: str) -> None:
    assert_read_or_refused(text.encode("utf-8", "surrogatepass"))


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(st.sampled_from(SHIPPED).flatmap(spoiled) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_many_spoiled_policies_are_read_or_refused(text: str) -> None:
    assert_read_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SHIPPED[:2]), st.data())
def test_bytes_spoiled_in_a_policy_are_read_or_refused(text: str, data: st.DataObject) -> None:
    written = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))

    assert_read_or_refused(bytes(written))


# --- places ---------------------------------------------------------------------------------------------------------

POSITIONS = """\
# en tête
clé: valeur
"quoted" : 'it''s'

deep:
    - {a: 1, "b": [x, "y z"]}
    -   - p
        - q: "d\\"e"
text: >-
  une
  phrase
end: fin # remarque
"""


def test_keys_and_values_stand_where_they_are_written() -> None:
    parsed = parse(POSITIONS.encode(), "essai.yaml")

    assert not parsed.problems
    assert [cut(parsed.lines, node.span).rstrip("\n") for node in scalars(parsed)] == [
        *("clé", "valeur", '"quoted"', "'it''s'"),
        *("deep", "a", "1", '"b"', "x", '"y z"', "p", "q", '"d\\"e"'),
        *("text", ">-\n  une\n  phrase", "end", "fin"),
    ]
    assert parsed.root is not None
    flow = [node for node in nodes(parsed.root) if isinstance(node, (Mapping, Sequence)) and node.flow]
    assert [cut(parsed.lines, node.span) for node in flow] == ['[x, "y z"]', '{a: 1, "b": [x, "y z"]}']


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_change_no_line_and_no_column(end: str) -> None:
    expected = parse(POSITIONS.encode(), "essai.yaml")
    found = parse(POSITIONS.replace("\n", end).encode(), "essai.yaml")

    assert found == expected


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHIPPED[:2]).flatmap(spoiled), st.sampled_from(["\r\n", "\r"]))
def test_line_ends_change_no_problem(text: str, end: str) -> None:
    text = text.replace("\r", "")
    expected = parse(text.encode("utf-8", "surrogatepass"), "essai.yaml")
    found = parse(text.replace("\n", end).encode("utf-8", "surrogatepass"), "essai.yaml")

    assert found.sha256 == expected.sha256 or decoded(text.encode("utf-8", "surrogatepass")) is None
    assert (found.root, found.problems) == (expected.root, expected.problems)


@settings(max_examples=30, deadline=None)
@given(layers(), st.integers(0, 1000), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_place_cuts_out_what_was_written(made: Layers, seed: int, end: str) -> None:
    for name, tree in made.trees.items():
        way = writing(seed)
        text = way.document(tree).replace("\n", end)
        parsed = parse(text.encode(), name)

        assert not parsed.problems
        found = scalars(parsed)
        # A block of text ends where what follows it begins.
        assert [cut(parsed.lines, node.span).rstrip("\n ") for node in found] == way.tokens
        for node in found:
            if node.plain:
                assert cut(parsed.lines, node.span) == node.text


def test_a_mark_at_the_start_moves_no_place() -> None:
    assert parse(b"\xef\xbb\xbf" + POSITIONS.encode(), "essai.yaml") == parse(POSITIONS.encode(), "essai.yaml")
