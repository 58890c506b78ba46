"""Requirements on the engine mean what `packaging` says they mean."""

import itertools

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from clas_policy.plugins.engine_range import admits, on_engine

VERSIONS = (
    *("0", "0.1", "0.1.0", "0.1.1", "0.2", "0.2.0", "0.10", "1", "1.0.1"),
    *("0.2a1", "0.2b2", "0.2rc1", "0.2.dev1", "0.2a1.dev2", "0.2.post1", "0.2.post1.dev3", "0.2.0.post2"),
)
CLAUSES = (
    *(f"{operator}{version}" for operator in ("==", "!=", "<=", ">=", "<", ">", "~=") for version in VERSIONS),
    *("==0.*", "==0.2.*", "!=0.2.*", "!=0.2.0.*", "==1.0.*"),
)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_clause_admits_what_packaging_admits(version: str) -> None:
    for clause in CLAUSES:
        if clause.startswith("~=") and "." not in Version(clause[2:]).base_version:
            continue  # `~=1` is no clause
        expected = SpecifierSet(clause).contains(Version(version), prereleases=True)

        assert admits(clause, version) is expected, clause


def test_all_clauses_must_be_met() -> None:
    for version, clauses in itertools.product(("0.1", "0.1.9", "0.2"), (">=0.1,<0.2", ">= 0.1 , != 0.1.9", "")):
        assert admits(clauses, version) is SpecifierSet(clauses).contains(version)


@pytest.mark.parametrize("clauses", ["===0.1", ">=zero", "0.1", "~=1", "@ file:///x", "=>0.1", ">=0.1 <0.2"])
def test_what_cannot_be_understood_is_refused_and_never_guessed(clauses: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        admits(clauses, "0.1.0")


@pytest.mark.parametrize(
    ("requirement", "found"),
    [
        ("clas-policy>=0.1,<0.2", (">=0.1,<0.2",)),
        ("Clas.Policy (>=0.1)", (">=0.1",)),
        ("clas_policy [batch] >=0.1 ; python_version > '3'", (">=0.1",)),
        ("clas-policy", ("",)),
        ("clas-policy>=9; extra == 'test'", ()),
        ("clas-policy-gers>=0.1", ()),
        ("click>=8", ()),
    ],
)
def test_only_requirements_on_the_engine_itself_count(requirement: str, found: tuple[str, ...]) -> None:
    assert on_engine([requirement]) == found
