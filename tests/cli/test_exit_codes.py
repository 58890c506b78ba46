"""Exit codes: what each error means for who calls the program."""

from __future__ import annotations

import itertools

import pytest

from clas_policy.cli.app import code_of
from clas_policy.cli.exit_codes import ExitCode, worst
from clas_policy.cli.misuse import MisuseError
from clas_policy.problem import ClasPolicyError, DossierError, Message, PluginError, PolicyError, Problem
from clas_policy.reading.files import OutputError


def test_the_numbers_are_those_that_are_documented() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "EVALUATED": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "POLICY": 3,
        "DOSSIER": 4,
        "NOTHING": 5,
        "PLUGIN": 6,
        "INTERNAL": 70,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(("codes", "expected"), [((), 0), ((0, 0), 0), ((0, 1), 1), ((1, 4), 4), ((4, 3), 3)])
def test_the_worst_of_some_codes(codes: tuple[int, ...], expected: int) -> None:
    assert worst(map(ExitCode, codes)) == expected


def test_the_order_of_the_worst_is_the_documented_one() -> None:
    documented = [70, 6, 3, 4, 1, 0]
    for (first, worse), (second, better) in itertools.combinations(enumerate(documented), 2):
        assert first < second
        assert worst([ExitCode(better), ExitCode(worse)]) == worse
        assert worst([ExitCode(worse), ExitCode(better)]) == worse


def test_every_code_has_a_rank() -> None:
    assert [code for code in ExitCode if code and worst([code]) != code] == []


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        (PolicyError, "CLAS-L210", 3),
        (DossierError, "CLAS-D101", 4),
        (PluginError, "CLAS-X301", 6),
        (MisuseError, "CLAS-U501", 2),
        (OutputError, "CLAS-F006", 70),
        (OutputError, "CLAS-F005", 2),
        (ClasPolicyError, "CLAS-L210", 3),
    ],
)
def test_the_code_of_an_error(kind: type[ClasPolicyError], code: str, expected: int) -> None:
    assert code_of(kind([Problem(code, Message("a problem"))])) == expected
