"""``confirm``: what is left of a draft, answered by options or by questions, until it may be in force."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.cli.conftest import Run
from tests.policy_texts import GERS, ROOT

LANGUAGES = pytest.mark.parametrize("lang", ["fr", "en"])
ANNUAL, LOCAL = "national/2002-2003", "departements/09/2002-2003"
DAY = ("--checked-on", "2002-06-01")
FIGURES = ("--set", "taux=40 %", "--set", "plafond=6000 EUR", "--set", "published.aide.at_most=2400 EUR")


@pytest.fixture
def drafts(rules: Path, run: Run) -> Path:
    """The drafts of the next year."""
    assert run("new-year", "2002-2003", "--all").code == 0
    return rules


def text_of(folder: Path, layer: str) -> str:
    return (folder / f"{layer}.yaml").read_text(encoding="utf-8")


@LANGUAGES
@pytest.mark.parametrize("output", ["text", "json"])
def test_what_is_left_is_listed(output: str, lang: str, drafts: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    ran = run("confirm", LOCAL, "--list", "--output", output, "--lang", lang)
    assert ran.code == 1
    assert str(ran) == snapshot


def test_all_at_once_then_in_force(drafts: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    sourced = ("--source", "circulaire, §3", "--set", "source=circulaire, §3")
    ran = run("confirm", ANNUAL, *DAY, *sourced, *FIGURES, "--in-force")
    assert (ran.code, ran.out) == (0, "")
    assert text_of(drafts, ANNUAL) == snapshot
    assert run("check", ANNUAL, "-q").code == 0
    assert run("confirm", ANNUAL, "--list").code == 0


def test_each_value_may_have_its_own_source(drafts: Path, run: Run) -> None:
    document = ("--document", "bo=Bulletin officiel, 2002")
    ran = run("confirm", ANNUAL, *DAY, *document, "--set", "taux=40 %", "--set", "taux.source=bo, p. 3")
    assert ran.code == 0
    text = text_of(drafts, ANNUAL)
    assert '  taux: {value: 40 %, source: "bo, p. 3", checked_on: 2002-06-01}\n' in text
    assert "documents:\n  bo:\n    title: Bulletin officiel, 2002\n" in text


def test_the_same_as_last_year(drafts: Path, run: Run) -> None:
    ran = run("confirm", ANNUAL, *DAY, "--same", "taux", "--same", "set.plafond", "--same", "source")
    assert ran.code == 0
    assert "1 value left to confirm" in ran.err
    text = text_of(drafts, ANNUAL)
    assert "  taux: {value: 30 %, checked_on: 2002-06-01}\n" in text
    assert "source: circulaire, §2\n" in text


def test_what_is_confirmed_counts_as_looked_at(drafts: Path, run: Run) -> None:
    assert run("confirm", ANNUAL, *DAY, "--same", "source", *FIGURES).code == 0
    stale = run("check", ANNUAL, "--stale", "12m", "--as-of", "2002-12-01", "--output", "json")
    named = [problem["message"] for problem in json.loads(stale.out) if problem["code"] == "CLAS-L221"]
    assert not [message for message in named if "`taux`" in message or "`plafond`" in message]
    later = run("check", ANNUAL, "--stale", "12m", "--as-of", "2003-12-01", "--output", "json")
    assert "`taux` was last compared with its source, circulaire, §2, on 2002-06-01" in later.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--set", "taux=40"), 3, "CLAS-P131"),
        (("--set", "taux=40 %", "--set", "plafond=6 000 €"), 3, "write `6000 EUR`"),
        (("--set", "taux=40 % # oui"), 3, "CLAS-P131"),
        (("--set", "taux=40 %, x: 3"), 3, "CLAS-P131"),
        (("--set", "source=inconnu, §1"), 3, "CLAS-P109"),
        (("--same", "source", *FIGURES[:4], "--set", "published.aide.at_most=2401 EUR"), 3, "CLAS-P190"),
        (("--set", "tauxx=40 %"), 2, "did you mean `taux`?"),
        (("--same", "tauxx"), 2, "CLAS-E201"),
        (("--set", "taux"), 2, "is not written `NAME=VALUE`"),
        (("--in-force",), 3, "CLAS-P181"),
        (("--list", "--same", "taux"), 2, "`--list` changes nothing"),
        ((), 2, "this is no terminal"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    arguments: tuple[str, ...], code: int, said: str, drafts: Path, run: Run
) -> None:
    before = text_of(drafts, ANNUAL)
    ran = run("confirm", ANNUAL, *DAY, *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert text_of(drafts, ANNUAL) == before


def test_no_value_of_last_year_cannot_be_taken(drafts: Path, run: Run) -> None:
    file = drafts / f"{ANNUAL}.yaml"
    file.write_text(text_of(drafts, ANNUAL).replace(" # 2001-2002 : 30 %", ""), encoding="utf-8")
    ran = run("confirm", ANNUAL, "--same", "taux")
    assert ran.code == 2
    assert "CLAS-E202" in ran.err


def test_a_mark_to_read_again_keeps_a_layer_out_of_force(drafts: Path, run: Run) -> None:
    file = drafts / f"{ANNUAL}.yaml"
    text = text_of(drafts, ANNUAL)
    text += "texts:\n  annee_avis:\n    label: Avis de 2001 # à relire pour 2002-2003\n    text: Rien.\n"
    file.write_text(text, encoding="utf-8")
    ran = run("confirm", ANNUAL, *DAY, "--same", "source", *FIGURES, "--in-force")
    assert ran.code == 3
    assert "CLAS-E203" in ran.err
    assert "`annee_avis.label` is still to be read again" in ran.err
    ran = run(
        "confirm", ANNUAL, *DAY, "--same", "source", *FIGURES, "--set", "annee_avis.label=Avis de 2002", "--in-force"
    )
    assert ran.code == 0
    assert "    label: Avis de 2002\n" in text_of(drafts, ANNUAL)


def test_a_file_that_changes_meanwhile_is_left_as_it_is(
    drafts: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clas_policy.cli import confirm_draft

    file = drafts / f"{ANNUAL}.yaml"
    save = confirm_draft.Draft.save

    def late(draft: confirm_draft.Draft) -> bool:
        file.write_text("à moi", encoding="utf-8")
        return save(draft)

    monkeypatch.setattr(confirm_draft.Draft, "save", late)
    ran = run("confirm", ANNUAL, "--same", "taux")
    assert ran.code == 2
    assert "CLAS-E001" in ran.err
    assert file.read_text(encoding="utf-8") == "à moi"


def test_a_file_is_named_by_its_path_wherever_its_policies_are(
    drafts: Path, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAS_POLICY_PATH")
    ran = run("confirm", f"regles/{ANNUAL}.yaml", *DAY, "--same", "taux", "--output", "json")
    assert json.loads(ran.out) == {
        "id": ANNUAL,
        "file": f"regles/{ANNUAL}.yaml",
        "confirmed": 1,
        "left": 3,
        "status": "draft",
    }
    (here / "ailleurs.yaml").write_bytes((drafts / f"{ANNUAL}.yaml").read_bytes())
    ran = run("confirm", "ailleurs.yaml", "--list")
    assert (ran.code, ran.out) == (3, "")
    assert "CLAS-L201" in ran.err
    (here / "seul.yaml").write_text(f"policy: departements/09/{'a/' * 40}2002-2003\n", encoding="utf-8")
    assert "CLAS-L201" in run("confirm", "seul.yaml", "--list").err
    assert run("confirm", "absent.yaml", "--list").code == 70
    assert run("confirm", "national/absent", "--list").code == 3


def test_a_file_that_was_installed_is_not_changed(drafts: Path, here: Path, run: Run) -> None:
    folder = here / "site-packages"
    shutil.copytree(drafts, folder)
    ran = run("confirm", f"site-packages/{ANNUAL}.yaml", "--same", "taux")
    assert ran.code == 3
    assert "CLAS-E101" in ran.err


Talk = Callable[..., tuple[int, str]]
QUESTION = re.compile(r"\n[^\n]*(?:valeur|value|source|titre|title|vigueur|in force)[^\n]*\u00a0?: $")


def _read(terminal: int) -> bytes:
    """What the program says; nothing once it has ended."""
    ready, _, _ = select.select([terminal], [], [], 60)
    assert ready, "the program neither speaks nor ends"
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.fixture
def talk(environment: dict[str, str], drafts: Path) -> Talk:
    """Runs the program on a terminal and answers its questions one after the other."""

    def talk(*arguments: str, answers: tuple[str, ...]) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "clas_policy", *arguments],
            env={**environment, "CLAS_POLICY_PATH": "regles", "NO_COLOR": "1"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as program:
            os.close(theirs)
            left, told, asked = list(answers), b"", b""
            while part := _read(ours):
                told, asked = told + part, asked + part
                if left and QUESTION.search(asked.decode("utf-8", "replace")):
                    answer = left.pop(0)
                    os.write(ours, b"\x04" if answer == "^D" else f"{answer}\n".encode())
                    asked = b""
        os.close(ours)
        assert not left, told.decode()
        return program.returncode, told.decode().replace("\r\n", "\n")

    return talk


@LANGUAGES
def test_questions_and_answers(lang: str, drafts: Path, talk: Talk, snapshot: SnapshotAssertion) -> None:
    answers = (
        *("bo, §1", "Bulletin officiel 2002"),  # a document that is new to the file
        *("40", "40 %", ""),  # no rate, then one, from where the last answer came from
        *("=", "circulaire, §2"),
        "",  # later
    )
    code, told = talk("confirm", ANNUAL, *DAY, "--lang", lang, answers=answers)
    assert code == 0
    assert told == snapshot
    assert text_of(drafts, ANNUAL) == snapshot


def test_in_force_at_the_end_of_the_questions(drafts: Path, talk: Talk) -> None:
    answers = ("=", "40 %", "", "6000 EUR", "", "2400 EUR", "", "oui")
    code, told = talk("confirm", ANNUAL, *DAY, "--lang", "fr", answers=answers)
    assert (code, told[-200:].count("est en vigueur")) == (0, 1)
    assert "status: in_force\n" in text_of(drafts, ANNUAL)


def test_what_was_answered_is_kept_when_the_questions_are_left(drafts: Path, talk: Talk) -> None:
    code, told = talk("confirm", ANNUAL, *DAY, "--lang", "en", answers=("=", "40 %", "", "^D"))
    assert code == 0
    assert "2 values left to confirm" in told
    text = text_of(drafts, ANNUAL)
    assert "  taux: {value: 40 %, checked_on: 2002-06-01}\n" in text
    assert "  plafond: to_confirm # 2001-2002 : 5000 EUR\n" in text


def test_2025_2026_is_rolled_over_refused_until_confirmed_then_decides(here: Path, run: Run) -> None:
    """The shipped policies, with figures of nobody's."""
    shutil.copytree(GERS, here / "gers")
    mine = ("--policies", "mes-politiques", "--policies", "gers")
    (here / "mes-politiques").mkdir()
    national, local = "national/2025-2026", "departements/32/2025-2026"
    assert run("new-year", "2025-2026", "--from", "2024-2025", *mine).code == 0
    assert run("new-year", "2025-2026", "--from", "2024-2025", "--department", "32", *mine).code == 0

    checked = run("check", national, local, *mine, "--output", "json")
    assert checked.code == 0
    assert [problem["code"] for problem in json.loads(checked.out)] == ["CLAS-L222", "CLAS-L222"]

    dossier = (ROOT / "tests" / "data" / "dossier-32-2024-2025.json").read_text(encoding="utf-8")
    dossier = dossier.replace("2024-2025", "2025-2026").replace("2024-10-12", "2025-10-12")
    (here / "dossier.json").write_text(dossier, encoding="utf-8")
    refused = run("evaluate", "dossier.json", *mine)
    assert (refused.code, refused.out) == (3, "")
    assert "CLAS-L213" in refused.err
    assert run("evaluate", "dossier.json", *mine, "--draft").code == 0

    for layer in (national, local):
        file = here / "mes-politiques" / f"{layer}.yaml"
        draft = file.read_text(encoding="utf-8")
        file.write_text(draft.replace("status: draft", "status: in_force"), encoding="utf-8")
        found = json.loads(run("check", layer, *mine, "--output", "json").out)
        places = [problem["line"] for problem in found if problem["severity"] == "error"]
        assert {problem["code"] for problem in found} <= {"CLAS-P181", "CLAS-L222"}
        waiting = [number for number, line in enumerate(draft.splitlines(), 1) if "to_confirm" in line]
        assert places == waiting
        file.write_text(draft, encoding="utf-8")

    day = ("--checked-on", "2025-09-01")
    invented = ("--document", "note-25=Note inventée pour cet essai", "--source", "note-25, §1")
    confirmed = run(
        *("confirm", national, *mine, *day, *invented, "--set", "source=note-25, §1"),
        *("--set", "taux_ps=40 %", "--set", "prix_plafond=1000 EUR", "--set", "montant_bonus_enfants=11 EUR"),
        *("--set", "montant_bonus_parents=13 EUR", "--set", "published.ps.at_most=400 EUR", "--in-force"),
    )
    assert confirmed.code == 0, confirmed.err
    left = [item["name"] for item in json.loads(run("confirm", local, *mine, "--list", "--output", "json").out)]
    sources = [name for name in left if name.endswith("source")]
    texts = [name for name in left if name.endswith("when_text")]
    confirmed = run(
        *("confirm", local, *mine, *day, "--set", "gers_depot.last_day=2025-10-29", "--in-force"),
        *(part for name in sources for part in ("--set", f"{name}=note-25, §2")),
        *(part for name in texts for part in ("--same", name)),
    )
    assert confirmed.code == 0, confirmed.err

    assert run("check", national, local, *mine, "-q").out == ""
    decided = run("evaluate", "dossier.json", *mine, "--output", "json")
    assert decided.code == 0, decided.err
    record = json.loads(decided.out)
    assert {"400.00", "11.00"} <= set(re.findall(r"[0-9]+\.[0-9]{2}", json.dumps(record["grants"])))
    late = run("evaluate", *mine, "--output", "json", str(_late(here, dossier)))
    assert json.loads(late.out)["outcome"] == "inadmissible"


def _late(folder: Path, dossier: str) -> Path:
    path = folder / "tard.json"
    path.write_text(dossier.replace("2025-10-12", "2025-10-30"), encoding="utf-8")
    return path
