"""French as it is printed: curved apostrophes, and spaces that do not break before and within signs."""

from __future__ import annotations

import re
from typing import Final

from clas_policy.figures import NARROW, NO_BREAK

_APOSTROPHE: Final = re.compile(r"(?<=\w)'(?=[\w«])")
_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!»%€](?:\W|$))")
_AFTER_OPENING: Final = re.compile(r"(?<=«) ")
_THIN: Final = re.compile(f"{NO_BREAK}(?=[;?!])")


def french(text: str) -> str:
    """A French text as it is set; whatever its author typed in the policy, the words stay the same."""
    text = _APOSTROPHE.sub("’", text)
    text = _AFTER_OPENING.sub(NO_BREAK, _BEFORE_SIGN.sub(NO_BREAK, text))
    return _THIN.sub(NARROW, text)
