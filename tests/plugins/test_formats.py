"""Formats of plugins: read and written through them, attributed, contained, and never those of two."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.plugins.installing import HOOKS, Site

from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.plugins import Host
from clas_policy.problem import PluginError

NewHost = Callable[[], Host]

RECORD = {"dossier": {"id": "12-2024-0001"}, "totals": {"due": "12.50"}, "grants": [{"id": "ps", "how": {"of": [1]}}]}


def hook(name: str, body: str) -> str:
    return f"{HOOKS}import datetime, decimal\n\ndef one(given):\n    {body}\n\n@hookimpl\ndef clas_policy_{name}:\n    "


def renderer(body: str, name: str = "fiche") -> str:
    return hook("renderers()", body) + f"return {{{name!r}: one}}\n"


def reader(body: str, name: str = ".portail.csv") -> str:
    return hook("readers()", body) + f"return {{{name!r}: one}}\n"


def listener(body: str) -> str:
    return f"{HOOKS}heard = []\n\n@hookimpl\ndef clas_policy_decided(decision):\n    {body}\n"


def test_the_real_distribution_reads_and_writes_and_hears(site: Site, new_host: NewHost) -> None:
    site.install("aveyron")
    host = new_host()

    (dossier,) = host.readers()[".portail.csv"](b"numero;annee\n12-1;2024-2025\n", "export.portail.csv")
    text = host.renderers()["fiche"](RECORD)
    problems = host.decided(RECORD)

    from clas_policy_aveyron.hooks import told  # type: ignore[import-not-found]

    assert json.loads(dossier) == {"dossier": "12-1", "annee_scolaire": "2024-2025", "departement": "12"}
    assert text == "12-2024-0001 : 12.50 EUR\n"
    assert problems == ()
    assert told == ["12-2024-0001"]
    assert host.hears_decisions


def test_amounts_and_days_become_what_a_dossier_writes(site: Site, new_host: NewHost) -> None:
    body = "return [{'a': decimal.Decimal('12.50'), 'b': datetime.date(2024, 1, 2), 'c': ({'d': None, 'e': True},)}]"
    site.code("caf-12", "caf", reader(body))

    (dossier,) = new_host().readers()[".portail.csv"](b"", "x.portail.csv")

    assert json.loads(dossier) == {"a": "12.50", "b": "2024-01-02", "c": [{"d": None, "e": True}]}


@pytest.mark.parametrize(
    "body",
    [
        "return [{'a': 12.5}]",
        "return [{'a': float('nan')}]",
        "return [{'a': decimal.Decimal('NaN')}]",
        "return [{1: 2}]",
        "return [{'a': {1, 2}}]",
        "return [{'a': '\\ud800'}]",
        "return [1]",
        "return None",
        "yield {'a': 1}; raise SystemExit",
        "raise OSError('no')",
        "loop = []; loop.append(loop); return [{'a': loop}]",
    ],
)
def test_a_reader_that_fails_is_named_with_its_file_and_gives_nothing(site: Site, new_host: NewHost, body: str) -> None:
    site.code("caf-12", "caf", reader(body))
    read = new_host().readers()[".portail.csv"]

    with pytest.raises(PluginError) as caught:
        read(b"", "export.portail.csv")

    (problem,) = caught.value.problems
    assert problem.code == "CLAS-X311"
    for name in ("caf-12 1.0", "export.portail.csv", ".portail.csv"):
        assert name in str(problem.message)


@pytest.mark.parametrize("body", ["return 1", "return None", "return '\\ud800'", "raise SystemExit", "return b'x'"])
def test_a_renderer_that_fails_is_named_with_its_dossier(site: Site, new_host: NewHost, body: str) -> None:
    site.code("caf-12", "caf", renderer(body))
    write = new_host().renderers()["fiche"]

    with pytest.raises(PluginError) as caught:
        write(RECORD)

    (problem,) = caught.value.problems
    assert problem.code == "CLAS-X311"
    for name in ("caf-12 1.0", "fiche", "12-2024-0001"):
        assert name in str(problem.message)


@pytest.mark.parametrize(
    "change",
    [
        "given['totals']['due'] = '99.00'",
        "given['grants'].append(1)",
        "given['grants'][0]['how']['of'][0] = 2",
        "given.update(x=1)",
    ],
)
def test_a_renderer_cannot_change_the_decision(site: Site, new_host: NewHost, change: str) -> None:
    site.code("caf-12", "caf", renderer(f"{change}; return ''"))
    record = json.loads(json.dumps(RECORD))

    with pytest.raises(PluginError):
        new_host().renderers()["fiche"](record)

    assert record == RECORD


def test_a_listener_cannot_change_the_decision_and_what_it_returns_is_ignored(site: Site, new_host: NewHost) -> None:
    site.code("caf-12", "caf", listener("return {'outcome': 'admissible'}"))
    site.code("caf-65", "autre", listener("decision['totals']['due'] = '99.00'"))
    record = json.loads(json.dumps(RECORD))

    (problem,) = new_host().decided(record)

    assert problem.code == "CLAS-X312"
    assert "caf-65 1.0" in str(problem.message)
    assert "12-2024-0001" in str(problem.message)
    assert record == RECORD


def test_each_listener_hears_whatever_others_do(site: Site, new_host: NewHost) -> None:
    site.code("caf-a", "a", listener("raise SystemExit"))
    site.code("caf-b", "b", listener("heard.append(decision['dossier']['id'])"))
    host = new_host()

    problems = host.decided(RECORD)

    from caf_b.hooks import heard  # type: ignore[import-not-found]

    assert [problem.code for problem in problems] == ["CLAS-X312"]
    assert heard == ["12-2024-0001"]


def test_nobody_hears_where_no_plugin_listens(site: Site, new_host: NewHost) -> None:
    site.code("caf-12", "caf", renderer("return ''"))

    assert not new_host().hears_decisions


@pytest.mark.parametrize("kind", ["reader", "renderer"])
def test_a_format_that_two_claim_is_an_error_that_names_both(site: Site, new_host: NewHost, kind: str) -> None:
    text, name = (reader("return []"), ".portail.csv") if kind == "reader" else (renderer("return ''"), "fiche")
    site.code("caf-a", "a", text, prefixes=["departements.12"])
    site.code("caf-b", "b", text, version="2.0")
    host = new_host()

    with pytest.raises(PluginError) as caught:
        getattr(host, kind)(name)

    (problem,) = caught.value.problems
    assert problem.code == "CLAS-X302"
    assert str(problem.message) == f"`{name}` is claimed by caf-a 1.0 and by caf-b 2.0"
    assert getattr(host, f"{kind}s")() == {}
    assert host.closed("departements/12/2024-2025") is None


def test_a_broken_plugin_takes_no_format_from_another(site: Site, new_host: NewHost) -> None:
    site.code("caf-a", "a", renderer("return 'a'") + "\n1 / 0\n")
    site.code("caf-b", "b", renderer("return 'b'"))
    host = new_host()

    assert host.renderers()["fiche"](RECORD) == "b"
    assert [failure.distribution for failure in host.failures] == ["caf-a"]
    assert host.renderer("autre") is None


@pytest.mark.parametrize("kind", ["listener", "renderer", "reader", "import"])
def test_a_policy_that_a_hook_changed_gives_no_result(site: Site, new_host: NewHost, kind: str) -> None:
    change = (
        "import gc\n    from clas_policy.model.policy import Policy\n"
        "    [object.__setattr__(p, 'title', 'x') for p in gc.get_objects() "
        "if isinstance(p, Policy) and p.title == 'to be changed']\n    return ''"
    )
    code = {"listener": listener, "renderer": renderer, "reader": reader, "import": listener}[kind](change)
    site.code("caf-12", "caf", code if kind != "import" else f"{code}\nclas_policy_decided(decision={{}})")
    policy = replace(
        Catalogue([engine_shelf()]).compose("national/2024-2025", date(2024, 11, 5)), title="to be changed"
    )
    host = new_host()
    host.watch(policy)
    ask: dict[str, Callable[[], object]] = {
        "listener": lambda: host.decided(RECORD),
        "renderer": lambda: host.renderers()["fiche"](RECORD),
        "reader": lambda: host.readers()[".portail.csv"](b"", "export.portail.csv"),
        "import": lambda: host.decided(RECORD),
    }

    with pytest.raises(PluginError) as caught:
        ask[kind]()

    assert [problem.code for problem in caught.value.problems] == ["CLAS-X313"]
