"""Prints the shell block of a README that follows the comment ``<!-- command: NAME -->``."""

import re
import sys
from pathlib import Path

readme, name = sys.argv[1:]
text = Path(readme).read_text(encoding="utf-8")
match = re.search(rf"<!-- command: {re.escape(name)} -->\s*```(?:sh|console)\n(.*?)```", text, re.DOTALL)
if match is None:
    sys.exit(f"no command `{name}` in {readme}")
sys.stdout.write(match[1])
