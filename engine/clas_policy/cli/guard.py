"""The guard around the program: whatever happens ends in an exit code and at most one line."""

from __future__ import annotations

import sys

from clas_policy import i18n
from clas_policy.cli import streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from clas_policy.cli.exit_codes import ExitCode

_LONGEST = 300


def guarded(work: Callable[[], int], lang: str, *, debug: bool = False) -> int:
    """The exit code of `work`; 70 and one line for a fault of the program, with its traceback when `debug`."""
    try:
        code = work()
        streams.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough of it.
        streams.close_quietly(sys.stdout)
        return _exit_codes().FINDINGS
    except streams.StreamError:
        streams.close_quietly(sys.stdout)
        streams.tell(f"clas-policy: {i18n.sentence('standard output cannot be written', lang)}")
        return _exit_codes().INTERNAL
    except KeyboardInterrupt:
        # What was handed on before stays; a reader that is gone too is no second fault.
        try:
            streams.flush()
        except (BrokenPipeError, streams.StreamError):
            streams.close_quietly(sys.stdout)
        return _exit_codes().INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, people get one line
        tell_fault(error, lang, debug=debug)
        return _exit_codes().INTERNAL
    return code


def _exit_codes() -> type[ExitCode]:
    from clas_policy.cli.exit_codes import ExitCode  # imports enum, which costs more than a version number

    return ExitCode


def tell_fault(error: BaseException, lang: str, *, debug: bool) -> None:
    """One line about a fault of the program; its traceback before it when `debug`."""
    from clas_policy.cli.safe_text import safe_text

    if debug:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            streams.tell(safe_text(line))
    what = safe_text(f"{type(error).__name__}: {error}")[:_LONGEST]
    streams.tell(i18n.sentence("clas-policy has a fault of its own ({what}); `--debug` shows where", lang, what=what))
