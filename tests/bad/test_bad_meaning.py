"""Layers that are well formed and mean something wrong: each file beside its expected problems."""

from pathlib import Path

import pytest

from clas_policy.catalogue import Catalogue, engine_shelf, user_shelf
from clas_policy.checking import check

CASES = sorted((Path(__file__).parent / "meaning").glob("*.yaml"))
LAYER = "departements/99/2024-2025"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_problem_of_meaning_is_found_at_its_place(case: Path, tmp_path: Path) -> None:
    place = tmp_path / f"{LAYER}.yaml"
    place.parent.mkdir(parents=True)
    place.write_bytes(case.read_bytes())

    report = check(Catalogue([user_shelf(tmp_path), engine_shelf()]), [LAYER])

    found = [
        f"{p.span.line if p.span else 0}:{p.span.column if p.span else 0} {p.code} {p.severity} {p.message}"
        + (f"\n    help: {p.hint}".replace(tmp_path.as_posix(), "…") if p.hint else "")
        for p in report.problems
    ]
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert "\n".join(found).splitlines() == expected


def test_every_code_of_meaning_has_a_case() -> None:
    codes = {
        line.split()[1]
        for case in CASES
        for line in case.with_suffix(".expected").read_text().splitlines()
        if "CLAS-" in line
    }
    engine = Path(__file__).parents[2] / "engine" / "clas_policy"
    import tomllib

    documented = set(tomllib.loads((engine / "help" / "P.toml").read_text(encoding="utf-8")))
    assert documented - codes == {"CLAS-P127", "CLAS-P141", "CLAS-P145"}, "these have tests of their own"
