"""What a host knows without importing anything, and what closes when a plugin is broken."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.plugins.installing import ENGINE, Site

from clas_policy import plugins
from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.plugins import Host
from clas_policy.version import __version__

NewHost = Callable[[], Host]
OURS = "departements/12/2024-2025"
TOWNS = "departements/12/decazeville/2024-2025"
DAY = date(2024, 11, 5)


def codes(host: Host) -> list[str]:
    return [failure.problem.code for failure in host.failures]


def test_layers_are_found_with_their_owner_and_nothing_is_imported(site: Site, new_host: NewHost) -> None:
    site.install("decazeville")
    host = new_host()

    (shelf,) = host.shelves()

    assert shelf.folder == site.folder / "clas_policy_decazeville" / "policies"
    assert shelf.shipped_by == "clas-policy-decazeville 0.3.0"
    assert shelf.label == "clas-policy-decazeville"
    assert shelf.owns == ("departements/12/decazeville",)
    assert [tuple(ref) for ref in host.refs()] == [("departements.12.decazeville", "clas-policy-decazeville", "0.3.0")]
    assert host.failures == ()
    assert site.imported() == set()


def test_a_longer_prefix_owns_what_is_below_it(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    site.install("decazeville")

    catalogue = Catalogue([*new_host().shelves(), engine_shelf()])

    assert catalogue.problems == ()
    assert catalogue.compose(OURS, DAY).layers[-1].shipped_by == "clas-policy-aveyron 1.2.0"
    assert catalogue.compose(TOWNS, DAY).layers[-1].shipped_by == "clas-policy-decazeville 0.3.0"


def test_a_layer_in_the_land_of_a_longer_prefix_is_refused(site: Site, new_host: NewHost) -> None:
    site.install("decazeville")
    site.yaml("caf-12", ["departements.12"], {TOWNS.replace("2024-2025", "2025"): ""})

    catalogue = Catalogue([*new_host().shelves(), engine_shelf()])

    assert [problem.code for problem in catalogue.problems] == ["CLAS-L209"]


@pytest.mark.parametrize("stray", ["national/2024-2025", "departements/65/2024-2025", "autre/2024"])
def test_a_layer_outside_the_prefix_of_its_distribution_is_refused(site: Site, new_host: NewHost, stray: str) -> None:
    site.yaml("caf-12", ["departements.12"], {OURS: "", stray: ""})
    host = new_host()

    shelves = host.shelves()
    (failure,) = host.failures

    assert shelves == ()
    assert failure.problem.code == "CLAS-X302"
    assert str(failure.problem.message) == f"caf-12 1.0 ships `{stray}`, which is not its own"
    assert host.closed(OURS) == failure


def test_a_distribution_owns_nothing_by_default(site: Site, new_host: NewHost) -> None:
    site.layers("caf_12", {OURS: ""})
    site.metadata("caf-12", "1.0", {"console_scripts": {"clas_policy.layers": "caf_12"}})

    host = new_host()

    assert host.shelves() == ()
    assert host.plugins == ()


@pytest.mark.parametrize("name", ["national", "national.x", "National"])
def test_what_is_the_engines_own_cannot_be_claimed(site: Site, new_host: NewHost, name: str) -> None:
    site.yaml("caf-12", [name])

    host = new_host()

    assert codes(host) == ["CLAS-X302"]
    assert "clas-policy " + __version__ in str(host.failures[0].problem.message)
    assert host.shelves() == ()


@pytest.mark.parametrize("name", ["departements", "departements/12", "..", "departements..12", "a b", ".12"])
def test_a_name_that_is_no_prefix_of_ids_is_refused(site: Site, new_host: NewHost, name: str) -> None:
    site.yaml("caf-12", [name])

    assert codes(new_host()) == ["CLAS-X304"]


def test_two_claims_on_one_prefix_name_both_and_choose_none(site: Site, new_host: NewHost) -> None:
    site.yaml("caf-a", ["departements.12"], {OURS: ""})
    site.yaml("caf-b", ["departements.12"], {OURS: ""}, version="2.0")
    site.yaml("caf-c", ["departements.65"], {"departements/65/2024-2025": ""})
    host = new_host()

    closed = host.closed(OURS)

    assert [shelf.label for shelf in host.shelves()] == ["caf-c"]
    assert codes(host) == ["CLAS-X302", "CLAS-X302"]
    assert closed is not None
    assert str(closed.problem.message) == "`departements.12` is claimed by caf-a 1.0 and by caf-b 2.0"
    assert host.closed("departements/65/2024-2025") is None


def test_capitals_do_not_make_another_prefix(site: Site, new_host: NewHost) -> None:
    site.yaml("caf-a", ["departements.2A"])
    site.yaml("caf-b", ["departements.2a"])

    assert codes(new_host()) == ["CLAS-X302", "CLAS-X302"]


def test_two_claims_on_one_name_of_a_plugin_name_both(site: Site, new_host: NewHost) -> None:
    site.code("caf-a", "caf", "1 / 0")
    site.code("caf-b", "caf", "1 / 0")
    host = new_host()

    assert [str(failure.problem.message) for failure in host.failures] == [
        "`caf` is claimed by caf-a 1.0 and by caf-b 1.0"
    ] * 2
    assert host.renderers() == {}
    assert site.imported() == set()


@pytest.mark.parametrize(
    "requirement", ["clas-policy>=0.2", "clas-policy<0.1", "clas_policy (==9.*)", "clas-policy~=1.4"]
)
def test_another_engine_is_refused_before_any_import_with_the_command_to_run(
    site: Site, new_host: NewHost, requirement: str
) -> None:
    site.code("caf-12", "caf", "1 / 0", prefixes=["departements.12"], requires=["click", requirement])
    host = new_host()

    closed = host.closed(OURS)

    assert closed is not None
    assert closed.problem.code == "CLAS-X301"
    assert "pip install" in str(closed.problem.hint)
    assert host.shelves() == ()
    assert site.imported() == set()


@pytest.mark.parametrize("requires", [[], ["clas-policy-gers>=1"], ["clas-policy; extra == 'test'"]])
def test_a_plugin_says_which_engines_it_works_with(site: Site, new_host: NewHost, requires: list[str]) -> None:
    site.yaml("caf-12", ["departements.12"], {OURS: ""}, requires=requires)

    assert codes(new_host()) == ["CLAS-X301"]


def test_two_versions_of_one_distribution_are_refused(site: Site, new_host: NewHost) -> None:
    site.yaml("caf-12", ["departements.12"], {OURS: ""}, version="1.0")
    site.yaml("caf-12", ["departements.12"], {OURS: ""}, version="1.1")
    host = new_host()

    assert set(codes(host)) == {"CLAS-X305"}
    assert "1.0, 1.1" in str(host.failures[0].problem.message)
    assert host.shelves() == ()


@pytest.mark.parametrize("package", ["nowhere", "caf_12.nowhere", "json", "os.path", "a-b"])
def test_a_package_without_layers_is_named_and_closed(site: Site, new_host: NewHost, package: str) -> None:
    site.metadata("caf-12", "1.0", {"clas_policy.layers": {"departements.12": package}})
    host = new_host()

    closed = host.closed(OURS)

    assert closed is not None
    assert closed.name == "departements.12"
    assert closed.distribution == "caf-12"
    assert closed.version == "1.0"
    assert closed.prefixes == ("departements/12",)


def test_national_ids_are_never_closed_and_import_nothing(site: Site, new_host: NewHost) -> None:
    site.code("caf-12", "caf", "1 / 0", prefixes=["departements.12"])
    host = new_host()

    assert host.closed("national/2024-2025") is None
    assert host.closed("departements/65/2024-2025") is None
    assert host.closed("departements/123/2024-2025") is None
    assert site.imported() == set()
    assert host.failures == ()


def test_a_broken_town_leaves_its_department_alone_and_the_reverse(site: Site, new_host: NewHost) -> None:
    site.yaml("town", ["departements.12.decazeville"], {TOWNS: ""}, requires=["clas-policy>=9"])
    site.yaml("caf-12", ["departements.12"], {OURS: ""})
    site.yaml("caf-65", ["departements.65"], requires=["clas-policy>=9"])
    site.yaml("tarbes", ["departements.65.tarbes"], {"departements/65/tarbes/2024": ""})
    host = new_host()

    assert host.closed(OURS) is None
    assert getattr(host.closed(TOWNS), "distribution", "") == "town"
    assert getattr(host.closed("departements/65/2024-2025"), "distribution", "") == "caf-65"
    assert host.closed("departements/65/tarbes/2024") is None


def test_without_plugins_there_are_none(site: Site) -> None:
    site.install("aveyron")
    site.yaml("caf-65", ["departements.65"], requires=["clas-policy>=9"])

    host = plugins.host(without_plugins=True)

    assert host.shelves() == ()
    assert host.refs() == ()
    assert host.failures == ()
    assert host.closed(OURS) is None
    assert not host.hears_decisions
    assert dict(host.renderers()) == {}


def test_the_listing_says_what_each_plugin_is_and_imports_none(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    site.yaml("caf-65", ["departements.65"], requires=["clas-policy>=9"])
    site.metadata("caf-9", "1.0", {"clas_policy.layers": {"departements.9": "nowhere"}}, [ENGINE])

    listed = new_host().listing()

    assert [(entry.name, entry.distribution, entry.version, entry.kind, entry.prefixes) for entry in listed] == [
        ("aveyron", "clas-policy-aveyron", "1.2.0", "code", ("departements/12",)),
        ("departements.12", "clas-policy-aveyron", "1.2.0", "layers", ("departements/12",)),
        ("departements.65", "caf-65", "1.0", "layers", ("departements/65",)),
        ("departements.9", "caf-9", "1.0", "layers", ("departements/9",)),
    ]
    assert [entry.problem.code if entry.problem else None for entry in listed] == [None, None, "CLAS-X301", "CLAS-X303"]
    assert site.imported() == set()


def test_a_policy_rests_on_those_that_ship_its_layers_and_derive_its_facts(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    site.install("decazeville")
    host = new_host()
    catalogue = Catalogue([*host.shelves(), engine_shelf()])

    def names(layer_id: str) -> list[str]:
        return [ref.name for ref in host.refs(catalogue.compose(layer_id, DAY))]

    assert [ref.name for ref in host.refs()] == ["aveyron", "departements.12", "departements.12.decazeville"]
    assert names(OURS) == ["aveyron", "departements.12"]
    assert names(TOWNS) == ["departements.12.decazeville"]
    assert names("national/2024-2025") == []
