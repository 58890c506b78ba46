"""What an installed clas-policy must do, away from any checkout; exits with an error at the first thing that fails."""

import json
import subprocess
import sys
from pathlib import Path

program, dossier = sys.argv[1:]


def run(*arguments: str, code: int = 0) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    if done.returncode != code:
        sys.exit(f"{arguments}: exit {done.returncode}, expected {code}\n{done.stdout}\n{done.stderr}")
    return done.stdout


totals = json.loads(run("evaluate", dossier, "--output", "json"))["totals"]
expected = {"due": "4708.28", "eligible": "658.00", "undetermined_at_most": "329.00"}
if {key: totals[key] for key in expected} != expected:
    sys.exit(f"totals: {totals}")
for arguments in (
    ("--version",),
    ("--help",),
    ("list",),
    ("show", "departements/32/2024-2025"),
    ("schema", "policy"),
    ("schema", "decision"),
    ("schema", "dossier", "--year", "2024-2025", "--department", "32"),
    ("template", "dossier", "--year", "2024-2025", "--department", "32"),
    ("plugins", "list"),
    ("help", "CLAS-P104"),
    ("completion", "bash"),
):
    if not run(*arguments).strip():
        sys.exit(f"{arguments}: nothing printed")
run("check")
written = run("init", "atelier", "--department", "32", "--year", "2024-2025").splitlines()
missing = [name for name in (*written, "atelier/.vscode/settings.json") if not Path(name).is_file()]
if len(written) < 14 or missing:
    sys.exit(f"init: {written}, missing {missing}")
for command in ("check", "test"):
    run(command, "--policies", "atelier/policies")
run("fmt", "--check", "--policies", "atelier/policies")
run("evaluate", "absent*.json", code=5)
run("evaluate", "absent.json", code=5)
print("smoke test: passed")  # noqa: T201
