"""Debian's Chromium, driven over its own pipe: pages as readers see them, without a library in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-pipe",
)


def program() -> str:
    """Where Chromium is; the test fails where it is not, since it was asked for."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    return found


class Page:
    """One page of a running Chromium: what is asked of it, and what it said meanwhile."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading = reading
        self._writing = writing
        self._last = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Asks for something and waits for the answer."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        self._writing.write(json.dumps(message).encode() + b"\0")
        self._writing.flush()
        while True:
            heard = self._hear()
            if heard.get("id") == self._last:
                assert "error" not in heard, heard
                found: dict[str, Any] = heard["result"]
                return found
            self.events.append(heard)

    def _hear(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._reading.read(1)) != b"\0":
            assert byte, "Chromium ended"
            data += byte
        heard: dict[str, Any] = json.loads(data)
        return heard

    def open(self, path: Path) -> None:
        """Shows a file, and waits until it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._hear())

    def look(self, script: str) -> Any:
        """The value of a script in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def size(self, width: int, *, printed: bool = False) -> None:
        """How wide the page is seen, and whether as it is printed."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", media="print" if printed else "screen")

    def said(self, method: str) -> list[dict[str, Any]]:
        """What happened of a kind since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a Chromium of its own, which ends with the context."""
    name = program()
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The program reads from descriptor 3 and writes to descriptor 4.
        command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        started = subprocess.Popen(
            ["bash", "-c", command, name, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        reading, writing = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        try:
            yield Page(reading, writing)
        finally:
            reading.close()
            writing.close()
            started.terminate()
            started.wait(timeout=30)
