"""What the README says is what happens."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(comment: str) -> str:
    match = re.search(rf"<!-- {comment} -->\s*```[a-z]*\n(.*?)```", README, re.DOTALL)
    assert match, comment
    return match[1]


def test_the_main_job_prints_what_the_readme_shows(tmp_path: Path) -> None:
    command = block("command: main").strip().rpartition("&&")[2].split()
    assert command[0].endswith("clas-policy")
    environment = {**os.environ, "PYTHONUTF8": "1", "CLAS_POLICY_CACHE": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "clas_policy", *command[1:]], cwd=ROOT, env=environment, capture_output=True, check=True
    )

    def undated(text: str) -> str:
        # The digests of the shipped layers change whenever a comment in them does.
        return re.sub(r"\([0-9a-f]{12}\)", "(…)", text)

    assert undated(done.stdout.decode()) == undated(block("output: main"))


def test_what_the_readme_does_with_many_dossiers_works(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = {**os.environ, "PYTHONUTF8": "1", "CLAS_POLICY_CACHE": str(tmp_path), "CLAS_POLICY_LANG": "en"}
    for line in block("commands: batch").splitlines():
        program, *arguments = shlex.split(line)
        assert program == "clas-policy"
        command = [sys.executable, "-m", "clas_policy", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert not done.stdout
        names = {word.rpartition(":")[2] for word in arguments if re.fullmatch(r"(\w+:)?\w+\.(csv|html|xlsx)", word)}
        assert names
        assert [name for name in sorted(names) if not (tmp_path / name).stat().st_size] == []


def test_the_python_example_says_what_its_comment_says() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code
    *lines, last = code[1].strip().splitlines()
    expression, _, told = last.partition("  # ")
    scope: dict[str, object] = {}
    folder = Path.cwd()
    os.chdir(ROOT)
    try:
        exec("\n".join(lines), scope)  # noqa: S102 - our own example
        assert repr(eval(expression, scope)) == told  # noqa: S307
    finally:
        os.chdir(folder)
