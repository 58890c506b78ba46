"""Nothing depends on the order in which plugins are found or registered."""

import random
import sys
from collections.abc import Callable
from datetime import date

import pytest
from tests.plugins.installing import HOOKS, Site
from tests.plugins.test_formats import RECORD, renderer

from clas_policy import plugins
from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.plugins import Host, installed
from clas_policy.problem import PluginError

NewHost = Callable[[], Host]


def everything(host: Host) -> str:
    """What a host answers, as text."""
    ids = ["departements/12/2024-2025", "departements/12/decazeville/2024-2025", "departements/48/2024-2025"]
    catalogue = Catalogue([*host.shelves(), engine_shelf()])
    with pytest.raises(PluginError) as contested:
        host.renderer("carte")
    parts = [
        str(contested.value),
        host.shelves(),
        host.listing(),
        host.refs(),
        [host.closed(layer_id) for layer_id in ids],
        {name: claim.owner for name, claim in host.derivations().items()},
        {name: write(RECORD) for name, write in host.renderers().items()},
        list(host.readers()),
        host.decided(RECORD),
        host.failures,
        catalogue.problems,
        [catalogue.compose(layer_id, date(2024, 11, 5)) for layer_id in ids[:2]],
    ]
    return "\n".join(map(repr, parts))


@pytest.fixture
def crowd(site: Site) -> Site:
    """Sound plugins, broken ones, and some that claim the same."""
    site.install("aveyron")
    site.install("decazeville")
    site.code("caf-a", "a", renderer("return 'a'", "carte"))
    site.code("caf-b", "b", renderer("return 'b'", "autre"))
    site.code("caf-c", "c", renderer("return 'c'", "carte"))
    site.code("caf-d", "d", f"{HOOKS}@hookimpl\ndef clas_policy_decided(decision):\n    raise ValueError('d')")
    site.code("caf-e", "e", f"{HOOKS}@hookimpl\ndef clas_policy_decided(decision):\n    raise ValueError('e')")
    site.code("caf-f", "f", "1 / 0", prefixes=["departements.48"])
    site.yaml("caf-g", ["departements.46"])
    site.yaml("caf-h", ["departements.46"])
    return site


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_distributions_and_entry_points_changes_nothing(
    crowd: Site, new_host: NewHost, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    expected = everything(new_host())
    found = list(installed.distributions())
    shuffled = random.Random(seed)  # noqa: S311
    shuffled.shuffle(found)
    mixed = []
    for distribution in found:
        points = list(distribution.entry_points)
        shuffled.shuffle(points)
        mixed.append(
            type(distribution)(
                distribution.name, distribution.version, distribution.requires, tuple(points), distribution.place
            )
        )
    assert mixed != list(installed.distributions())

    monkeypatch.setattr(
        plugins,
        "distributions",
        lambda: tuple(one for one in mixed if one.place and one.place.is_relative_to(crowd.folder)),
    )

    assert everything(new_host()) == expected


def test_what_was_asked_before_changes_nothing(crowd: Site, new_host: NewHost) -> None:
    expected = everything(new_host())
    host = new_host()
    host.closed("departements/48/2024-2025")
    for absent in ("c/none", "b/none"):
        with pytest.raises(PluginError):
            host.derivation(absent)

    assert everything(host) == expected


def test_a_second_path_to_the_same_folder_is_no_second_plugin(
    site: Site, new_host: NewHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("decazeville")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site.folder / "." / "..") + "/site/"])
    host = new_host()

    assert len(host.shelves()) == 1
    assert host.failures == ()


def test_the_order_of_registration_changes_nothing(site: Site, new_host: NewHost) -> None:
    for name in "abc":
        site.code(f"caf-{name}", name, f"{HOOKS}@hookimpl\ndef clas_policy_decided(decision):\n    raise ValueError")
    expected = [str(problem.message) for problem in new_host().decided(RECORD)]
    host = new_host()
    for name in "cba":  # each is loaded, and so registered, when it is asked for
        with pytest.raises(PluginError):
            host.derivation(f"{name}/nothing")

    assert [str(problem.message) for problem in host.decided(RECORD)] == expected
    assert len(expected) == 3
