"""The program in a process of its own: pipes, full disks, locales, and the same bytes everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import RULES

Start = Callable[..., "subprocess.CompletedProcess[bytes]"]
LOCAL = "departements/09/2001-2002"
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
DOSSIER = {
    "dossier": "é-1",
    "annee_scolaire": "2001-2002",
    "departement": "09",
    "depot": {"date": "2001-10-01"},
    "charte": {"signee": True},
    "groupes": [{"groupe": "a", "effectif": 9, "depenses": "4000.00"}],
}
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


@pytest.fixture(autouse=True)
def regles(here: Path, environment: dict[str, str]) -> Path:
    shutil.copytree(RULES, here / "regles")
    (here / "dossier.json").write_text(json.dumps(DOSSIER, ensure_ascii=False), encoding="utf-8")
    environment["CLAS_POLICY_PATH"] = "regles"
    return here / "regles"


COMMANDS: dict[str, tuple[str, ...]] = {
    "evaluate-json": ("evaluate", "dossier.json", "--output", "json"),
    "evaluate-ndjson": ("evaluate", "dossier.json", "--output", "ndjson"),
    "list-json": ("list", "--output", "json"),
    "show-json": ("show", LOCAL, "--output", "json"),
    "deadlines-json": ("deadlines", "--policy", LOCAL, "--output", "json"),
    "schema-policy": ("schema", "policy"),
    "schema-decision": ("schema", "decision"),
    "schema-dossier": ("schema", "dossier", "--policy", LOCAL),
    "template": ("template", "dossier", "--policy", LOCAL),
    "check-json": ("check", "--output", "json"),
    "check-sarif": ("check", "--output", "sarif"),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_data_is_the_same_bytes_whatever_the_process(
    arguments: tuple[str, ...], here: Path, regles: Path, start: Start
) -> None:
    if arguments[0] == "check":  # so that there is something to say
        file = regles / f"{LOCAL}.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("charte.signee", "charte.é"), encoding="utf-8")
    told = ("--lang", "fr")
    plain = start(*arguments, *told)
    assert plain.returncode in (0, 1), plain.stderr
    assert json.loads(plain.stdout.splitlines()[0] if "ndjson" in arguments else plain.stdout)
    for variables in (
        {**C_LOCALE, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "HOME": "/nonexistent"},
        {"LC_ALL": "fr_FR.ISO8859-1", "PYTHONIOENCODING": "cp1252", "TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "2"},
    ):
        assert start(*arguments, *told, variables=variables).stdout == plain.stdout


def test_a_decision_is_the_same_bytes_from_another_folder(here: Path, start: Start) -> None:
    plain = start("evaluate", "dossier.json", "--output", "json")
    below = here / "ailleurs"
    below.mkdir()
    moved = start(
        "evaluate", "../dossier.json", "--output", "json", cwd=below, variables={"CLAS_POLICY_PATH": "../regles"}
    )
    assert moved.stdout == plain.stdout
    assert moved.returncode == plain.returncode == 0


@pytest.mark.parametrize(
    "arguments", [("list",), ("show", LOCAL), ("help", "CLAS-Y001"), ("--help",), ("evaluate", "dossier.json")]
)
@pytest.mark.parametrize("variables", [C_LOCALE, {"PYTHONIOENCODING": "cp1252"}], ids=["C", "cp1252"])
def test_no_character_is_ever_too_much_for_a_stream(
    arguments: tuple[str, ...], variables: dict[str, str], start: Start
) -> None:
    ran = start("--lang", "fr", *arguments, variables=variables)
    assert (ran.returncode, ran.stderr) == (0, b"")
    ran.stdout.decode("ascii" if variables is C_LOCALE else "cp1252")
    assert ran.stdout


def test_errors_are_told_in_plain_letters_where_there_are_no_others(start: Start) -> None:
    ran = start("--lang", "fr", "show", "é→", variables=C_LOCALE)
    assert ran.returncode == 3
    assert ran.stderr.decode("ascii").startswith("pas de couche `")


@posix
@pytest.mark.parametrize("arguments", [("help",), ("schema", "policy"), ("evaluate", "dossier.json"), ("--help",)])
def test_a_closed_pipe_is_quiet(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "clas_policy", *arguments],
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, b"")


@needs_full
@pytest.mark.parametrize(
    "arguments", [("list",), ("--help",), ("--version",), ("evaluate", "dossier.json"), ("schema", "policy")]
)
def test_a_full_disk_is_one_line_and_70(arguments: tuple[str, ...], start: Start) -> None:
    with FULL.open("wb") as full:
        ran = start(*arguments, stdout=full)
    assert (ran.returncode, ran.stderr) == (70, b"clas-policy: standard output cannot be written\n")


@needs_full
def test_nothing_is_left_to_say_where_both_streams_are_full(start: Start) -> None:
    with FULL.open("wb") as full:
        assert start("list", stdout=full, stderr=full).returncode == 70


@needs_full
def test_a_full_disk_under_a_file_that_is_named(start: Start) -> None:
    ran = start("check", "--output", "json:/dev/full")
    assert ran.returncode == 70
    assert b"CLAS-F006" in ran.stderr
    assert b"Traceback" not in ran.stderr


@posix
def test_a_standard_output_that_is_closed_is_one_line_and_70(environment: dict[str, str]) -> None:
    command = f'"{sys.executable}" -m clas_policy list >&-'
    ran = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (70, b"clas-policy: standard output cannot be written\n")


@posix
@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_an_interruption_ends_with_130_and_what_is_written_stays_whole(
    form: str, here: Path, environment: dict[str, str]
) -> None:
    """The third dossier of four is interrupted."""
    lines = [json.dumps({**DOSSIER, "dossier": str(number)}) for number in range(4)]
    (here / "depots.ndjson").write_text("\n".join(lines), encoding="utf-8")
    code = (
        "import signal, sys; from clas_policy.cli import front; from clas_policy.cli.session import Session\n"
        "decide, seen = Session.decide, []\n"
        "def interrupted(*a, **k):\n"
        "    seen.append(1)\n"
        "    if len(seen) == 3: signal.raise_signal(signal.SIGINT)\n"
        "    return decide(*a, **k)\n"
        "Session.decide = interrupted\n"
        f"sys.exit(front.run(['evaluate', 'depots.ndjson', '--output', '{form}']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 130, ran.stderr
    assert b"Traceback" not in ran.stderr
    text = ran.stdout.decode()
    records = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    assert [record["dossier"]["id"] for record in records] in (["0", "1"], ["0", "1", "2"])


@posix
def test_each_line_of_a_pipe_is_decided_as_it_comes(environment: dict[str, str]) -> None:
    """What is wrong with the second line is told while the pipe is still open."""
    import select

    process = subprocess.Popen(
        [sys.executable, "-m", "clas_policy", "evaluate", "-", "--output", "ndjson"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        process.stdin.write(json.dumps(DOSSIER).encode() + b"\n{\n")
        process.stdin.flush()
        assert select.select([process.stderr], [], [], 60)[0], "nothing was told before the end of the pipe"
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 4
    assert json.loads(out)["outcome"] == "admissible"
    assert b"-:2:" in err


COLOURS = [
    ({}, ("--color", "always"), True),
    ({}, ("--color", "never"), False),
    ({}, (), False),
    ({"NO_COLOR": "1"}, ("--color", "always"), True),
    ({"CLAS_POLICY_COLOR": "always"}, (), True),
    ({"CLAS_POLICY_COLOR": "always"}, ("--color", "never"), False),
]


@pytest.mark.parametrize(("variables", "options", "coloured"), COLOURS)
def test_colours_are_for_terminals_or_for_who_asks(
    variables: dict[str, str], options: tuple[str, ...], coloured: bool, start: Start
) -> None:
    for arguments in (("show", "absent"), ("evaluate", "dossier.json"), ("evaluate", "absent.json")):
        ran = start(*arguments, *options, variables=variables)
        assert (b"\x1b[" in ran.stdout + ran.stderr) == coloured, arguments


@posix
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_has_colours_unless_it_says_no(
    variables: dict[str, str], coloured: bool, environment: dict[str, str]
) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "clas_policy", "show", "absent"],
            env={**environment, "TERM": "xterm", **variables},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
        assert process.wait(timeout=60) == 3
    finally:
        os.close(ours)
    assert b"no layer" in said
    assert (b"\x1b[" in said) == coloured


HEAVY = ("click", "rich", "ruamel", "ruamel.yaml", "jsonschema", "pluggy", "tomllib", "typing", "clas_policy.reading")


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("--lang", "fr", "--help")])
def test_the_first_answers_import_next_to_nothing(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    code = (
        "import sys; before = set(sys.modules); from clas_policy.cli import front; "
        f"front.run({list(arguments)!r}); sys.stdout.flush(); "
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    imported = set(ran.stderr.decode().split())
    assert "clas_policy.cli.front" in imported
    assert [name for name in HEAVY if name in imported] == []


def test_a_module_and_a_script_are_one_program(start: Start, environment: dict[str, str]) -> None:
    script = shutil.which("clas-policy", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("the script is not installed beside the interpreter")
    ran = subprocess.run([script, "--version"], env=environment, capture_output=True, check=True, timeout=60)
    assert ran.stdout == start("--version").stdout
