"""Results of a batch as tables of a real PostgreSQL: replaced all together, or not at all."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from tests.batch.conftest import CASES, GERS

from clas_policy.cli import front

pytestmark = pytest.mark.postgres


def test_tables_are_replaced_in_one_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.batch.engines.postgres_engine import cluster

    monkeypatch.chdir(tmp_path)
    for name, value in (("PATH", str(GERS)), ("AS_OF", "2024-11-05"), ("CACHE", ""), ("LANG", "en")):
        monkeypatch.setenv(f"CLAS_POLICY_{name}", value)
    cases = [json.loads(line) for line in CASES]
    text = "".join(f"{json.dumps(case['dossier'])}\n" for case in cases)
    Path("d.ndjson").write_text(text, encoding="utf-8")

    with cluster() as server:
        info = server.connection.info
        place = f"postgresql://{info.user}@/postgres?host={info.host}#essai"
        for _time in range(2):
            assert front.run(["batch", "d.ndjson", "--out", place, "-q"]) == 0, capsys.readouterr().err

        ((count, due),) = server.query("SELECT count(*), sum(due) FROM essai")
        assert (count, due) == (len(cases), sum(Decimal(case["expected"]["due"]) for case in cases))
        groups = server.query('SELECT dossier, collectif, "ps.status" FROM essai_collectifs')
        assert {(dossier, group): status for dossier, group, status in groups} == {
            (case["dossier"]["dossier"], group): result["ps"]["status"]
            for case in cases
            for group, result in case["expected"]["groups"].items()
        }

        server.connection.execute("CREATE VIEW garde AS SELECT * FROM essai_collectifs")
        assert front.run(["batch", "d.ndjson", "--out", place, "-q"]) == 70
        assert "CLAS-B303" in capsys.readouterr().err
        assert server.query("SELECT count(*) FROM essai") == [(len(cases),)]


def test_a_server_that_is_not_there_is_said_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.ndjson").write_text("{}\n", encoding="utf-8")
    place = "postgresql://moi:tres-secret@127.0.0.1:1/clas#t"

    assert front.run(["batch", "d.ndjson", "--out", place]) == 70

    said = capsys.readouterr().err
    assert "CLAS-B303" in said
    assert "tres-secret" not in said
