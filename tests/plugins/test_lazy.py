"""What is imported, and when: a plugin that is not needed costs nothing and cannot harm."""

import json
import os
import subprocess
import sys

from tests.plugins.installing import Site

NATIONAL = """
from datetime import date
from clas_policy import plugins
from clas_policy.catalogue import Catalogue, engine_shelf
host = plugins.host()
catalogue = Catalogue([*host.shelves(), engine_shelf()])
assert host.closed("national/2024-2025") is None
catalogue.compose("national/2024-2025", date(2024, 11, 5))
"""


YAML_ALONE = """
from clas_policy import plugins
host = plugins.host()
assert host.shelves() and host.closed("departements/12/decazeville/2024-2025") is None and not host.hears_decisions
assert not host.renderers() and not host.readers()
"""


def modules_after(program: str, site: Site) -> set[str]:
    """The modules that a program of its own has imported when it ends."""
    ending = "\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(site.folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program + ending], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stdout))


def test_the_shelves_of_plugins_without_code_import_neither_them_nor_pluggy(site: Site) -> None:
    site.install("decazeville")

    modules = modules_after(YAML_ALONE, site)

    assert "clas_policy_decazeville" not in modules
    assert "pluggy" not in modules
    assert "importlib.metadata" not in modules


def test_finding_code_imports_neither_it_nor_pluggy(site: Site) -> None:
    site.install("aveyron")

    modules = modules_after(
        "from clas_policy import plugins\nh = plugins.host()\nh.shelves(), h.listing(), h.refs()", site
    )

    assert "clas_policy_aveyron" not in modules
    assert "pluggy" not in modules


def test_national_policies_import_no_plugin(site: Site) -> None:
    site.install("aveyron")
    site.code("caf-65", "caf", "1 / 0", prefixes=["departements.65"])

    modules = modules_after(NATIONAL, site)

    assert not {"clas_policy_aveyron", "caf_65", "pluggy"} & modules


def test_a_department_imports_its_own_plugin_and_no_other(site: Site) -> None:
    site.install("aveyron")
    site.code("caf-65", "caf", "1 / 0", prefixes=["departements.65"])
    program = "from clas_policy import plugins\nassert plugins.host().closed('departements/12/2024-2025') is None"

    modules = modules_after(program, site)

    assert "clas_policy_aveyron.hooks" in modules
    assert "caf_65" not in modules
