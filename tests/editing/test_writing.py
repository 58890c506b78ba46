"""What was read is what is replaced: never somebody else's work, never half a file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clas_policy.editing import writing
from clas_policy.editing.writing import Original, create, read_original, replace
from clas_policy.reading.files import NewFile, OutputError, write_file


def problem_of(error: OutputError) -> tuple[str, str]:
    (problem,) = error.problems
    assert problem.span is not None
    assert problem.span.file == "shown.yaml"
    return problem.code, str(problem.message)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_bytes(b"old\r\n")
    return tmp_path / "a.yaml"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_and_can_be_replaced_again(file: Path) -> None:
    second = replace(read_original(file, "shown.yaml"), b"second")
    replace(second, b"third")
    assert file.read_bytes() == b"third"
    assert names(file.parent) == ["a.yaml"]


def test_a_file_that_somebody_changed_is_left_as_they_left_it(file: Path) -> None:
    original = read_original(file, "shown.yaml")
    file.write_bytes(b"theirs")
    with pytest.raises(OutputError) as caught:
        replace(original, b"ours")
    assert problem_of(caught.value)[0] == "CLAS-E001"
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == ["a.yaml"]


def test_a_change_of_the_last_moment_is_seen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the new text was already on the disk beside it."""
    original = read_original(file, "shown.yaml")
    synchronise = os.fsync

    def late(descriptor: int) -> None:
        synchronise(descriptor)
        file.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", late)
    with pytest.raises(OutputError) as caught:
        replace(original, b"ours")
    assert problem_of(caught.value)[0] == "CLAS-E001"
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == ["a.yaml"]


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    original = read_original(file, "shown.yaml")
    file.unlink()
    with pytest.raises(OutputError) as caught:
        replace(original, b"ours")
    assert problem_of(caught.value)[0] == "CLAS-E001"
    assert names(file.parent) == []


def test_a_link_stays_a_link_and_the_mode_stays(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    (tmp_path / "link").symlink_to("a.yaml")
    replace(read_original(tmp_path / "link", "shown.yaml"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_file_marked_read_only_is_not_replaced(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(OutputError) as caught:
        replace(read_original(file, "shown.yaml"), b"new")
    assert problem_of(caught.value) == ("CLAS-F006", "this file may not be written")
    assert file.read_bytes() == b"old\r\n"


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = read_original(file, "shown.yaml")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="no room left"):
        replace(original, b"new")
    assert file.read_bytes() == b"old\r\n"
    assert names(file.parent) == ["a.yaml"]


def test_a_new_file_is_made_with_its_folders(tmp_path: Path) -> None:
    create(tmp_path / "b" / "c" / "d.yaml", "shown.yaml", b"new")
    assert (tmp_path / "b" / "c" / "d.yaml").read_bytes() == b"new"


def test_nothing_is_written_over_by_a_new_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "nowhere").symlink_to("absent")
    for path in (file, tmp_path / "nowhere"):
        with pytest.raises(OutputError) as caught:
            create(path, "shown.yaml", b"new")
        assert problem_of(caught.value)[0] == "CLAS-E002"
    assert file.read_bytes() == b"old\r\n"
    assert names(tmp_path) == ["a.yaml", "nowhere"]


def test_a_folder_that_cannot_be_made_is_one_problem(file: Path) -> None:
    with pytest.raises(OutputError) as caught:
        create(file / "b" / "c.yaml", "shown.yaml", b"new")
    assert problem_of(caught.value) == ("CLAS-F006", "no folder to write this file in")


RACING = """
import sys
from pathlib import Path
from clas_policy.editing import writing
from clas_policy.reading.files import OutputError
path, mine = Path(sys.argv[1]), sys.argv[2].encode()
original = writing.read_original(path, "a.yaml")
print("read", flush=True)
sys.stdin.readline()
try:
    writing.replace(original, mine * 10_000)
except OutputError as error:
    print(error.problems[0].code)
else:
    print("won")
"""


def test_of_two_programs_at_once_one_wins_and_the_other_is_told(file: Path) -> None:
    for _ in range(3):
        file.write_bytes(b"old")
        writers = {
            name: subprocess.Popen(
                [sys.executable, "-c", RACING, str(file), name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("one", "two")
        }
        for writer in writers.values():
            assert writer.stdout is not None
            assert writer.stdout.readline() == "read\n"
        for writer in writers.values():
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        told = {name: writer.communicate()[0].strip() for name, writer in writers.items()}
        assert sorted(told.values()) == ["CLAS-E001", "won"]
        (winner,) = (name for name, said in told.items() if said == "won")
        assert file.read_bytes() == winner.encode() * 10_000
    assert names(file.parent) == ["a.yaml"]


HOLDING = """
import sys
from pathlib import Path
from clas_policy.editing import writing
with writing._alone(Path(sys.argv[1]), "a.yaml"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_writer_that_does_not_finish_is_not_waited_for_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0.0)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(file.parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OutputError) as caught:
            replace(read_original(file, "shown.yaml"), b"new")
        assert problem_of(caught.value)[0] == "CLAS-E003"
        holder.communicate("done\n")
    replace(read_original(file, "shown.yaml"), b"new")
    assert file.read_bytes() == b"new"


KILLED = """
import os, signal, sys
from pathlib import Path
from clas_policy.editing import writing
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
writing.replace(writing.read_original(Path(sys.argv[1]), "a.yaml"), b"new" * 100_000)
"""


@pytest.fixture
def killed(file: Path) -> Path:
    """The file that a killed program left behind."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert done.returncode < 0
    assert file.read_bytes() == b"old\r\n"
    (left,) = (path for path in file.parent.iterdir() if path != file)
    return left


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time() + 120
    monkeypatch.setattr(time, "time", lambda: now)


def test_what_a_killed_program_left_is_cleaned_by_the_next_write_in_the_folder(
    file: Path, killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(read_original(file, "shown.yaml"), b"new")
    assert killed.exists(), "it is too young: its writer might just have made it"
    later(monkeypatch)
    create(file.parent / "b.yaml", "shown.yaml", b"new")
    assert names(file.parent) == ["a.yaml", "b.yaml"]


def test_what_a_living_program_is_writing_is_never_cleaned(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    living = NewFile(file)
    living.write(b"slowly")
    later(monkeypatch)
    write_file(file.parent / "b.yaml", b"new")
    living.keep()
    assert file.read_bytes() == b"slowly"


@pytest.mark.parametrize("name", [".a.yaml.new", "a.yaml.abcdefgh.new", ".a.yaml.abcdefgh.old", ".a.yaml.ABCDEFGH.new"])
def test_what_only_looks_like_it_is_nobodys_business(name: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / name).write_bytes(b"mine")
    later(monkeypatch)
    write_file(file.parent / "b.yaml", b"new")
    assert (file.parent / name).read_bytes() == b"mine"


def test_a_link_that_has_the_name_of_a_leftover_is_not_followed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / ".b.yaml.abcdefgh.new").symlink_to(file)
    later(monkeypatch)
    write_file(file.parent / "b.yaml", b"new")
    assert file.read_bytes() == b"old\r\n"
    assert (file.parent / ".b.yaml.abcdefgh.new").is_symlink()


def test_an_original_that_is_too_large_or_absent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (256 * 1024 + 1))
    for name in ("large", "absent"):
        with pytest.raises(OutputError):
            read_original(tmp_path / name, "shown.yaml")
    assert Original(tmp_path, "a", b"") == Original(tmp_path, "a", b"")
