"""Policies that are refused: each file beside the problems that it must get, found from disk.

``text/`` holds what is wrong with the text, the numbers being those of a list of inputs that readers get wrong;
``meaning/`` what is well formed and means something wrong, the numbers being those of the problem codes.
"""

import os
import re
import tomllib
from pathlib import Path

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.checking import check

HERE = Path(__file__).parent
CASES = sorted([*(HERE / "text").glob("*.yaml"), *(HERE / "meaning").glob("*.yaml")])
LAYER = "departements/99/2024-2025"


def problems_of(data: bytes, folder: Path) -> list[str]:
    place = folder / f"{LAYER}.yaml"
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    return told(folder)


def told(folder: Path) -> list[str]:
    report = check(Catalogue([user_shelf(folder), engine_shelf()]), [LAYER])
    lines = []
    for problem in report.problems:
        assert problem.span is not None
        lines.append(f"{problem.span.line}:{problem.span.column} {problem.code} {problem.severity} {problem.message}")
        if problem.hint:
            # Where the national names stand is not what these cases are about.
            hint = re.sub(r"(referentiel-2019\.yaml):\d+:\d+", r"\1", str(problem.hint))
            lines.append(f"    help: {hint}".replace(folder.as_posix(), "…"))
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_each_bad_policy_gets_its_problems_at_their_places(case: Path, tmp_path: Path) -> None:
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert expected

    assert problems_of(case.read_bytes(), tmp_path) == expected


@pytest.mark.parametrize(
    ("kept", "apart"),
    [("P", {"CLAS-P127", "CLAS-P141", "CLAS-P145"}), ("Y", set())],
)
def test_every_code_has_a_case_on_disk(kept: str, apart: set[str]) -> None:
    texts = [case.with_suffix(".expected").read_text(encoding="utf-8") for case in CASES]
    codes = {line.split()[1] for text in texts for line in text.splitlines() if not line.startswith("    ")}
    pages = HERE.parents[1] / "engine" / "clas_policy" / "help" / f"{kept}.toml"

    assert set(tomllib.loads(pages.read_text(encoding="utf-8"))) - codes == apart, "those have tests of their own"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert problems_of(b"# " + b"x" * (300 * 1024) + b"\n", tmp_path) == [
        "1:1 CLAS-F004 error this file is too large",
        "    help: at most 256 KiB are read",
    ]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    place = tmp_path / f"{LAYER}.yaml"
    place.parent.mkdir(parents=True)
    os.mkfifo(place)

    assert told(tmp_path) == ["1:1 CLAS-F003 error not an ordinary file"]


def test_a_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / f"{LAYER}.yaml").mkdir(parents=True)

    assert told(tmp_path) == ["1:1 CLAS-F001 error a folder, where a file is due"]
