"""What `plugins/README.md` shows is what works, and it leaves no hook out."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.plugins.installing import Site

from clas_policy import hookspecs
from clas_policy.catalogue import Catalogue, engine_shelf
from clas_policy.model.dossier import Dossier, Member
from clas_policy.plugins import Host, derive

README = (Path(__file__).parents[2] / "plugins" / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_every_hook_is_documented() -> None:
    hooks = [name for name in vars(hookspecs) if name.startswith("clas_policy_")]

    assert len(hooks) == 5
    assert [name for name in hooks if f"`{name}(" not in README] == []


def test_the_plugin_of_the_readme_derives_its_fact(site: Site, new_host: Callable[[], Host]) -> None:
    project = tomllib.loads("".join(blocks("toml")))["project"]
    layer = "departements/12/2024-2025"
    site.layers(
        "clas_policy_aveyron",
        {layer: blocks("yaml")[0].replace("aveyron", "essai").replace("by: essai", "by: aveyron")},
    )
    code = blocks("python")[0].replace("collectif.aveyron", "collectif.essai")
    (site.folder / "clas_policy_aveyron" / "hooks.py").write_text(code, encoding="utf-8")
    site.metadata(project["name"], project["version"], project["entry-points"], project["dependencies"])
    host = new_host()
    policy = Catalogue([*host.shelves(), engine_shelf()]).compose(layer, date(2024, 11, 5))
    members = (*(Member(name, {"collectif.essai_commune": name}) for name in ("Najac", "Rodez")), Member("?", {}))

    dossier, problems = derive(policy, Dossier("1", "2024-2025", "12", {}, {"collectif": members}), host)

    assert not host.failures
    assert not problems
    assert [member.facts.get("collectif.rural") for member in dossier.members["collectif"]] == [True, False, None]


def test_the_readme_names_the_fixtures_that_there_are() -> None:
    from clas_policy import testing

    imported = re.findall(r"from clas_policy\.testing import (.+)", README)

    assert imported
    assert {name.strip() for line in imported for name in line.split(",")} <= set(testing.__all__)
