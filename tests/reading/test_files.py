"""Files are read once and bounded, and written whole or not at all."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clas_policy.problem import ClasPolicyError, DossierError, PolicyError
from clas_policy.reading.files import NewFile, OutputError, keep_together, read_file, write_file

LIMIT = 16
FULL = Path("/dev/full")
ENDLESS = Path("/dev/zero")
not_as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(PolicyError) as caught:
        read_file(path, "shown.yaml", LIMIT, PolicyError)
    (problem,) = caught.value.problems
    assert problem.span is not None
    assert str(problem.span) == "shown.yaml:1:1"
    return problem.code, str(problem.message)


def unwritten(path: Path, inputs: tuple[Path, ...] = ()) -> tuple[str, str]:
    with pytest.raises(OutputError) as caught:
        write_file(path, b"new", inputs)
    (problem,) = caught.value.problems
    return problem.code, str(problem.message)


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\r\n" * (LIMIT // 2))

    assert read_file(tmp_path / "a", "a", LIMIT, PolicyError) == b"\r\n" * (LIMIT // 2)


def test_one_byte_more_is_refused_and_the_limit_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (2048 + 1))

    with pytest.raises(DossierError) as caught:
        read_file(tmp_path / "a", "a", 2048, DossierError)

    (problem,) = caught.value.problems
    assert (problem.code, str(problem.hint)) == ("CLAS-F004", "at most 2 KiB are read")


def test_a_caller_chooses_the_error(tmp_path: Path) -> None:
    with pytest.raises(ClasPolicyError) as caught:
        read_file(tmp_path / "absent", "absent", LIMIT, DossierError)

    assert type(caught.value) is DossierError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("absent", "no such file"),
        ("file/below", "no such file"),
        (".", "a folder, where a file is due"),
        ("circle", "a link that leads back to itself"),
        ("nowhere", "no such file"),
        ("x" * 300, "a name longer than any file has"),
        ("nul\0", "this file cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "circle").symlink_to(tmp_path / "elcric")
    (tmp_path / "elcric").symlink_to(tmp_path / "circle")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")

    assert refusal(tmp_path / name) == ("CLAS-F001", expected)


@not_as_root
def test_a_file_without_the_right_to_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)

    assert refusal(tmp_path / "a") == ("CLAS-F001", "this file may not be read")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refusal(tmp_path / "pipe") == ("CLAS-F003", "not an ordinary file")


@pytest.fixture
def socket_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)  # a socket's path is at most about a hundred characters
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        yield Path("socket")


def test_a_socket_is_refused(socket_path: Path) -> None:
    assert refusal(socket_path) == ("CLAS-F003", "not an ordinary file")


@pytest.mark.skipif(not ENDLESS.exists(), reason="no such device")
def test_a_device_that_never_ends_is_refused() -> None:
    assert refusal(ENDLESS) == ("CLAS-F003", "not an ordinary file")


def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    write_file(tmp_path / "new", b"new")
    with (tmp_path / "ordinary").open("wb"):
        pass

    assert (tmp_path / "new").read_bytes() == b"new"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o640)

    write_file(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")

    write_file(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_link_to_nothing_yet_creates_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")

    write_file(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_link_that_leads_back_to_itself_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert unwritten(tmp_path / "a") == ("CLAS-F006", "a link that leads back to itself")
    assert (tmp_path / "a").is_symlink()


@pytest.mark.parametrize("alias", ["same", "link", "hard", "detour"])
def test_an_input_is_never_written_over_whatever_its_name(alias: str, tmp_path: Path) -> None:
    source = tmp_path / "same"
    source.write_bytes(b"old")
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "hard").hardlink_to(source)
    (tmp_path / "folder").mkdir()
    output = tmp_path / "folder" / ".." / "same" if alias == "detour" else tmp_path / alias

    assert unwritten(output, (tmp_path / "absent", source)) == ("CLAS-F005", "the output is one of the inputs")
    assert source.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".", "a folder, where a file is to be written"),
        ("absent/new", "no folder to write this file in"),
        ("file/new", "no folder to write this file in"),
        ("x" * 300, "a name longer than any file has"),
        ("nul\0", "this file cannot be written"),
    ],
)
def test_what_cannot_be_written_says_why_and_leaves_nothing(name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")

    assert unwritten(tmp_path / name) == ("CLAS-F006", expected)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_longest_name_that_a_file_can_have_is_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("x" * 255), b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["x" * 255]


@not_as_root
def test_a_folder_without_the_right_to_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o500)

    assert unwritten(tmp_path / "folder" / "new") == ("CLAS-F006", "this file may not be written")


@pytest.mark.skipif(not FULL.exists(), reason="no such device")
def test_a_full_device_is_one_problem() -> None:
    assert unwritten(FULL) == ("CLAS-F006", "no room left to write this file")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert unwritten(tmp_path / "a") == ("CLAS-F006", "no room left to write this file")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_what_is_not_kept_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    new = NewFile(tmp_path / "a")
    new.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    new.discard()

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(tmp_path / "pipe", b"new")
        assert os.read(reading, LIMIT) == b"new"
    finally:
        os.close(reading)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


WRITING = """
import pathlib, sys
from clas_policy.reading.files import write_file
write_file(pathlib.Path(sys.argv[1]), b"answer\\n")
print("after")
"""


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such path")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1"])
def test_the_standard_output_named_by_its_path_is_written_to_through_a_pipe(name: str) -> None:
    ran = subprocess.run([sys.executable, "-c", WRITING, name], capture_output=True, check=True)

    assert ran.stdout == b"answer\nafter\n"


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such path")
def test_a_log_that_the_shell_appends_to_keeps_what_it_holds(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    with log.open("ab") as output:
        subprocess.run([sys.executable, "-c", WRITING, "/dev/stdout"], stdout=output, check=True)

    assert log.read_bytes() == b"before\nanswer\nafter\n"


def test_files_that_belong_together_all_appear_or_none_does(tmp_path: Path) -> None:
    files = [NewFile(path) for path in (tmp_path / "a", Path("/dev/full"), tmp_path / "b")]
    for file in files:
        file.write(b"new")

    with pytest.raises(OutputError):
        keep_together(files)
    for file in files:
        file.discard()
    assert list(tmp_path.iterdir()) == []

    pair = [NewFile(tmp_path / name) for name in ("a", "b")]
    keep_together(pair)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


KILLED = """
import os, signal, sys
from pathlib import Path
from clas_policy.reading.files import write_file
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
write_file(Path(sys.argv[1]), b"new" * 100_000)
"""


def test_a_program_killed_before_the_file_is_in_its_place_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a")], check=False)

    assert done.returncode < 0
    assert (tmp_path / "a").read_bytes() == b"old"
    write_file(tmp_path / "a", b"again")
    assert (tmp_path / "a").read_bytes() == b"again", "what the other left behind is in nobody's way"


def test_of_two_writers_at_once_the_last_wins_and_nothing_is_mixed(tmp_path: Path) -> None:
    one, other = NewFile(tmp_path / "a"), NewFile(tmp_path / "a")
    for _ in range(1000):
        one.write(b"one\n")
        other.write(b"other\n")
    other.keep()
    one.keep()

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"one\n" * 1000)]
