"""A small client of a language server: JSON-RPC over its standard streams, every wait bounded."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from time import monotonic
from typing import IO, Any, Final, TypeAlias

PATIENCE: Final = 60.0
"""Seconds that an answer may take; the server answers in milliseconds, a busy machine in seconds."""

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """A diagnostic, with its line as people count."""

    line: int
    message: str
    severity: int

    def __str__(self) -> str:
        return f"{self.line}: {self.message}"


class LanguageServer:
    """The server of one workspace, which has the settings of its ``.vscode/settings.json``.

    Nothing is fetched: every request is sent to a proxy that is not there.
    """

    def __init__(self, program: Path, workspace: Path, settings: Mapping[str, Any]) -> None:
        self._workspace = workspace
        self._settings = _nested({**settings, "http.proxy": "http://127.0.0.1:9"})
        self._received: Queue[Json | None] = Queue()
        self._diagnostics: dict[tuple[str, int], list[Finding]] = {}
        self._versions: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._next = 0
        self._configured = False
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        self._process = subprocess.Popen(
            ["node", program, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=workspace,
            env={**kept, "HOME": str(workspace), "LANG": "C.UTF-8"},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        self._initialize()

    def close(self) -> None:
        """Ends the server, by its own words if it still listens."""
        with suppress(OSError, TimeoutError, EOFError):
            self._request("shutdown", None)
            self._notify("exit", None)
        with suppress(OSError):
            self._input.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def findings(self, file: str, text: str | None = None) -> list[Finding]:
        """The diagnostics of a file of the workspace, with this text or its own."""
        uri = self._show(file, text)
        wanted = (uri, self._versions[uri])
        self._wait(lambda: wanted in self._diagnostics, f"diagnostics of {file}")
        return self._diagnostics[wanted]

    def hover(self, file: str, text: str) -> str:
        """What is shown over the place marked ``¦`` in a text, as Markdown."""
        found = self._at_mark("textDocument/hover", file, text)
        return str(found["contents"]["value"]) if found else ""

    def completions(self, file: str, text: str) -> dict[str, Json]:
        """What is proposed at the place marked ``¦`` in a text, by label."""
        found = self._at_mark("textDocument/completion", file, text)
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"]: item for item in items}

    def _at_mark(self, method: str, file: str, text: str) -> Any:
        before, mark, after = text.partition("¦")
        assert mark, "no place is marked"
        self.findings(file, before + after)  # the schema is there then
        uri = (self._workspace / file).as_uri()
        lines = before.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        return self._request(method, {"textDocument": {"uri": uri}, "position": position})

    def _show(self, file: str, text: str | None) -> str:
        """Opens a file, or changes its text as an editor does while somebody types."""
        path = self._workspace / file
        uri = path.as_uri()
        shown = path.read_text(encoding="utf-8") if text is None else text
        if self._texts.get(uri) == shown:
            return uri
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        self._texts[uri] = shown
        if version == 1:
            document = {"uri": uri, "languageId": "yaml", "version": version, "text": shown}
            self._notify("textDocument/didOpen", {"textDocument": document})
        else:
            document = {"uri": uri, "version": version}
            self._notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": shown}]})
        return uri

    def _initialize(self) -> None:
        folder = {"uri": self._workspace.as_uri(), "name": self._workspace.name}
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {"versionSupport": True},
            },
        }
        self._request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": capabilities,
                "locale": "fr",
            },
        )
        self._notify("initialized", {})
        self._notify("workspace/didChangeConfiguration", {"settings": self._settings})
        self._wait(lambda: self._configured, "the server to ask for its settings")

    def _request(self, method: str, params: Any) -> Any:
        self._next += 1
        number = self._next
        answers: list[Json] = []
        self._send({"id": number, "method": method, "params": params})
        self._wait(lambda: bool(answers), method, answers, number)
        if "error" in answers[0]:
            raise AssertionError(f"{method}: {answers[0]['error']}")
        return answers[0].get("result")

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._input.flush()

    def _wait(self, done: Any, what: str, answers: list[Json] | None = None, number: int = 0) -> None:
        """Takes what the server says until `done`; raises TimeoutError after a while, EOFError where it ends."""
        end = monotonic() + PATIENCE
        while not done():
            try:
                message = self._received.get(timeout=max(0.0, end - monotonic()))
            except Empty:
                raise TimeoutError(what) from None
            if message is None:
                raise EOFError(what)
            if "method" not in message:
                if answers is not None and message.get("id") == number:
                    answers.append(message)
            elif "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})
            elif message["method"] == "textDocument/publishDiagnostics":
                self._take(message["params"])

    def _answer(self, message: Json) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        self._configured = True
        return [self._settings.get(item.get("section", "")) for item in message["params"]["items"]]

    def _take(self, published: Json) -> None:
        version = published.get("version", self._versions.get(published["uri"], 0))
        self._diagnostics[published["uri"], version] = [
            Finding(found["range"]["start"]["line"] + 1, found["message"], found.get("severity", 1))
            for found in published["diagnostics"]
        ]

    def _listen(self, stream: IO[bytes]) -> None:
        for message in _messages(stream):
            self._received.put(message)
        self._received.put(None)


def _messages(stream: IO[bytes]) -> Iterator[Json]:
    """The messages of a stream, each after the length of its body."""
    with suppress(ValueError, OSError):  # closed while it is read
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            yield json.loads(stream.read(length))


def _nested(settings: Mapping[str, Any]) -> Json:
    """The settings as a server asks for them: ``{"yaml": {"schemaStore": {"enable": false}}}``."""
    nested: Json = {}
    for key, value in settings.items():
        first, *others = key.split(".") if not key.startswith("[") else [key]
        if not others:
            nested[first] = value
            continue
        table = nested.setdefault(first, {})
        for step in others[:-1]:
            table = table.setdefault(step, {})
        table[others[-1]] = value
    return nested
