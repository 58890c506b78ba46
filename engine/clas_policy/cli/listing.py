"""``clas-policy list``: the layers at hand."""

from __future__ import annotations

import sys

from clas_policy.cli import json_text, speaking, streams
from clas_policy.cli.columns import columns
from clas_policy.cli.exit_codes import ExitCode
from clas_policy.cli.options import common, output_option
from clas_policy.cli.settings import Settings
from clas_policy.problem import Message
from clas_policy.speech import Speech


@speaking.command("list")
@output_option
@common
def command(settings: Settings, output: str) -> None:
    """List the layers: id, version, status, title, and who ships them."""
    catalogue = settings.catalogue()
    entries = []
    for file in catalogue.files():
        layer = catalogue.read(file).layer
        entries.append(
            {
                "id": file.id,
                "version": file.version,
                "status": layer.status if layer else None,
                "title": layer.title if layer else None,
                "effective_from": layer.effective_from.isoformat() if layer and layer.effective_from else None,
                "from": file.shelf.shipped_by,
                "file": file.display,
            }
        )
    if output == "json":
        streams.emit_data(json_text.indented(entries) + "\n")
        return
    if not entries:
        streams.tell(settings.say(Message("no layer at hand")))
        sys.exit(ExitCode.NOTHING)
    _ = Speech(settings.lang)
    states = {"in_force": _("in force"), "draft": _("draft"), "None": _("cannot be read")}
    rows = [
        (
            str(entry["id"]),
            f"v{entry['version']}",
            states.get(str(entry["status"]), str(entry["status"])),
            str(entry["title"] or ""),
            _("local files") if entry["from"] == "local files" else str(entry["from"]),
        )
        for entry in entries
    ]
    streams.emit(columns((_("Layer"), _("Version"), _("Status"), _("Title"), _("From")), rows))
