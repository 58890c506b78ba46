"""A file as it was in a revision, in Git's own notation: ``HEAD~1:policies/national/2024-2025.yaml``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from clas_policy.problem import Message, PolicyError, Problem

_SECONDS: Final = 15
"""Reading one file takes Git some milliseconds; a network folder that is gone takes for ever."""
_QUIETLY: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
"""Git only reads: it takes no lock, asks nobody, fetches nothing."""


def content(spec: str, limit: int, folder: Path | None = None) -> bytes:
    """The bytes of ``REVISION:path``, at most `limit`, as Git sees it from a folder (by default where we are).

    Raises PolicyError: no Git, no repository, no such revision, no such file in it, a file that is too large.
    """
    revision, _, path = spec.rpartition(":")
    if revision.startswith("-"):
        raise _unknown_revision(revision)
    size = _git(folder, "cat-file", "-s", spec)
    if size.returncode != 0 or not size.stdout.strip().isdigit():
        raise _reason(folder, revision, path)
    if int(size.stdout) > limit:
        hint = Message("at most {size} KiB are read", {"size": str(limit // 1024)})
        raise PolicyError(
            [Problem("CLAS-C005", Message("`{path}` is too large in `{revision}`", _names(revision, path)), hint=hint)]
        )
    blob = _git(folder, "cat-file", "blob", spec)
    if blob.returncode != 0:
        raise _reason(folder, revision, path)
    return blob.stdout


def _git(folder: Path | None, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        hint = Message("install Git, or write the older version to a file and name that")
        raise PolicyError([Problem("CLAS-C001", Message("Git is not installed here"), hint=hint)])
    try:
        return subprocess.run(  # noqa: S603 - no shell; what the user typed is one argument
            [program, *arguments],
            cwd=folder,
            env={**os.environ, **_QUIETLY},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = Message("Git gave no answer within {seconds} seconds", {"seconds": str(_SECONDS)})
        hint = Message("try `git status` in the same folder; a network drive may be gone")
        raise PolicyError([Problem("CLAS-C005", message, hint=hint)]) from None
    except (OSError, ValueError) as failure:
        message = Message(
            "Git could not be started: {why}", {"why": getattr(failure, "strerror", None) or str(failure)}
        )
        raise PolicyError([Problem("CLAS-C005", message)]) from None


def _reason(folder: Path | None, revision: str, path: str) -> PolicyError:
    """Why Git did not give the file."""
    inside = _git(folder, "rev-parse", "--git-dir")
    if inside.returncode != 0:
        where = "." if folder is None else folder.as_posix()
        return PolicyError(
            [
                Problem(
                    "CLAS-C002",
                    Message("`{folder}` is not in a Git repository", {"folder": where}),
                    hint=_hint(_said(inside)),
                )
            ]
        )
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    if revision and found.returncode != 0:
        return _unknown_revision(revision)
    names = _names(revision, path)
    if _git(folder, "cat-file", "-e", f"{revision}:{path}").returncode == 0:
        message = Message("`{path}` is a folder in `{revision}`", {**names, "path": path or "/"})
        hint = Message("name a policy file in it, like `HEAD~1:national/2024-2025.yaml`")
    else:
        message = Message("no file `{path}` in `{revision}`", names)
        hint = Message("a path counts from the top of the repository; from the folder you are in, write `./` before it")
    return PolicyError([Problem("CLAS-C004", message, hint=hint)])


def _unknown_revision(revision: str) -> PolicyError:
    message = Message("Git knows no revision `{revision}`", {"revision": revision})
    hint = Message("`git log --oneline` lists them; `HEAD~1` is the last but one, `main` a branch")
    return PolicyError([Problem("CLAS-C003", message, hint=hint)])


def _names(revision: str, path: str) -> dict[str, str]:
    return {"revision": revision, "path": path}


def _said(process: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what Git said."""
    lines = process.stderr.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""


def _hint(said: str) -> Message:
    return Message("Git says: {text}", {"text": said or "–"})
