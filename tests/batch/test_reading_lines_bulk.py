"""Files of lines taken in bulk give what reading them one by one gives, the bad lines and their places included."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import IO, Any

import pytest
from tests.batch.conftest import CASES, GERS
from tests.cli.conftest import Ran

from clas_policy.batch.reading import lines_bulk
from clas_policy.batch.reading.line_columns import LineColumns
from clas_policy.batch.reading.lines_bulk import Line, LinesBulk
from clas_policy.cli import front
from clas_policy.reading import json_text

Run = Callable[..., Ran]
DOCUMENTS = [json.loads(line)["dossier"] for line in CASES]
NATIONAL = {"departement": None}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (
        ("CLAS_POLICY_PATH", str(GERS)), ("CLAS_POLICY_AS_OF", "2024-11-05"), ("CLAS_POLICY_CACHE", ""),
        ("CLAS_POLICY_LANG", "en"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run(*arguments: str) -> Ran:
        capsysbinary.readouterr()
        code = front.run(arguments)
        captured = capsysbinary.readouterr()
        return Ran(int(code), captured.out.decode(), captured.err.decode())

    return run


def lines_of(*documents: dict[str, Any], end: bytes = b"\n") -> bytes:
    return b"".join(json.dumps(one).encode() + end for one in documents)


def both(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[Ran, int]:
    """The run with files taken in bulk, after comparing it to one that reads line by line; how many were taken."""
    taken = 0
    make = LineColumns.make

    def counting(columns: LineColumns, connection: Any, schema: str, place: Path) -> list[tuple[int, str]]:
        nonlocal taken
        held = place.read_bytes().count(b"\n")
        found = make(columns, connection, schema, place)
        taken += held - len(found)
        return found

    monkeypatch.setattr(LineColumns, "make", counting)
    ran = []
    for name, least in (("a", 0), ("b", 1 << 40)):
        monkeypatch.setattr(lines_bulk, "LEAST", least)
        given = sorted(path.name for path in here.glob("*.ndjson") if path.name[0] not in "ab")
        ran.append(run("batch", *given, "--out", f"{name}.csv", "--rejects", f"{name}-bad.ndjson", "-q", *more))

    quick, slow = ran
    assert quick.code == slow.code
    assert sorted(quick.err.splitlines()) == sorted(slow.err.splitlines())
    for name in (".csv", "-collectifs.csv"):
        left, right = here / f"a{name}", here / f"b{name}"
        assert left.exists() == right.exists()
        assert not left.exists() or left.read_bytes() == right.read_bytes()
    assert rejects(here / "a-bad.ndjson") == rejects(here / "b-bad.ndjson")
    return quick, taken


def rejects(path: Path) -> list[str]:
    """What was set apart; lines of which only the database knew come after the others."""
    return sorted(path.read_text(encoding="utf-8").splitlines())


def test_sure_lines_are_all_taken(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS))

    ran, taken = both(run, here, monkeypatch)

    assert ran.code == 0, ran.err
    assert taken == len(DOCUMENTS)


@pytest.mark.parametrize("together", [1, 5000, 1 << 30])
def test_bad_and_doubtful_lines_among_others(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """Also blank lines, lines of Windows, other policies, none, and dossiers that stand twice, in several files."""
    monkeypatch.setattr(lines_bulk, "_TOGETHER", together)
    monkeypatch.setattr(lines_bulk, "_MOST_POLICIES", 4)
    other = {"dossier": "N-1", "annee_scolaire": "2024-2025"}
    (here / "d.ndjson").write_bytes(
        b"\n"
        + lines_of(*DOCUMENTS[:9])
        + b'{"dossier": "x", "dossier": "y", "annee_scolaire": "2024-2025"}\n  \n'
        + lines_of(*DOCUMENTS[9:20], end=b"\r\n")
        + lines_of(DOCUMENTS[3], {**DOCUMENTS[20], "porteur": {"nom": "a\u202eb"}}, {**DOCUMENTS[21], "x": None})
        + lines_of(other, {**other, "dossier": "N-2"}, {**other, "dossier": "N-3", "departement": "31"})
        + lines_of({**other, "dossier": "N-4", "annee_scolaire": "1999-2000"}, {**other, "annee_scolaire": "2024"})
        + lines_of(*DOCUMENTS[22:30])[:-1]
    )
    (here / "e.ndjson").write_bytes(lines_of(DOCUMENTS[4], *DOCUMENTS[30:40], {**DOCUMENTS[40], "axes": {"ecole": 1}}))

    ran, taken = both(run, here, monkeypatch)

    assert ran.code == 3
    assert taken > 35
    for number, code in ((11, "J"), (25, "D"), (26, "D"), (24, "B139")):
        assert any(f"d.ndjson:{number}" in line and f"CLAS-{code}" in line for line in ran.err.splitlines()), number


def test_of_very_many_policies_those_that_are_met_first_are_taken(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_bulk, "_MOST_LANES", 1)
    layer = here / "regles" / "departements" / "31" / "2024-2025.yaml"
    layer.parent.mkdir(parents=True)
    layer.write_text(
        "{policy: departements/31/2024-2025, extends: national/2024-2025, version: 1, status: in_force, title: Autre, "
        "prefix: autre}"
    )
    others = [{**one, "departement": "31", "dossier": f"31-{number}"} for number, one in enumerate(DOCUMENTS[:3])]
    (here / "d.ndjson").write_bytes(lines_of(others[0], *DOCUMENTS[:9], *others[1:], *DOCUMENTS[9:11]))

    ran, taken = both(run, here, monkeypatch, "--policies", "regles")

    assert ran.code == 0, ran.err
    assert taken == 3


@pytest.mark.parametrize("choice", [["--policy", "departements/32/2024-2025"], ["--national"]])
def test_a_policy_that_is_chosen_holds_for_lines_too(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, choice: list[str]
) -> None:
    strange = {**DOCUMENTS[0], "dossier": "D-1", "annee_scolaire": "2026-2025"}
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS[:9], strange, {**DOCUMENTS[1], "departement": "999X"}))

    ran, _taken = both(run, here, monkeypatch, *choice)

    assert ran.code == 4


def test_a_file_that_goes_away_is_one_problem(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_bulk, "LEAST", 0)
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS[:3]))

    ran = run("batch", "d.ndjson", "absent.ndjson", "--out", "r.csv", "-q")

    assert ran.code == 4
    assert "absent.ndjson" in ran.err
    assert (here / "r.csv").read_bytes().count(b"\n") == 4


def test_a_file_that_cannot_be_read_to_its_end_is_one_problem(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS[:9], {"dossier": 1}))
    (here / "e.ndjson").write_bytes(lines_of(*DOCUMENTS[9:20]))

    def breaking(stream: IO[bytes]) -> Iterator[Line]:
        yield from enumerate((line[:-1] for line in stream), 1)
        if stream.name == "d.ndjson":
            raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(json_text, "iter_ndjson", breaking)
    ran, taken = both(run, here, monkeypatch)

    assert ran.code == 4
    assert taken == 20
    assert ran.err.count("a file holds one dossier") == 1


def test_a_full_folder_of_temporary_files_is_no_fault_of_the_lines(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_bulk, "LEAST", 0)
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS))

    hold = LinesBulk._hold

    def filling(bulk: LinesBulk, lane: Any, number: int, line: bytes) -> None:
        if number == 5:
            raise OSError(errno.ENOSPC, "no space")
        hold(bulk, lane, number, line)

    monkeypatch.setattr(LinesBulk, "_hold", filling)
    ran = run("batch", "d.ndjson", "--out", "r.csv", "-q")

    assert ran.code == 70
    assert "d.ndjson" not in ran.err
    assert [path.name for path in here.iterdir()] == ["d.ndjson"]


def test_what_stops_the_database_stops_the_run(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt that the database hears in its own thread leaves no file."""
    monkeypatch.setattr(lines_bulk, "LEAST", 0)
    (here / "d.ndjson").write_bytes(lines_of(*DOCUMENTS))

    def interrupted(*_found: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(LineColumns, "make", interrupted)
    ran = run("batch", "d.ndjson", "--out", "r.csv")

    assert ran.code == 130
    assert "no file was written" in ran.err
    assert [path.name for path in here.iterdir()] == ["d.ndjson"]


def test_one_more_interrupt_does_not_leave_the_database_at_work(here: Path) -> None:
    stopped = Event()

    class Busy:
        """A database that is asked to stop: ^C comes again, then nothing was heard between two queries."""

        asked = 0

        def interrupt(self) -> None:
            self.asked += 1
            if self.asked == 1:
                raise KeyboardInterrupt
            if self.asked == 3:
                stopped.set()

    database: Any = Busy()
    bulk = LinesBulk(database, here, lambda *_: None, lambda *_: None)
    work: Any = bulk._worker.submit(stopped.wait)
    bulk._working = work
    try:
        with pytest.raises(KeyboardInterrupt), bulk:
            raise KeyboardInterrupt
        assert work.done()
        assert database.asked == 3
    finally:
        stopped.set()
