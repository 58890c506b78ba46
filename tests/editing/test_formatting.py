"""``fmt``: one way to write, every comment kept, nothing that a file says changed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text_mutation import spoiled
from tests.yaml_generation import Layers, layers

from clas_policy.editing.formatting import formatted, says_the_same
from clas_policy.reading import nodes, yaml_nodes
from clas_policy.reading.comments import Layout
from clas_policy.source import Span

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(
    path
    for folder in ("policies", "plugins", "tests/cli/regles", "tests/fixtures/policies")
    for path in (ROOT / folder).rglob("*.yaml")
)


def usual(text: str) -> str:
    """The usual form of a text, which is its own usual form."""
    found = formatted(text.encode(), "essai.yaml")
    assert found.text is not None, found.problems
    assert found.problems == ()
    again = formatted(found.text.encode(), "essai.yaml")
    assert again.text == found.text
    return found.text


def comments(text: str) -> list[str]:
    parsed = yaml_nodes.parse(text.encode(), "essai.yaml")
    assert parsed.root is not None
    return sorted(comment.text for comment in Layout(parsed.root, parsed.lines).comments)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_shipped_is_in_the_usual_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert usual(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeffa: 1", "a: 1\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
        ("a: 1\rb: 2", "a: 1\nb: 2\n"),
        ("a: 1   \nb: 2  \n\n\n", "a: 1\nb: 2\n"),
        ("\n\na :   1\n\n\n\nb:  2\n", "a: 1\n\nb: 2\n"),
        ("---\na: 1\n...\n", "a: 1\n"),
        ("a:\n    b:\n        c: 1\n", "a:\n  b:\n    c: 1\n"),
        ("  a: 1\n  b: 2\n", "a: 1\nb: 2\n"),
        ("a:\n- b\n-   c\n", "a:\n  - b\n  - c\n"),
        ("a:\n\n  b: 1\n", "a:\n  b: 1\n"),
        ("a:\n-\n    b: 1\n    c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
        ("a:\n-   - b\n    - c\n", "a:\n  - - b\n    - c\n"),
        ("a:\n  b\n", "a: b\n"),
        ("a:\nb: ~\n", "a:\nb: ~\n"),
        ("a: {b:   1,c: [ x,y ] ,}\n", "a: {b: 1, c: [x, y]}\n"),
        ("a: [\n  x,\n  y\n]\n", "a: [x, y]\n"),
        ("a: [b: 1]\n", "a: [{b: 1}]\n"),
        ("{a: 1}", "{a: 1}\n"),
        ("a: [ ]\nb: { }\n", "a: []\nb: {}\n"),
        ("a: 'b'\nc: \"d\"\n", "a: 'b'\nc: \"d\"\n"),
        ("a: 8487.00 EUR\nb: True\n", "a: 8487.00 EUR\nb: True\n"),
    ],
)
def test_one_way_to_write(before: str, after: str) -> None:
    assert usual(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: un\n   deux\n\n   trois\n", "a: un\n  deux\n\n  trois\n"),
        ("a:\n    un\n    deux\n", "a:\n  un\n  deux\n"),
        ("a: 'un   \n     deux '\n", "a: 'un\n  deux '\n"),
        ('a: "un\\  \n   deux"\n', 'a: "un\\ \n  deux"\n'),
        ('a: "un \\\n   deux"\n', 'a: "un \\\n  deux"\n'),
        ("a: >\n     un\n\n     deux\n       trois\n\n\nb: 1\n", "a: >\n  un\n\n  deux\n    trois\n\nb: 1\n"),
        ("a: |+\n    un\n\n\nb: 1\n", "a: |+\n  un\n\n\nb: 1\n"),
        ("a: |4\n      un\n    deux\n", "a: |2\n    un\n  deux\n"),
        ("a:\n- |3-\n     un\n   deux\n", "a:\n  - |2-\n      un\n    deux\n"),
        ("a: |\n  un", "a: |-\n  un\n"),
        ("a: >-\n  un", "a: >-\n  un\n"),
        ("a: |\n\nb: 1\n", "a: |\n\nb: 1\n"),
        (f"a: {{b: {'x' * 110}, c: 1}}\n", f"a:\n  b: {'x' * 110}\n  c: 1\n"),
        (f"a: [{{b: {'x' * 120}, c: 1}}, [d, e]]\n", f"a:\n  - b: {'x' * 120}\n    c: 1\n  - [d, e]\n"),
        (f"a:\n  {'x' * 120}\n", f"a:\n  {'x' * 120}\n"),
    ],
)
def test_a_text_of_several_lines_says_the_same(before: str, after: str) -> None:
    assert usual(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# modeline\n\n\na: 1 #fin\n", "# modeline\n\na: 1 #fin\n"),
        ("a: 1      # un\nb:   # deux\n    c: 2\n", "a: 1 # un\nb: # deux\n  c: 2\n"),
        ("a:\n# au bord\n    b: 1\n", "a:\n  # au bord\n  b: 1\n"),
        ("a:\n    b: 1\n    # de b\n\n# de c\nc: 2\n", "a:\n  b: 1\n  # de b\n\n# de c\nc: 2\n"),
        ("a:\n- b\n# de c\nc: 2\n", "a:\n  - b\n# de c\nc: 2\n"),
        ("a:\n- b\n # de b\nc: 2\n", "a:\n  - b\n  # de b\nc: 2\n"),
        ("a:\n  - # un\n    b: 1\n", "a:\n  # un\n  - b: 1\n"),
        ("a: # un\n  b # deux\n", "# un\na: b # deux\n"),
        ("a: [b, # un\n  # deux\n  c # trois\n  # quatre\n  ] # cinq\n",
         "a: # cinq\n  - b # un\n  # deux\n  - c # trois\n  # quatre\n"),
        ("a: [b,\n  c] # un\n", "a: [b, c] # un\n"),
        ("a:\n  - {b: 1, # un\n     c: 2}\n", "a:\n  - b: 1 # un\n    c: 2\n"),
        ("a: [ # un\n  ] # deux\n", "# un\na: [] # deux\n"),
        ("a: >-   # un\n    b # pas une remarque\n# deux\n", "a: >- # un\n  b # pas une remarque\n# deux\n"),
        ("a: 'b # c' # d\n", "a: 'b # c' # d\n"),
        ("a: 1\n\n# fin\n\n\n# vraie fin", "a: 1\n\n# fin\n\n# vraie fin\n"),
        ("--- # tête\na: 1\n... # fin\n", "# tête\na: 1\n# fin\n"),
    ],
)  # fmt: skip
def test_a_comment_stays_with_what_it_is_about(before: str, after: str) -> None:
    assert usual(before) == after


@pytest.mark.parametrize("text", ["", "a: 1\na: 2\n", "a: *b\n", "a: [1\n", "\tb: 1\n", "a: 010\n", "- a\n"])
def test_what_cannot_be_read_is_not_written(text: str) -> None:
    found = formatted(text.encode(), "essai.yaml")
    assert found.text is None
    assert not found.is_fault
    assert all(problem.span is not None and problem.span.file == "essai.yaml" for problem in found.problems)
    assert found.problems


def test_bytes_that_are_no_text_are_not_written() -> None:
    assert [problem.code for problem in formatted(b"a: \xe9\n", "essai.yaml").problems] == ["CLAS-Y001"]


def test_a_form_that_would_say_something_else_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("a: 2 # b\n", "a: 1\n", "a: [\n", "a: '1' # b\n"):
        monkeypatch.setattr("clas_policy.editing.formatting.written", lambda *_, wrong=wrong: wrong)
        found = formatted(b"a:   1 # b\n", "essai.yaml")
        assert found.is_fault
        assert [problem.code for problem in found.problems] == ["CLAS-E301"]


def sprinkled(text: str, random: Random) -> str:
    """The text with comments, blank lines and spaces where they change nothing: outside values of several lines."""
    parsed = yaml_nodes.parse(text.encode(), "essai.yaml")
    assert parsed.root is not None
    layout = Layout(parsed.root, parsed.lines)
    inside = {
        number
        for span in _spans(parsed.root)
        for number in range(span.line, span.end_line + (0 if span.end_column == 1 else 1))
        if span.end_line > span.line
    }
    commented = {comment.span.line for comment in layout.comments}
    out = []
    for number, line in enumerate(parsed.lines, 1):
        free = number not in inside
        if number - 1 not in inside and random.random() < 0.2:
            out.append(random.choice(["", "", "   ", "# bord", f"{' ' * random.randint(0, 8)}# x{number}"]))
        if free and number not in commented and line.strip() and random.random() < 0.2:
            out.append(f"{line}{random.choice([' ', '    '])}# fin {number}")
        else:
            out.append(line + (random.choice(["", "  "]) if free else ""))
    return random.choice(["\n", "\r\n"]).join(out)


def _spans(root: nodes.Mapping) -> list[Span]:
    found = []
    for key, value in root:
        found.append(key.span)
        if isinstance(value, nodes.Mapping):
            found += _spans(value)
        elif isinstance(value, nodes.Sequence):
            found += [span for item in value.items for span in _item_spans(item)]
        else:
            found.append(value.span)
    return found


def _item_spans(item: nodes.Node) -> list[Span]:
    match item:
        case nodes.Mapping():
            return _spans(item)
        case nodes.Sequence(items=items):
            return [span for inner in items for span in _item_spans(inner)]
        case _:
            return [item.span]


@given(layers(), st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_any_policy_keeps_its_meaning_and_its_comments(policy: Layers, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    for text in policy.texts(seed).values():
        before = sprinkled(text, random)
        after = usual(before)
        one, other = (yaml_nodes.parse(version.encode(), "essai.yaml").root for version in (before, after))
        assert one is not None
        assert other is not None
        assert says_the_same(one, other)
        assert comments(after) == comments(before)
        assert "\r" not in after
        assert not any(line.endswith(" ") for line in after.splitlines())
        assert "\n\n\n" not in after
        assert after.endswith("\n")


@pytest.mark.parametrize("seed", range(2))
def test_the_way_of_writing_leaves_no_trace(seed: int) -> None:
    """Indentation, line ends and blank lines of a shipped file: its usual form is what it was."""
    for path in SHIPPED:
        if path.name.endswith(".report.yaml"):
            continue  # its lists of mappings cannot be spread by doubling: a dash stays two columns wide
        text = path.read_text(encoding="utf-8")
        random = Random(seed)  # noqa: S311
        spread = "".join(
            f"{line[: len(line) - len(line.lstrip(' '))] * 2}{line.lstrip(' ')}{' ' * random.randint(0, 2)}\r\n"
            if ">-" not in text
            else f"{line}\r\n"
            for line in text.splitlines()
        )
        assert usual("\ufeff" + spread) == text


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_keeps_its_meaning(data: st.DataObject) -> None:
    text = data.draw(spoiled(data.draw(st.sampled_from(SHIPPED)).read_text(encoding="utf-8")))
    found = formatted(text.encode("utf-8", "surrogatepass"), "essai.yaml")
    assert not found.is_fault
    if found.text is not None:
        assert usual(found.text) == found.text
