"""The keys and the words of the policy language, as people say them."""

from __future__ import annotations

from clas_policy.compare import Group, Section
from clas_policy.compare.changes import Head
from clas_policy.frozen import dataclass
from clas_policy.speech import Speech


@dataclass(frozen=True, slots=True)
class Keys:
    """Words of one language for what the language of policies writes in one."""

    say: Speech

    def group(self, group: Group) -> str:
        """The heading of a group of changes."""
        _ = self.say
        return {
            Group.STATUS: _("Status and versions"),
            Group.FIGURES: _("Figures"),
            Group.DATES: _("Dates"),
            Group.CONDITIONS: _("Conditions"),
            Group.GRANTS: _("Aids"),
            Group.ORIENTATIONS: _("Orientations"),
            Group.QUESTIONS: _("Questions"),
            Group.TEXTS: _("Texts and sources"),
        }[group]

    def name(self, key: str) -> str:
        """A key of an item, empty where the label of the item says enough."""
        _ = self.say
        if key.startswith("readings."):
            return _("reading {name}", name=key.partition(".")[2])
        if key.startswith("of."):
            return _("words of the answer {name}", name=key.partition(".")[2])
        names = {
            "status": _("status"),
            "version": _("version"),
            "extends": _("stands on"),
            "title": _("title"),
            "source": _("source"),
            "checked_on": _("compared with its source on"),
            "label": _("label"),
            "question": _("question"),
            "help": _("explanation"),
            "text": _("text"),
            "because": _("reason of the choice"),
            "type": _("type"),
            "for_each": _("for each"),
            "list": _("name of the list"),
            "min": _("smallest answer"),
            "max": _("largest answer"),
            "min_items": _("least number of answers"),
            "of": _("possible answers"),
            "derive.by": _("derived by"),
            "derive.reads": _("derived from"),
            "opens_on": _("opens on"),
            "last_day": _("last day"),
            "before": _("closes before"),
            "extensions.last_day": _("last day of an extension"),
            "extensions.when": _("condition of an extension"),
            "extensions.label": _("label of an extension"),
            "when_text": _("time"),
            "late": _("who is late"),
            "fact": _("date that is compared"),
            "only_if": _("only if"),
            "reading": _("chosen reading"),
            "readings": _("readings"),
            "amount": _("amount"),
            "at_most": _("at most"),
            "rounded_to": _("printed with a rounding to"),
            "round_to": _("rounding"),
            "funder": _("funder"),
            "accord": _("accord"),
            "weight": _("weight"),
            "otherwise": _("otherwise"),
        }
        return names.get(key, "")

    def nothing(self, key: str) -> str:
        """What stands for an absent property."""
        _ = self.say
        match key:
            case "for_each":
                return _("the whole dossier")
            case "accord":
                return _("no accord needed")
            case "reading":
                return _("left open")
            case "derive.by":
                return _("given by the dossier")
            case "when_text":
                return _("no text")
            case _:
                return _("nothing")

    def term(self, key: str, value: str) -> str:
        """A word of the policy language, or itself where it is a name."""
        _ = self.say
        words = {
            "type": {
                "boolean": _("yes or no"),
                "integer": _("a whole number"),
                "money": _("an amount of money"),
                "rate": _("a rate"),
                "date": _("a date"),
                "choice": _("one choice"),
                "choices": _("several choices"),
                "text": _("a text"),
            },
            "status": {"draft": _("draft"), "in_force": _("in force")},
            "weight": {
                "mandatory": _("mandatory"),
                "priority": _("priority"),
                "advisory": _("advisory"),
            },
        }
        effects = {
            "inadmissible": _("the dossier is not admissible"),
            "not_examined": _("the dossier is not examined"),
            "next_year": _("the dossier is put off to next year"),
        }
        return words.get(key, effects if key in ("late", "otherwise") else {}).get(value, value)

    def item(self, section: Section, *, is_new: bool) -> str:
        """That an item is new, or gone."""
        _ = self.say
        new, gone = {
            Section.DOCUMENTS: (_("new document"), _("document removed")),
            Section.FUNDERS: (_("new funder"), _("funder removed")),
            Section.ENTITIES: (_("new list of the dossier"), _("list of the dossier removed")),
            Section.FACTS: (_("new question"), _("question removed")),
            Section.PARAMETERS: (_("new figure"), _("figure removed")),
            Section.PUBLISHED: (_("new printed figure"), _("printed figure removed")),
            Section.DEADLINES: (_("new date"), _("date removed")),
            Section.CRITERIA: (_("new criterion"), _("criterion removed")),
            Section.ADMISSIBILITY: (_("now a condition of admissibility"), _("no longer a condition of admissibility")),
            Section.GRANTS: (_("new aid"), _("aid removed")),
            Section.ORIENTATIONS: (_("new orientation"), _("orientation removed")),
        }.get(section, (_("new text"), _("text removed")))
        return new if is_new else gone

    def head(self, head: Head) -> str:
        """How parts stand together."""
        _ = self.say
        match head.key:
            case "all":
                return _("all of these conditions")
            case "any":
                return _("one of these conditions is enough")
            case "at_least":
                return _("at least {count} of these conditions", count=str(head.count))
            case "add":
                return _("the sum of these amounts")
            case "smallest_of":
                return _("the smallest of these amounts")
            case _:
                return _("the largest of these amounts")

    def part(self, among: Head | None, what: str, key: str, *, negated: bool, is_new: bool) -> str:
        """That a part stands among more now, or stood there before."""
        _ = self.say
        match among:
            case None if key == "requires":
                new = _("now requires: {what}", what=what)
                gone = _("no longer requires anything; before: {what}", what=what)
            case None:
                new, gone = _("added: {what}", what=what), _("removed: {what}", what=what)
            case Head(key="any") if negated:
                new, gone = _("also excludes: {what}", what=what), _("no longer excludes: {what}", what=what)
            case _ if negated:
                new = _("now only excludes with, in addition: {what}", what=what)
                gone = _("now excludes without: {what}", what=what)
            case Head(key="all"):
                new, gone = _("also requires: {what}", what=what), _("no longer requires: {what}", what=what)
            case Head(key="any"):
                new, gone = _("also accepts: {what}", what=what), _("no longer accepts: {what}", what=what)
            case Head(key="at_least"):
                new, gone = _("also counts: {what}", what=what), _("no longer counts: {what}", what=what)
            case Head(key="counted_up_to"):
                new = _("the base is now counted up to {what}", what=what)
                gone = _("the base is no longer counted up to {what}", what=what)
            case Head(key="add"):
                new, gone = _("also adds: {what}", what=what), _("no longer adds: {what}", what=what)
            case Head(key="first_match"):
                new, gone = _("new case: {what}", what=what), _("case removed: {what}", what=what)
            case _:
                new, gone = _("also compares with: {what}", what=what), _("no longer compares with: {what}", what=what)
        return new if is_new else gone

    def role(self, role: str | None) -> str:
        """Where in an amount a part stands."""
        _ = self.say
        roles = {
            "rate": _("rate"),
            "of": _("base"),
            "counted_up_to": _("counted up to"),
            "otherwise": _("in other cases"),
            "when": _("condition of a case"),
            "then": _("amount of a case"),
        }
        return roles.get(role or "", "")

    def bound(self, value: str, *, is_lower: bool, strict: bool, is_date: bool) -> str:
        """One end of an interval."""
        _ = self.say
        match is_date, is_lower, strict:
            case True, True, False:
                return _("from {day} on", day=value)
            case True, True, True:
                return _("after {day}", day=value)
            case True, False, False:
                return _("up to and including {day}", day=value)
            case True, False, True:
                return _("before {day}", day=value)
            case False, True, False:
                return _("at least {number}", number=value)
            case False, True, True:
                return _("more than {number}", number=value)
            case False, False, False:
                return _("at most {number}", number=value)
            case _:
                return _("less than {number}", number=value)
