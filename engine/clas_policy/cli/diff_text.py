"""A comparison as a document for people: what changed, group after group, with places and sources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from clas_policy.cli.blocks import Block, Heading, Item, Items, Paragraph, Table
from clas_policy.cli.diff_words import ARROW, Words
from clas_policy.compare import Change, Comparison
from clas_policy.compare.changes import Cited, Day, Figure, Reviewed
from clas_policy.model.fact import Origin
from clas_policy.model.policy import LayerRef, Policy
from clas_policy.speech import Speech


def blocks(comparison: Comparison, say: Speech) -> Iterator[Block]:
    """The document as lists: each change with where it stands, below."""
    words = Words(say, comparison)
    yield from _head(comparison, say)
    for group, changes in groupby(comparison.changes, key=lambda change: change.group):
        yield Heading(words.keys.group(group))
        yield Items(tuple(_item(change, words) for change in changes))


def tables(comparison: Comparison, say: Speech) -> Iterator[Block]:
    """The document as tables, for a note to a committee."""
    _, words = say, Words(say, comparison)
    yield from _head(comparison, say)
    for group, changes in groupby(comparison.changes, key=lambda change: change.group):
        yield Heading(words.keys.group(group))
        headers = (_("What"), _("Before"), _("After"), _("Difference"), _("Source"), _("Where"))
        yield Table(headers, tuple(_row(change, words) for change in changes))


def _head(comparison: Comparison, say: Speech) -> Iterator[Block]:
    _, old, new = say, comparison.old, comparison.new
    yield Heading(_("What changed"), 1)
    yield Items((_policy(_("before"), old, say), _policy(_("after"), new, say)))
    drafts = (f"{layer.id} v{layer.version}" for one in (old, new) for layer in one.layers if layer.status == "draft")
    for draft in dict.fromkeys(drafts):
        yield Paragraph(_("DRAFT: {id} is not in force; what it says may still change.", id=draft), "notice")
    yield Paragraph(_summary(comparison, say), "open" if comparison.rules else "good")


def _policy(which: str, policy: Policy, say: Speech) -> Item:
    """A policy, with the layers that it stands on below it."""
    *above, last = policy.layers
    stands = [Item(f"{say('stands on')}{say.colon}{_layer(layer)}") for layer in reversed(above)]
    return Item(f"{which}{say.colon}{policy.title}, {_layer(last)}", tuple(stands))


def _layer(layer: LayerRef) -> str:
    return f"{layer.id} v{layer.version} ({layer.file or layer.shipped_by})"


def _summary(comparison: Comparison, say: Speech) -> str:
    count, rules = len(comparison.changes), len(comparison.rules)
    words = count - rules
    if not count:
        same = [layer.sha256 for layer in comparison.old.layers] == [layer.sha256 for layer in comparison.new.layers]
        if same:
            return say("Nothing changed in meaning: the texts are the same.")
        return say("Nothing changed in meaning: the texts differ in comments, layout or order alone.")
    if not rules:
        return say.plural(
            "The rules are the same; {count} change of words and sources.",
            "The rules are the same; {count} changes of words and sources.",
            words,
        )
    told = say.plural("{count} change of the rules", "{count} changes of the rules", rules)
    if words:
        more = say.plural("{count} of words and sources", "{count} of words and sources", words)
        return say("{first} and {last}.", first=told, last=more)
    return f"{told}."


def _item(change: Change, words: Words) -> Item:
    _ = words.say
    below = [Item(line) for line in words.definition(change)]
    below += [Item(line) for line in (_reach(change, words), _("where") + _.colon + where(change)) if line]
    if source := _source(change, words):
        below.append(Item(f"{_('source')}{_.colon}{source}"))
    return Item(f"{words.title(change)}{_.colon}{words.told(change)}", tuple(below))


def _row(change: Change, words: Words) -> tuple[str, ...]:
    said = words.said(change)
    title = words.title(change)
    by = said.by
    about = [title, said.about]
    if not isinstance(change.what, Figure | Day):
        about, by = [*about, said.by], ""
    new = said.whole or said.new
    if definition := words.definition(change):
        new = f"{new} ({'; '.join(definition)})"
    return " – ".join(filter(None, about)), said.old, new, by, _source(change, words), where(change)


def _reach(change: Change, words: Words) -> str:
    """Who reads the item, and which grants depend on it through them."""
    _, parts = words.say, []
    if change.read_by:
        parts.append(_("read by {names}", names=words.names(change.read_by)))
    if change.reaches:
        parts.append(_("touches {names}", names=words.names(change.reaches)))
    return f"{change.name}{_.colon}{_.semicolon.join(parts)}" if parts else ""


def place(origin: Origin) -> str:
    """The file and the line, or the layer where there is no file."""
    return f"{origin.at.file}:{origin.at.line}" if origin.at is not None and origin.at.file else origin.layer


def where(change: Change) -> str:
    """Both places; one where they are the same."""
    places = dict.fromkeys(place(origin) for origin in (change.old, change.new) if origin is not None)
    return ARROW.join(places)


def _source(change: Change, words: Words) -> str:
    """Both sources; one where they are the same, none where the change is of sources."""
    if isinstance(change.what, Cited | Reviewed):
        return ""
    sources = dict.fromkeys(origin.source for origin in (change.old, change.new) if origin is not None)
    return ARROW.join(words.source(source) for source in sources) if any(sources) else ""
