"""One change in words of one language: what was, what is, and by how much."""

from __future__ import annotations

from datetime import date

from clas_policy import figures
from clas_policy.cli import definitions
from clas_policy.cli.diff_keys import Keys
from clas_policy.cli.diff_parts import Parts, Said, figure, labelled
from clas_policy.compare import Change, Comparison, Section
from clas_policy.compare import changes as ch
from clas_policy.compare.reach import ADMISSIBILITY
from clas_policy.frozen import dataclass
from clas_policy.model.fact import Type
from clas_policy.model.money import format_rate
from clas_policy.model.policy import Policy
from clas_policy.speech import Speech
from clas_policy.wording import value_text

ARROW = " → "
_MOST = 6
"""So many names are said; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Words:
    """Puts the changes of one comparison into words."""

    say: Speech
    comparison: Comparison

    @property
    def keys(self) -> Keys:
        return Keys(self.say)

    def title(self, change: Change) -> str:
        """What the change is about: the label of the item, and the key that changed where that is not plain."""
        if change.section is Section.POLICY:
            name = self.keys.name(change.key)
            return f"{name} ({change.name})" if change.key in ("status", "version") else name
        # A label that changed is no name for itself.
        label = change.name if change.key in ("label", "title") else change.label or change.name
        if change.section is Section.PUBLISHED:
            label = self.say("{label} (printed figure)", label=label)
        key = self.keys.name(change.key)
        return f"{label}, {key}" if key else label

    def told(self, change: Change) -> str:
        """What changed, in one sentence."""
        said = self.said(change)
        about = f"{said.about}{self.say.colon}" if said.about else ""
        by = f" ({said.by})" if said.by else ""
        return f"{about}{said.whole}" if said.whole else f"{about}{said.old}{ARROW}{said.new}{by}"

    def said(self, change: Change) -> Said:
        """What changed, in parts."""
        _, what = self.say, change.what
        match what:
            case ch.Figure():
                is_bound = change.section is Section.FACTS
                old, new = (
                    _("no limit") if number is None and is_bound else figure(number, what.type, _)
                    for number in (what.old, what.new)
                )
                # A step of rounding ten times as large is no rise.
                by = "" if change.key in ("round_to", "rounded_to") else self._by_how_much(what)
                return Said(old, new, by)
            case ch.Day():
                return Said(self._mark(what.old), self._mark(what.new), self._days(what.days))
            case ch.ItemAdded():
                return Said(whole=self.keys.item(change.section, is_new=True))
            case ch.ItemRemoved():
                return Said(whole=self.keys.item(change.section, is_new=False))
            case ch.Renamed(old=old, new=new):
                return Said(old, new, about=_("the same under another name"))
            case ch.Term(old=old, new=new):
                return Said(self._term(change, old, is_old=True), self._term(change, new, is_old=False))
            case ch.Entries():
                return Said(whole=self._entries(what, change))
            case ch.Wording(old=old, new=new):
                return Said(self._quoted(old), self._quoted(new))
            case ch.Cited(old=old, new=new, names=names):
                return Said(self.source(old), self.source(new), self.names(names))
            case ch.Reviewed(old=old, new=new, names=names):
                return Said(self._reviewed(old), self._reviewed(new), self.names(names))
            case _:
                return Parts(self.say, self.comparison).said(what, change.key)

    def definition(self, change: Change) -> tuple[str, ...]:
        """What an item is that was added or removed, in the words of the language."""
        if not isinstance(change.what, ch.ItemAdded | ch.ItemRemoved):
            return ()
        policy = self.comparison.new if isinstance(change.what, ch.ItemAdded) else self.comparison.old
        for found in definitions.definitions(policy):
            if (found.section, found.name) == (change.section.value, change.name):
                return tuple(line for line in found.lines if not line.startswith("label: "))
        if change.section is Section.PUBLISHED:
            return tuple(
                f"at_most: {value_text(figure.at_most, Type.MONEY)}"
                for figure in policy.published
                if figure.grant == change.name
            )
        return ()

    # -- figures and days

    def _by_how_much(self, change: ch.Figure) -> str:
        """« +1,4 % » of an amount, « +0,5 point » of a rate, « +2 » of a number."""
        difference = change.difference
        if not difference:
            return ""
        sign = "+" if difference > 0 else figures.MINUS
        match change.type:
            case Type.RATE:
                return f"{sign}{self._points(abs(difference))}"
            case Type.MONEY if change.tenths:
                return self._percent(change.tenths)
            case _:
                return f"{sign}{figure(abs(difference), change.type, self.say)}"

    def _percent(self, tenths: int) -> str:
        """Tenths of a percent: « +1,4 % »."""
        sign = "+" if tenths > 0 else figures.MINUS
        whole, rest = divmod(abs(tenths), 10)
        return f"{sign}{figures.rate(f'{whole}.{rest} %', self.say.lang)}"

    def _points(self, millionths: int) -> str:
        number = format_rate(millionths).removesuffix(" %")
        if self.say.lang == "fr":
            number = number.replace(".", ",")
        single = millionths < 20_000 if self.say.lang == "fr" else millionths == 10_000
        return self.say("{number} point", number=number) if single else self.say("{number} points", number=number)

    def _days(self, days: int | None) -> str:
        if not days:
            return ""
        if days > 0:
            return self.say.plural("{count} day later", "{count} days later", days)
        return self.say.plural("{count} day earlier", "{count} days earlier", -days)

    def _mark(self, mark: ch.DayMark | None) -> str:
        if mark is None:
            return self.say("no day")
        if mark.day is None:
            return mark.name or self.say("to confirm")
        said = figures.day(mark.day.isoformat(), self.say.lang)
        return f"{said} ({mark.name})" if mark.name else said

    # -- words, names, texts

    def _term(self, change: Change, value: str | None, *, is_old: bool) -> str:
        policy = self.comparison.old if is_old else self.comparison.new
        if value is None:
            return self.say("to confirm") if change.key == "value" else self.keys.nothing(change.key)
        match change.key:
            case "funder":
                return labelled(value, policy.funders[value].label) if value in policy.funders else value
            case "for_each":
                return labelled(value, policy.entities[value].label) if value in policy.entities else value
            case "accord" | "fact":
                return labelled(value, policy.facts[value].label) if value in policy.facts else value
            case "reading":
                return labelled(value, self._reading(change.name, value, policy))
            case "when_text":
                return self._quoted(value)
            case _:
                return self.keys.term(change.key, value)

    def _reading(self, name: str, reading: str, policy: Policy) -> str:
        chosen = policy.criteria[name].chosen if name in policy.criteria else None
        return chosen.label if chosen is not None and chosen.reading == reading else reading

    def _entries(self, entries: ch.Entries, change: Change) -> str:
        def names(found: tuple[str, ...], policy: Policy) -> str:
            fact = policy.facts.get(change.name)
            labels = {option.value: option.label for option in fact.options} if fact is not None else {}
            return ", ".join(labelled(name, labels[name]) if name in labels else name for name in found)

        parts = []
        if entries.added:
            parts.append(self.say("new: {what}", what=names(entries.added, self.comparison.new)))
        if entries.removed:
            parts.append(self.say("gone: {what}", what=names(entries.removed, self.comparison.old)))
        return self.say.semicolon.join(parts)

    def source(self, source: str | None) -> str:
        if source is None:
            return self.say("no source")
        return self.say("to confirm") if source == "to_confirm" else source

    def _reviewed(self, day: date | None) -> str:
        return self.say("no date") if day is None else figures.day(day.isoformat(), self.say.lang)

    def _quoted(self, text: str | None) -> str:
        if not text:
            return self.say("no text")
        if text == "to_confirm":
            return self.say("to confirm")
        return f"« {text} »" if self.say.lang == "fr" else f"“{text}”"

    def names(self, names: tuple[str, ...]) -> str:
        """Some names, and how many more there are."""
        names = tuple(self.say("admissibility") if name == ADMISSIBILITY else name for name in names)
        if len(names) <= _MOST:
            return ", ".join(names)
        some, more = ", ".join(names[: _MOST - 1]), len(names) - _MOST + 1
        return self.say.plural("{names} and {count} more", "{names} and {count} more", more, names=some)
