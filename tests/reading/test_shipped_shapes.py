"""The shipped layers and the layers of the tests: well formed, complete to the scheme, and fit to be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clas_policy.reading.nodes import Mapping, Node, Scalar, Sequence
from clas_policy.reading.schema import shape_problems
from clas_policy.reading.yaml_nodes import parse

ROOT = Path(__file__).parents[2]
NATIONAL = ROOT / "policies"
GERS = ROOT / "plugins" / "clas-policy-gers" / "src" / "clas_policy_gers" / "policies"
FIXTURES = ROOT / "tests" / "fixtures" / "policies"
LAYERS = [
    file
    for folder in (NATIONAL, GERS, FIXTURES)
    for file in sorted(folder.rglob("*.yaml"))
    if not file.name.endswith((".test.yaml", ".report.yaml"))
]
REFERENTIEL = NATIONAL / "national" / "referentiel-2019.yaml"
BAREME = NATIONAL / "national" / "2024-2025.yaml"
GERS_2024 = GERS / "departements" / "32" / "2024-2025.yaml"


def read(file: Path) -> Mapping:
    parsed = parse(file.read_bytes(), file.relative_to(ROOT).as_posix())
    assert not parsed.problems
    assert parsed.root is not None
    return parsed.root


def section(file: Path, name: str) -> Mapping:
    found = read(file).get(name)
    assert isinstance(found, Mapping), name
    return found


def names(file: Path, name: str) -> list[str]:
    return [key.text for key, _ in section(file, name) if key.text != "source"]


def text(node: Node | None, *path: str) -> str:
    for key in path:
        assert isinstance(node, Mapping), path
        node = node.get(key)
    assert isinstance(node, Scalar), path
    return node.text


def scalars(node: Node, key: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every value with the key it stands at."""
    match node:
        case Mapping():
            for name, value in node:
                yield from scalars(value, name.text)
        case Sequence(items=items):
            for item in items:
                yield from scalars(item, key)
        case Scalar():
            yield key, node


@pytest.mark.parametrize("file", LAYERS, ids=lambda file: file.stem)
def test_a_layer_has_no_problem_of_shape(file: Path) -> None:
    assert shape_problems(read(file)) == []


def test_the_layers_are_found() -> None:
    assert {file.stem for file in LAYERS} >= {"referentiel-2019", "2024-2025", "referentiel-2001", "2004-2005"}
    assert GERS_2024 in LAYERS


@pytest.mark.parametrize("file", LAYERS, ids=lambda file: file.stem)
def test_the_id_of_a_layer_is_its_path(file: Path) -> None:
    folder = next(folder for folder in (NATIONAL, GERS, FIXTURES) if file.is_relative_to(folder))
    expected = re.sub(r"\.v[0-9]+$", "", file.relative_to(folder).with_suffix("").as_posix())
    assert text(read(file), "policy") == expected


@pytest.mark.parametrize("file", [REFERENTIEL, BAREME, *sorted(FIXTURES.rglob("*.yaml"))], ids=lambda file: file.stem)
def test_the_first_line_shows_editors_the_schema(file: Path) -> None:
    match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text("utf-8"))
    assert match
    assert (file.parent / match[1]).resolve() == ROOT / "schemas" / "policy.schema.json"


@pytest.mark.parametrize("file", LAYERS, ids=lambda file: file.stem)
def test_what_people_read_is_a_french_phrase_in_plain_characters(file: Path) -> None:
    root = read(file)
    for key, node in scalars(root):
        where = f"{node.span}: {node.text}"
        assert not re.search("[\u00a0\u202f\u2018\u2019\u201c\u201d]", node.text), where
        assert node.text == node.text.strip(), where
        if key in ("label", "question", "help", "text", "title"):
            assert re.match(r"[A-ZÀÉ«]|caf\.fr", node.text), where
        if key == "label":
            assert not node.text.endswith("."), where
        if key == "question":
            assert node.text.endswith((" ?", " ? ", "euros ?")), where
        if key in ("help", "text"):
            assert node.text.endswith("."), where


@pytest.mark.parametrize("file", LAYERS, ids=lambda file: file.stem)
def test_every_source_names_a_document_of_the_layer_or_of_the_referentiel(file: Path) -> None:
    documents = set(names(REFERENTIEL, "documents")) | set(
        names(FIXTURES / "national/referentiel-2001.yaml", "documents")
    )
    sources = [node.text for key, node in scalars(read(file)) if key == "source"]
    assert sources
    assert {source.split(",", maxsplit=1)[0] for source in sources} <= documents


# The scheme, row by row


def test_the_referentiel_declares_the_facts_of_the_base_dossier() -> None:
    dossier = [
        "depot.date",
        "depot.plateforme",
        "depot.pluriannualite",
        "porteur.nom",
        "porteur.renouvellement",
        "bilan.financier_afas",
        "bilan.questionnaire_sphinx",
        "axes.enfants",
        "axes.parents",
        "axes.ecole",
        "axes.territoire",
        "charte.respectee",
        "projet.hors_temps_scolaire",
        "projet.besoins_identifies",
        "description.enfants",
        "description.parents",
        "description.ecole",
        "description.ressources",
        "partenariat.etablissements_scolaires",
        "partenariat.reaap",
        "partenariat.autres_dispositifs",
        "formation.participation",
    ]
    group = [
        "effectif",
        "rural",
        "niveaux",
        "depenses",
        "intervenants",
        "socle.enfants",
        "socle.parents",
        "bonus_enfants.projet_structure",
        "bonus_enfants.materiel",
        "bonus_enfants.intervenants",
        "bonus_enfants.sorties",
        "bonus_enfants.accord",
        "bonus_parents.projet_specifique",
        "bonus_parents.intervenants",
        "bonus_parents.actions_specifiques",
        "bonus_parents.public_cible",
        "bonus_parents.accord",
    ]
    assert names(REFERENTIEL, "facts") == [*dossier, *(f"collectif.{name}" for name in group)]


def test_the_facts_have_the_types_of_the_base_dossier() -> None:
    facts = section(REFERENTIEL, "facts")
    types = {key.text: text(body, "type") for key, body in facts}
    others = {name: kind for name, kind in types.items() if kind != "boolean"}
    assert others == {
        "depot.date": "date",
        "depot.plateforme": "choice",
        "porteur.nom": "text",
        "partenariat.autres_dispositifs": "choices",
        "collectif.effectif": "integer",
        "collectif.niveaux": "choices",
        "collectif.depenses": "money",
        "collectif.intervenants": "integer",
        "collectif.socle.enfants": "integer",
        "collectif.socle.parents": "integer",
    }
    options = {key.text: [k.text for k, _ in of] for key, body in facts if isinstance(of := _get(body, "of"), Mapping)}
    assert options == {
        "depot.plateforme": ["elan", "papier", "courriel"],
        "partenariat.autres_dispositifs": ["pre", "pedt", "pel"],
        "collectif.niveaux": ["maternelle", "elementaire", "college", "lycee"],
    }


def _get(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def test_every_national_row_of_the_scheme_stands_in_the_referentiel() -> None:
    assert names(REFERENTIEL, "criteria") == [
        "quatre_axes",
        "taille_collectif",
        "public",
        "hors_temps_scolaire",
        "charte",
        "criteres_bonus_enfants",
        "criteres_bonus_parents",
    ]
    assert names(REFERENTIEL, "grants") == ["ps", "bonus_enfants", "bonus_parents"]
    assert names(REFERENTIEL, "orientations") == [
        "au_dela_du_socle",
        "deux_intervenants",
        "formation",
        "aide_superieure_aux_depenses",
    ]
    readings = _get(section(REFERENTIEL, "criteria").get("criteres_bonus_parents") or read(REFERENTIEL), "readings")
    assert isinstance(readings, Mapping)
    assert [key.text for key, _ in readings] == ["par_symetrie", "au_moins_un"]
    assert "admissibility" not in read(REFERENTIEL)


def test_only_the_yearly_figures_are_left_open_to_the_year() -> None:
    parameters = section(REFERENTIEL, "parameters")
    open_ones = {key.text for key, body in parameters if _get(body, "open_to") is not None}
    closed = {key.text: text(body, "value") for key, body in parameters if _get(body, "value") is not None}
    assert open_ones == {"taux_ps", "prix_plafond", "montant_bonus_enfants", "montant_bonus_parents"}
    assert closed == {"effectif_min": "8", "effectif_max": "12", "effectif_min_rural": "5"}
    assert text(section(REFERENTIEL, "facts"), "collectif.rural", "open_to") == "local"
    assert text(section(REFERENTIEL, "criteria"), "criteres_bonus_parents", "open_to") == "local"


def test_the_figures_of_the_two_known_years_are_those_of_the_sources() -> None:
    def figures(file: Path) -> list[str]:
        return [node.text for key in ("set", "published") for _, node in scalars(read(file).get(key) or read(file))]

    assert figures(BAREME) == ["32.5 %", "8487 EUR", "329 EUR", "329 EUR", "ps", "2758.28 EUR"]
    assert figures(FIXTURES / "national" / "2004-2005.yaml") == ["30 %", "5599 EUR", "ps", "1680 EUR", "1 EUR"]
    years = [file.stem for file in (NATIONAL / "national").glob("[0-9]*.yaml") if not file.stem.endswith(".test")]
    assert years == ["2024-2025"]


def test_every_row_of_the_gers_stands_in_its_layer() -> None:
    assert names(GERS_2024, "deadlines") == ["gers_depot", "gers_bilan_activite", "gers_reunions"]
    assert text(section(GERS_2024, "deadlines"), "gers_depot", "last_day") == "2024-10-30"
    assert text(section(GERS_2024, "deadlines"), "gers_depot", "late") == "inadmissible"
    assert text(section(GERS_2024, "deadlines"), "gers_bilan_activite", "when_text") == "à partir de juin 2024"
    criteria = section(GERS_2024, "criteria")
    assert {key.text: text(body, "only_if") for key, body in criteria} == {
        "gers_bilan_financier": "porteur.renouvellement",
        "gers_questionnaire_sphinx": "porteur.renouvellement",
    }
    admissibility = read(GERS_2024).get("admissibility")
    assert admissibility is not None
    assert [node.text for _, node in scalars(admissibility)] == [key.text for key, _ in criteria]
    weights = {key.text: text(body, "weight") for key, body in section(GERS_2024, "orientations")}
    assert weights == {
        "gers_partenariat_ecoles": "mandatory",
        "gers_elan": "advisory",
        "gers_pluriannualite": "advisory",
        "gers_description": "advisory",
        "gers_besoins": "advisory",
        "gers_reaap": "advisory",
        "gers_dispositifs": "advisory",
    }
    committee = text(section(GERS_2024, "texts"), "gers_comite", "text")
    for member in ("Caf", "secrétariat", "Éducation nationale", "Conseil départemental", "MSA", "DDCSPP"):
        assert member in committee


def test_the_gers_adds_names_under_its_prefix_and_sets_no_figure() -> None:
    root = read(GERS_2024)
    for part in ("deadlines", "criteria", "orientations", "texts"):
        assert all(name.startswith("gers_") for name in names(GERS_2024, part)), part
    assert not any(key in root for key in ("set", "choose", "replace", "grants", "parameters"))


# The guide beside the policies


def keys_of(node: Node, depth: int = 0) -> Iterator[str]:
    """The keywords of a layer: its keys, without the names of entries."""
    match node:
        case Mapping():
            for key, value in node:
                if depth != 1:
                    yield key.text
                yield from keys_of(value, depth + 1)
        case Sequence(items=items):
            for item in items:
                yield from keys_of(item, 2)
        case Scalar():
            return


def test_the_guide_lists_first_the_25_keywords_that_a_department_needs() -> None:
    guide = (NATIONAL / "README.md").read_text("utf-8")
    part = guide.partition("## Les 25 mots clés")[2].partition("## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", part, flags=re.MULTILINE)
    assert len(listed) == 25
    assert set(keys_of(read(GERS_2024))) | {"documents"} == set(listed)


def test_the_guide_names_every_keyword_and_every_value_of_the_schema() -> None:
    schema = json.loads((ROOT / "schemas" / "policy.schema.json").read_text("utf-8"))
    words: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            properties = node.get("properties")
            words.update(properties if isinstance(properties, dict) else ())
            if "title" in node:
                words.update(node.get("enum", ()))
            for key, value in node.items():
                if key not in ("examples", "if"):
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema)
    guide = (NATIONAL / "README.md").read_text("utf-8")
    assert len(words) > 90
    assert {word for word in words if f"`{word}`" not in guide} == set()
