"""What the program says, in the reader's language: English message ids, a French catalogue."""

from __future__ import annotations

import os
from functools import cache

TYPE_CHECKING = False  # as in typing, which is not imported for this alone
if TYPE_CHECKING:
    import gettext
    from collections.abc import Mapping

    from clas_policy.problem import Message

LANGUAGES = ("fr", "en")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale")  # noqa: PTH100, PTH118, PTH120


def language(option: str | None, environment: Mapping[str, str]) -> str:
    """The language to speak: the option, ``CLAS_POLICY_LANG``, then the locale; English where none says French.

    As in gettext, an empty variable counts as unset, and ``C`` or ``POSIX`` as English.
    """
    if option in LANGUAGES:
        return option
    for name in ("CLAS_POLICY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "fr" if value[:2].lower() == "fr" and not value[2:3].isalnum() else "en"
    return "en"


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    import gettext

    if lang == "en":
        return gettext.NullTranslations()
    # Not `gettext.translation`, which imports `locale` and looks at the environment.
    with open(os.path.join(FOLDER, lang, "LC_MESSAGES", "clas-policy.mo"), "rb") as compiled:  # noqa: PTH118, PTH123
        return gettext.GNUTranslations(compiled)


def sentence(template: str, lang: str, /, **values: str) -> str:
    """A message id in a language, its places filled."""
    return _catalogue(lang).gettext(template).format(**values)


def plural(one: str, many: str, count: int, lang: str, /, **values: str) -> str:
    """One of two message ids, by a number that also fills ``{count}``."""
    return _catalogue(lang).ngettext(one, many, count).format(count=count, **values)


def translate(message: Message, lang: str) -> str:
    """A message in a language, the messages that fill its places too."""
    values = {
        name: value if isinstance(value, str) else translate(value, lang) for name, value in message.values.items()
    }
    return sentence(message.template, lang, **values)
