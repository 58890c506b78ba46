"""Installs distributions of plugins into a folder of a test, as pip would lay them out, metadata by hand."""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from textwrap import dedent

DISTRIBUTIONS = Path(__file__).parent / "distributions"
ENGINE = "clas-policy>=0.1,<0.2"

LAYER = """\
policy: {id}
extends: national/2024-2025
version: 1
status: in_force
title: Couche d'essai
prefix: essai
documents:
  essai: {{title: Document d'essai}}
source: essai, §1
{more}"""

HOOKS = "from clas_policy.hookspecs import hookimpl\n\n\n"


@dataclass
class Site:
    """A folder on ``sys.path`` that holds what a test installs."""

    folder: Path
    packages: set[str] = field(default_factory=set)

    def install(self, name: str) -> None:
        """Installs one of the real distributions beside this file, from its ``pyproject.toml``."""
        source = DISTRIBUTIONS / name
        project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        copytree(source / "src", self.folder, dirs_exist_ok=True)
        self.packages.update(path.name for path in (source / "src").iterdir())
        self.metadata(project["name"], project["version"], project["entry-points"], project["dependencies"])

    def yaml(
        self,
        name: str,
        prefixes: Sequence[str],
        layers: Mapping[str, str] | None = None,
        *,
        version: str = "1.0",
        requires: Sequence[str] = (ENGINE,),
    ) -> str:
        """Installs layers without code; gives the name of the package. `layers`: what each says besides its head."""
        package = name.replace("-", "_")
        self.layers(package, layers or {})
        groups = {"clas_policy.layers": dict.fromkeys(prefixes, package)}
        self.metadata(name, version, groups, requires)
        return package

    def code(
        self,
        name: str,
        plugin: str,
        text: str,
        *,
        prefixes: Sequence[str] = (),
        version: str = "1.0",
        requires: Sequence[str] = (ENGINE,),
    ) -> Path:
        """Installs a plugin of one module, with the layers that `prefixes` name; gives the module's file."""
        package = name.replace("-", "_")
        self.layers(package, {f"{prefix.replace('.', '/')}/2024-2025": "" for prefix in prefixes})
        file = self.folder / package / "hooks.py"
        file.write_text(dedent(text), encoding="utf-8")
        groups = {"clas_policy": {plugin: f"{package}.hooks"}}
        if prefixes:
            groups["clas_policy.layers"] = dict.fromkeys(prefixes, package)
        self.metadata(name, version, groups, requires)
        return file

    def layers(self, package: str, layers: Mapping[str, str]) -> None:
        folder = self.folder / package
        (folder / "policies").mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text('"""A test."""\n', encoding="utf-8")
        self.packages.add(package)
        for layer_id, more in layers.items():
            file = folder / "policies" / f"{layer_id}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(LAYER.format(id=layer_id, more=more), encoding="utf-8")

    def metadata(
        self, name: str, version: str, groups: Mapping[str, Mapping[str, str]], requires: Sequence[str] = (ENGINE,)
    ) -> Path:
        """Writes a ``.dist-info``; gives its folder."""
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {requirement}" for requirement in requires]
        (info / "METADATA").write_text("\n".join([*lines, "", "A test."]), encoding="utf-8")
        points = [
            f"[{group}]\n" + "".join(f"{point} = {value}\n" for point, value in entries.items())
            for group, entries in groups.items()
        ]
        (info / "entry_points.txt").write_text("\n".join(points), encoding="utf-8")
        return info

    def imported(self) -> set[str]:
        """The modules of what is installed here that have been imported."""
        return {name for name in sys.modules if name.partition(".")[0] in self.packages}

    def forget(self) -> None:
        """Lets the next import start afresh."""
        for name in self.imported():
            del sys.modules[name]
