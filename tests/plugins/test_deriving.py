"""A plugin may derive facts, and nothing else: what it sees, what it may give, and what happens when it cannot."""

import builtins
import json
from collections.abc import Callable
from datetime import date

import pytest
from tests.plugins.deriving import DAY, DOSSIER, LAYER, Case, NewHost
from tests.plugins.installing import Site

from clas_policy import plugins
from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.explain import Context, Evaluator, record
from clas_policy.model.dossier import Dossier
from clas_policy.plugins import derive, record_warnings
from clas_policy.problem import PluginError
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader


def test_derived_facts_join_those_that_are_given(case: Callable[..., Case]) -> None:
    made = case("return view['essai.commune'] == 'Najac'", "return len(view['collectif.essai_lieu'] or '')")
    given = made.dossier()

    dossier, problems = derive(made.policy, given, made.host)

    assert problems == ()
    assert dossier.facts == {**given.facts, "essai.derive": True}
    assert [member.facts.get("collectif.essai_derive") for member in dossier.members["collectif"]] == [5, 0]
    assert "essai.derive" not in given.facts
    assert all("collectif.essai_derive" not in member.facts for member in given.members["collectif"])
    assert dossier.sha256 == given.sha256


def test_a_view_holds_exactly_what_is_read_and_nothing_is_known_that_was_not_given(case: Callable[..., Case]) -> None:
    made = case()

    made.derive()

    assert made.seen == [
        {"essai.commune": "Najac", "depot.date": date(2024, 10, 12)},
        {"collectif.essai_lieu": "École", "essai.commune": "Najac"},
        {"collectif.essai_lieu": None, "essai.commune": "Najac"},
    ]


def test_a_list_that_is_not_known_is_not_derived_from(case: Callable[..., Case]) -> None:
    made = case()

    dossier, problems = made.derive({key: value for key, value in DOSSIER.items() if key != "collectifs"})

    assert problems == ()
    assert "collectif" not in dossier.members


def test_none_leaves_the_fact_unknown(case: Callable[..., Case]) -> None:
    dossier, problems = case().derive()

    assert problems == ()
    assert "essai.derive" not in dossier.facts


@pytest.mark.parametrize(
    "change",
    [
        "view['essai.commune'] = 'Conques'",
        "view.update({'essai.commune': 'Conques'})",
        "del view['essai.commune']",
        "view.clear()",
        "view |= {}; view.clear()",
    ],
)
def test_a_view_cannot_be_changed(case: Callable[..., Case], change: str) -> None:
    dossier, problems = case(f"{change}; return True").derive()

    assert dossier.facts["essai.commune"] == "Najac"
    if "|=" not in change:
        assert [problem.code for problem in problems] == ["CLAS-X309"]
        assert "essai.derive" not in dossier.facts


@pytest.mark.parametrize("failing", ["1 / 0", "raise SystemExit", "raise GeneratorExit", "return view['essai.autre']"])
def test_a_derivation_that_raises_leaves_its_fact_unknown_and_others_as_they_are(
    case: Callable[..., Case], failing: str
) -> None:
    made = case(failing, "return 7")

    dossier, problems = made.derive()

    assert "essai.derive" not in dossier.facts
    assert [member.facts["collectif.essai_derive"] for member in dossier.members["collectif"]] == [7, 7]
    (problem,) = problems
    assert problem.code == "CLAS-X309"
    assert problem.severity == "error"
    assert problem.path == "$.essai.derive"
    assert problem.message.values["fact"] == "essai.derive"
    for name in ("caf-12 1.0", "caf/pour_dossier", "essai.derive", "12-2024-0001"):
        assert name in str(problem.message)
    assert problem.span is not None
    assert problem.span.file.endswith("caf_12/hooks.py")
    assert made.host.failures == ()


def test_a_fact_that_is_asked_for_and_not_read_is_named(case: Callable[..., Case]) -> None:
    _, (problem,) = case("return view['essai.autre']").derive()

    assert str(problem.hint) == "`essai.autre` is not under `reads:` of the policy"


def test_a_failure_at_a_member_is_that_members(case: Callable[..., Case]) -> None:
    dossier, problems = case(member="return len(view['collectif.essai_lieu'])").derive()

    assert [member.facts.get("collectif.essai_derive") for member in dossier.members["collectif"]] == [5, None]
    (problem,) = problems
    assert problem.path == "$.collectifs[1].essai_derive"
    (warning,) = record_warnings(problems)
    assert warning.code == "CLAS-W408"
    assert warning.ids == ("collectif.essai_derive", "caf/pour_collectif")
    assert warning.member is not None
    assert (warning.member.entity, warning.member.id) == ("collectif", "b")


def test_what_a_derivation_prints_is_not_on_standard_output(
    case: Callable[..., Case], capfd: pytest.CaptureFixture[str]
) -> None:
    case("print('spoken'); return True").derive()

    told = capfd.readouterr()
    assert told.out == ""
    assert "spoken" in told.err


def test_a_policy_that_a_plugin_changed_gives_no_result(
    case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A plugin could find the policy among all objects; here it is handed this one, to leave those of other tests alone.
    change = (
        "import builtins; "
        "object.__setattr__(builtins.policy_of_the_test.parameters['effectif_min'], 'value', 1); return True"
    )
    made = case(change)
    monkeypatch.setattr(builtins, "policy_of_the_test", made.policy, raising=False)

    with pytest.raises(PluginError) as caught:
        made.derive()

    (problem,) = caught.value.problems
    assert problem.code == "CLAS-X313"
    assert "caf-12 1.0" in str(problem.message)


def test_no_plugin_for_a_derived_fact_is_an_error_that_names_it(
    case: Callable[..., Case], site: Site, new_host: NewHost
) -> None:
    made = case()
    (points,) = site.folder.glob("caf_12-*/entry_points.txt")
    points.write_text("[clas_policy.layers]\ndepartements.12 = caf_12\n", encoding="utf-8")
    made.host = new_host()

    with pytest.raises(PluginError) as caught:
        made.derive()

    (problem,) = caught.value.problems
    assert problem.code == "CLAS-X308"
    assert problem.span is not None
    assert problem.span.file == f"caf-12/{LAYER}.yaml"
    assert "caf/pour_dossier" in str(problem.message)


def test_a_name_that_its_plugin_does_not_derive_is_an_error(
    case: Callable[..., Case], site: Site, new_host: NewHost
) -> None:
    made = case()
    hooks = site.folder / "caf_12" / "hooks.py"
    hooks.write_text(hooks.read_text(encoding="utf-8").replace("caf/pour_dossier", "caf/autre"), encoding="utf-8")
    made.host = new_host()

    with pytest.raises(PluginError) as caught:
        made.derive()

    assert [problem.code for problem in caught.value.problems] == ["CLAS-X308"]
    assert "caf-12 1.0 is installed, and does not derive it" in str(caught.value.problems[0].hint)


def test_a_plugin_that_has_failed_derives_nothing(case: Callable[..., Case], site: Site, new_host: NewHost) -> None:
    made = case()
    hooks = site.folder / "caf_12" / "hooks.py"
    hooks.write_text("1 / 0", encoding="utf-8")
    made.host = new_host()

    with pytest.raises(PluginError) as caught:
        made.derive()

    assert [problem.code for problem in caught.value.problems] == ["CLAS-X303"]


def test_a_policy_without_derivations_takes_no_plugin_and_leaves_the_dossier(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    host = new_host()
    policy = Catalogue([*host.shelves(), engine_shelf()]).compose("national/2024-2025", DAY)
    given = Dossier("x", "2024-2025", None, {}, {})

    dossier, problems = derive(policy, given, host)

    assert dossier is given
    assert problems == ()
    assert site.imported() == set()


def test_without_plugins_derived_facts_are_unknown(case: Callable[..., Case]) -> None:
    made = case("return True")
    given = made.dossier()

    assert derive(made.policy, given, plugins.host(without_plugins=True)) == (given, ())


def test_the_time_of_each_derivation_is_known(case: Callable[..., Case]) -> None:
    made = case("return True")

    made.derive()

    (spent,) = [seconds for (_, what), seconds in made.host.seconds.items() if what == "caf/pour_dossier"]
    assert spent > 0


def test_the_real_distribution_derives_a_fact_that_the_nation_leaves_open(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    host = new_host()
    policy = Catalogue([*host.shelves(), engine_shelf()]).compose(LAYER, DAY)

    def rural(commune: str | None) -> object:
        member = {"collectif": "a", "effectif": 6} | ({"aveyron_commune": commune} if commune else {})
        given = {"dossier": "x", "annee_scolaire": "2024-2025", "departement": "12", "collectifs": [member]}
        raw = json_text.parse(json.dumps(given).encode(), "dossier.json")
        dossier, problems = derive(policy, DossierReader(policy).read(raw), host)
        assert problems == ()
        decision = record(Evaluator(policy).evaluate(dossier), Context(DAY, "0", host.refs()))
        (status,) = [c["status"] for c in decision["criteria"] if c["id"] == "taille_collectif"]
        return status

    assert rural("Conques") == "met"
    assert rural("Rodez") == "not_met"
    assert rural(None) == "unknown"


def test_only_the_plugin_that_derives_is_loaded(case: Callable[..., Case], site: Site) -> None:
    site.code("caf-65", "autre", "1 / 0")
    made = case("return True")

    dossier, _ = made.derive()

    assert dossier.facts["essai.derive"] is True
    assert made.host.failures == ()
    assert "caf_65.hooks" not in site.imported()
