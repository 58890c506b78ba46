"""One decision starts fast: the evaluator loads nothing that it does not need."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, sys
before = set(sys.modules)
import clas_policy.explain
json.dump(sorted(set(sys.modules) - before), sys.stdout)
"""


def test_the_evaluator_loads_only_the_standard_library_and_the_model(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, check=True)
    loaded = json.loads(done.stdout)
    own = {name for name in loaded if name.startswith("clas_policy")}
    allowed = tuple(f"clas_policy.{name}" for name in ("explain", "model", "source", "problem", "frozen", "version"))
    assert own
    assert {name for name in own - {"clas_policy"} if not name.startswith(allowed)} == set()
    platform = "_sysconfigdata"  # of the standard library, under a name of the machine's
    others = {name.partition(".")[0] for name in loaded if name not in own and not name.startswith(platform)}
    assert others - sys.stdlib_module_names == set()
