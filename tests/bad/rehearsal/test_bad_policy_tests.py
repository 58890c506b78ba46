"""Test files that are refused: each beside the problems that it must get, found from disk."""

import tomllib
from pathlib import Path

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.rehearse.binding import load

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*.yaml"))
LAYERS = HERE.parents[2] / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue([user_shelf(LAYERS), engine_shelf()])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_bad_test_file_gets_its_problems_at_their_places(case: Path, catalogue: Catalogue) -> None:
    ready = load(case, case.name, catalogue)
    told = []
    for problem in ready.problems:
        assert problem.span is not None
        told.append(f"{problem.span.line}:{problem.span.column} {problem.code} {problem.message}")
        if problem.hint:
            told.append(f"    help: {problem.hint}")

    assert told == case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert ready.suite is None


def test_every_code_of_reading_has_a_case_on_disk() -> None:
    texts = [case.with_suffix(".expected").read_text(encoding="utf-8") for case in CASES]
    codes = {line.split()[1] for text in texts for line in text.splitlines() if not line.startswith("    ")}
    pages = HERE.parents[2] / "engine" / "clas_policy" / "help" / "T.toml"
    reading = {code for code in tomllib.loads(pages.read_text(encoding="utf-8")) if code.startswith("CLAS-T1")}

    assert reading - codes == {"CLAS-T108", "CLAS-T112", "CLAS-T114"}, "those have tests of their own"
