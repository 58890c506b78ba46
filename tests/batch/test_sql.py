"""The text of the query: readable, inert, exact, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from sqlglot import exp
from tests.batch.loading import rows
from tests.explain.small import GROUP, criterion, dossier, fact, grant, parameter, small_policy
from tests.generation import policies

from clas_policy.batch import engine
from clas_policy.batch.sql import Dialect, compile_policy, create_table
from clas_policy.batch.tables import Column, Kind, input_tables
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.policy import Named, Policy
from clas_policy.problem import PolicyError

DIALECTS = pytest.mark.parametrize("dialect", Dialect)
UN = c.FactIsTrue("a.un")
SPENT = c.FactValue("groupe.depenses")


def policy(**more: object) -> Policy:
    """A criterion, and a share of an amount with a ceiling."""
    share = a.Share(c.ParameterValue("taux"), SPENT, c.ParameterValue("plafond"))
    parts: dict[str, object] = {
        "facts": [fact("a.un"), fact("groupe.depenses", Type.MONEY)],
        "parameters": [parameter("taux", Type.RATE, 325_000), parameter("plafond", Type.MONEY, 848_700)],
        "criteria": [criterion("tenu", UN)],
        "grants": [grant("aide", share, GROUP, requires=c.CriterionMet("tenu"))],
    }
    return small_policy(**{**parts, **more})  # type: ignore[arg-type]


def codes(refused: Policy, dialect: Dialect) -> list[tuple[str, bool]]:
    """The codes of what is refused, and whether each has its place."""
    with pytest.raises(PolicyError) as error:
        compile_policy(refused, dialect)
    return sorted((problem.code, problem.span is not None) for problem in error.value.problems)


@DIALECTS
def test_each_rule_is_a_column_of_its_name_under_its_label_and_source(dialect: Dialect) -> None:
    lines = [line.strip() for line in compile_policy(policy(), dialect)["groupes"].sql.splitlines()]
    quote = "`" if dialect is Dialect.SPARK else '"'
    for name, label, column in (("tenu", "Le critère tenu", "tenu"), ("aide", "L'aide aide", "aide.at_most")):
        at = lines.index(f"-- {name} — {label}")
        assert lines[at + 1].startswith("-- doc, §1 (essai/1:")
        ended = next(line for line in lines[at:] if " AS " in line and not line.startswith("--"))
        assert ended.removesuffix(",").endswith(f" AS {quote}{column}{quote}")
    assert "-- aide: what it would pay" in lines


@DIALECTS
def test_rules_that_do_not_read_each_other_stand_in_one_part(dialect: Dialect) -> None:
    names = [f"tenu_{number}" for number in range(30)]
    sql = compile_policy(policy(criteria=[criterion("tenu", UN), *(criterion(name, UN) for name in names)]), dialect)
    (tree,) = sqlglot.parse(sql["dossiers"].sql, dialect=dialect.value)
    assert isinstance(tree, exp.Query)
    parts = {part.alias: part.this.named_selects for part in tree.ctes}
    assert [alias for alias, columns in parts.items() if set(names) & set(columns)] == ["dossiers_decided"]
    assert len(parts) < 10


@DIALECTS
def test_a_label_never_leaves_its_comment(dialect: Dialect) -> None:
    hostile = "fin */ \n); DROP TABLE dossiers; --\r\x1b[2J\u2028SELECT 1"
    sql = compile_policy(policy(criteria=[replace(criterion("tenu", UN), label=hostile)]), dialect)["dossiers"].sql
    (line,) = [line for line in sql.splitlines() if "DROP TABLE" in line]
    assert line.startswith("    -- tenu — fin */ ")
    assert line.isprintable()
    assert len(sqlglot.parse(sql, dialect=dialect.value)) == 1


@DIALECTS
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=policies())
def test_nothing_is_divided_or_a_float_and_the_text_is_always_the_same(dialect: Dialect, made: Policy) -> None:
    compiled = compile_policy(made, dialect)
    assert compiled == compile_policy(made, dialect)
    for output in compiled.outputs:
        (tree,) = sqlglot.parse(output.sql, dialect=dialect.value)
        assert isinstance(tree, exp.Query)
        assert list(tree.find_all(exp.Div, exp.IntDiv, exp.Mod)) == []
        types = {cast.args["to"].this.name for cast in tree.find_all(exp.Cast)}
        assert types <= {"BOOLEAN", "DECIMAL", "DATE"}
        assert [select.alias_or_name for select in tree.selects] == [column.name for column in output.columns]


@pytest.mark.parametrize("dialect", [Dialect.DUCKDB, Dialect.POSTGRES])
def test_parts_that_would_double_when_merged_are_kept(dialect: Dialect) -> None:
    """Each grant reads the one before twice, which an engine that merges parts writes out each time."""
    chain: list[a.Amount] = [SPENT]
    for number in range(12):
        before = a.GrantAmount(f"g{number}")
        chain.append(a.Smallest((before, a.Minus(SPENT, before))))
    grants = [grant(f"g{number}", amount, GROUP) for number, amount in enumerate(chain)]
    sql = compile_policy(policy(grants=grants), dialect)["dossiers"].sql
    kept = [line for line in sql.splitlines() if line.endswith(" AS MATERIALIZED (")]
    assert any(line.startswith('"groupes_decided') for line in kept)


def test_the_columns_have_the_types_that_are_told() -> None:
    made = policy()
    connection = engine.connect(threads=1)
    for table in input_tables(made):
        connection.execute(create_table(table, "duckdb"))
    for output in compile_policy(made, "duckdb").outputs:
        found = connection.execute(f"DESCRIBE {output.sql}").fetchall()
        told = [(column.name, column.type) for column in output.columns]
        assert [(name, kind.replace("VARCHAR", "TEXT").replace(",", ", ")) for name, kind, *_ in found] == told


def test_a_number_of_more_than_38_digits_is_refused_where_it_stands() -> None:
    rates = [f"groupe.taux_{number}" for number in range(4)]
    amount: a.Amount = SPENT
    for rate in rates:
        amount = a.Share(c.FactValue(rate), amount)
    facts = [fact("groupe.depenses", Type.MONEY), *(fact(rate, Type.RATE) for rate in rates)]
    wide = policy(facts=[fact("a.un"), *facts], grants=[grant("aide", amount, GROUP)])
    for dialect in Dialect:
        assert codes(wide, dialect) == [("CLAS-B201", True)]
    bounded = [replace(one, maximum=10_000_00) if one.type is Type.MONEY else one for one in facts]
    assert compile_policy(
        policy(facts=[fact("a.un"), *bounded], grants=[grant("aide", amount, GROUP)]), "duckdb"
    ).outputs


def test_a_total_of_more_than_38_digits_is_refused_at_its_funder() -> None:
    """Each grant fits, and the sum over very many members does not."""
    rate = c.FactValue("groupe.taux")
    shares: list[a.Amount] = [a.Share(rate, a.GrantAmount(f"g{number}")) for number in range(15)]
    chain = [grant(f"g{number}", amount, GROUP) for number, amount in enumerate((SPENT, *shares))]
    facts = [fact("groupe.depenses", Type.MONEY), fact("groupe.taux", Type.RATE)]
    assert compile_policy(small_policy(facts=facts, grants=chain[:-1]), "duckdb").outputs
    made = small_policy(facts=facts, grants=chain)
    with pytest.raises(PolicyError) as error:
        compile_policy(made, "duckdb")
    (problem,) = error.value.problems
    assert (problem.code, problem.span) == ("CLAS-B201", made.funders["caisse"].origin.at)


def test_a_name_that_postgresql_would_cut_is_refused() -> None:
    long = "a." + "x" * 62
    wide = policy(facts=[fact("a.un"), fact(long), fact("groupe.depenses", Type.MONEY)])
    assert codes(wide, Dialect.POSTGRES) == [("CLAS-B202", True)]
    assert compile_policy(wide, Dialect.DUCKDB).outputs
    accented = policy(facts=[fact("a.un"), fact("a." + "é" * 31), fact("groupe.depenses", Type.MONEY)])
    assert codes(accented, Dialect.POSTGRES) == [("CLAS-B202", True)]


@pytest.mark.parametrize("name", ["outcome", "due", "dossier_no", "departement", "groupes", "dossier"])
def test_a_rule_that_is_called_like_a_column_is_refused(name: str) -> None:
    assert codes(policy(criteria=[criterion("tenu", UN), criterion(name, UN)]), Dialect.DUCKDB) == [("CLAS-B203", True)]


def test_a_rule_of_members_may_not_be_called_position() -> None:
    criteria = [criterion("tenu", UN), criterion("position", UN, GROUP)]
    assert codes(policy(criteria=criteria), Dialect.DUCKDB) == [("CLAS-B203", True)]


def test_capitals_do_not_tell_columns_apart() -> None:
    assert codes(policy(criteria=[criterion("tenu", UN), criterion("TENU", UN)]), Dialect.DUCKDB) == [
        ("CLAS-B203", True)
    ]


def test_a_fact_and_a_grant_of_one_column_are_refused() -> None:
    made = policy(facts=[fact("a.un"), fact("groupe.depenses", Type.MONEY), fact("aide.status")])
    assert [code for code, _ in codes(made, Dialect.DUCKDB)] == ["CLAS-B203"]


def test_more_columns_than_postgresql_has_are_refused() -> None:
    many = [fact(f"a.f{number}") for number in range(1_600)]
    wide = policy(facts=[fact("a.un"), fact("groupe.depenses", Type.MONEY), *many])
    assert codes(wide, Dialect.POSTGRES) == [("CLAS-B204", False)]


def test_a_rule_may_be_called_like_a_part_of_the_query() -> None:
    names = ("totals", "admissible", "groupes_by_dossier", "dossiers_with_members", "select", "dossiers")
    made = policy(criteria=[criterion("tenu", UN), *(criterion(name, UN) for name in names)])
    sql = compile_policy(made, "duckdb")["dossiers"].sql
    connection = engine.connect(threads=1)
    tables = input_tables(made)
    for table in tables:
        connection.execute(create_table(table, "duckdb"))
    values = rows(made, [dossier({"a.un": True}, [{"groupe.depenses": 100}])])
    for table in tables:
        marks = ", ".join("?" for _ in table.columns)
        connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', values[table.name])
    (row,) = connection.execute(sql).fetchall()
    assert row[:9] == (0, "admissible", *[True] * 7)


def test_a_policy_without_entities_grants_or_rules_is_a_query_too() -> None:
    empty = small_policy()
    bare = replace(empty, entities=MappingProxyType({}), funders=MappingProxyType[str, Named]({}))
    assert [column.name for column in compile_policy(bare, "duckdb")["dossiers"].columns] == [
        "dossier_no", "outcome", "due", "eligible", "undetermined_at_most",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        compile_policy(bare, "duckdb")["groupes"]


def test_the_tables_of_a_policy() -> None:
    made = policy(facts=[fact("a.un"), fact("a.couleurs", Type.CHOICES), fact("groupe.depenses", Type.MONEY)])
    dossiers, groups = input_tables(made)
    assert [column.name for column in dossiers.columns] == [
        "dossier_no", "dossier", "annee_scolaire", "departement", "groupes",
        "a.un", "a.couleurs.rouge", "a.couleurs.vert", "a.couleurs.bleu",
    ]  # fmt: skip
    assert groups["groupe.depenses"] == Column("groupe.depenses", Kind.DECIMAL, 18, 2, fact="groupe.depenses")
    with pytest.raises(KeyError):
        groups["depenses"]
    assert create_table(groups, "spark").splitlines() == [
        "CREATE TABLE `groupes` (",
        "  `dossier_no` BIGINT NOT NULL,",
        "  `position` INT NOT NULL,",
        "  `groupe` STRING,",
        "  `groupe.depenses` DECIMAL(18, 2)",
        ")",
    ]


def test_typed_dossiers_become_rows() -> None:
    made = policy(facts=[fact("a.un"), fact("a.couleurs", Type.CHOICES), fact("groupe.depenses", Type.MONEY)])
    first = dossier({"a.couleurs": frozenset({"vert"})}, [{"groupe.depenses": 1_05}, {}])
    found = rows(made, [first, dossier(groups=None)], first=7)
    assert found["dossiers"] == [
        (7, "d-1", "2024-2025", None, True, None, False, True, False),
        (8, "d-1", "2024-2025", None, False, None, None, None, None),
    ]
    assert [str(row[3]) for row in found["groupes"]] == ["1.05", "None"]
    assert [row[:3] for row in found["groupes"]] == [(7, 0, "g1"), (7, 1, "g2")]
