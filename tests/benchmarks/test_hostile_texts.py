"""Texts made to exhaust a reader: twice as long takes about twice as long, measured in the same run."""

import time

import pytest

from clas_policy.reading.yaml_nodes import parse

HALF = 8 * 1024
pytestmark = pytest.mark.benchmark

TEXTS = {
    "digits": ("a: ", "1", "\n"),
    "digits and a letter": ("a: ", "1", "x\n"),
    "underscores": ("a: ", "1_", "x\n"),
    "spaces in a value": ("a: 1", " ", "x\n"),
    "pasted spaces": ("a: ", "\u00a0x", "\n"),
    "comments": ("a: b\n", "# c\n", ""),
    "blank lines": ("a: b\n", "\n", ""),
    "lines of one value": ("a: b\n", "  c\n", ""),
    "an open quote": ('a: "', "b\n", ""),
    "an open bracket": ("a: ", "[", ""),
    "escapes": ('a: "', "\\n", '"\n'),
    "a block": ("a: |\n", "  b\n", ""),
    "a list in brackets": ("a: [", "bbbbbbbbbbbb,", "]\n"),
    "keys in braces": ("a: {", "bbbbbbbbbbbb: c,", "}\n"),
    "directives": ("", "%a\n", ""),
    "tabs": ("a: {\n", "\tb,\n", "}\n"),
    "dashes": ("a:\u00a0\n", "- ", "\n"),
    "hidden characters": ("a: ", "\u200b", "\n"),
}


def seconds(data: bytes) -> float:
    """The best of three: the others measure what else the machine does."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        parse(data, "essai.yaml")
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_twice_as_long_takes_about_twice_as_long(name: str) -> None:
    start, repeated, end = TEXTS[name]
    count = HALF // len(repeated.encode())

    half, whole = (seconds(f"{start}{repeated * number}{end}".encode()) for number in (count, 2 * count))

    # Four times would be quadratic; below some milliseconds there is nothing to compare.
    assert whole < 3 * half + 0.005
