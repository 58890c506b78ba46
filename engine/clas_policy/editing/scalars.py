"""A text as one YAML value: plain where it can be, in double quotes where it cannot."""

from __future__ import annotations

import json
import re
from typing import Final

_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:.*\S)?")
_TURNING: Final = re.compile(r": |:$| #")
_IN_FLOW: Final = re.compile(r"[,\[\]{}]")
_TAKEN: Final = re.compile(r"(?:~|null|true|false|yes|no|on|off|to_confirm|[-+.0-9][-+.0-9_eExXoO]*)", re.IGNORECASE)


def scalar(text: str, *, flow: bool, is_text: bool = False) -> str:
    """How `text` is written, inside brackets when `flow`.

    A figure is written as it is; what `is_text` is put in quotes where it would be read as something else.
    """
    text = " ".join(text.split())
    safe = _PLAIN.fullmatch(text) is not None or re.fullmatch(r"-?[0-9][^:#,\[\]{}]*", text) is not None
    if not safe or _TURNING.search(text) or (flow and _IN_FLOW.search(text)) or (is_text and _TAKEN.fullmatch(text)):
        return json.dumps(text, ensure_ascii=False)
    return text
