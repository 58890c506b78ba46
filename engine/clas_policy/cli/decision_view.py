"""A decision record as a document: what an agent wants to know first, then why, then what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from clas_policy import figures
from clas_policy.cli.blocks import Block, Heading, Item, Items, Paragraph, Table
from clas_policy.cli.decision_causes import Cause, causes, member_of
from clas_policy.cli.decision_labels import Labels
from clas_policy.cli.reason_words import ReasonWords
from clas_policy.model.fact import cited
from clas_policy.speech import Speech

Record = Mapping[str, Any]
Entity = Mapping[str, str] | None


def blocks(record: Record, say: Speech, labels: Labels, *, verbose: bool = False) -> list[Block]:
    """The document of a decision, in the order in which it is read."""
    return list(_View(record, say, labels, verbose=verbose).blocks())


class _View:
    def __init__(self, record: Record, say: Speech, labels: Labels, *, verbose: bool) -> None:
        self.record = record
        self.say = say
        self.labels = labels
        self.verbose = verbose
        self.words = ReasonWords(say, lambda fact, value: labels.options.get((fact, value), value))
        self.grant_labels = {grant["id"]: grant["label"] for grant in record["grants"]}
        self.criteria = {(c["id"], _key(c["entity"])): c for c in record["criteria"]}
        self.orientation_labels = {o["id"]: o["label"] for o in record["orientations"]}

    def blocks(self) -> Iterator[Block]:
        yield from self._head()
        yield from self._section(self.say("What decides it"), self._effects())
        yield from self._grants()
        yield from self._section(self.say("Why"), self._reasons())
        yield from self._section(self.say("Answers that are missing"), self._missing())
        yield from self._section(self.say("Accords awaited"), self._awaited())
        yield from self._section(self.say("Where the text can be read in two ways"), self._open_readings())
        yield from self._section(self.say("How the amounts are made"), self._workings())
        yield from self._section(self.say("For the committee"), self._orientations())
        yield from self._section(self.say("To note"), self._warnings())
        if self.verbose:
            yield from self._section(self.say("Every criterion"), self._criteria())
        yield from self._section(self.say("What this rests on"), self._foot())

    def _section(self, title: str, items: Iterator[Item]) -> Iterator[Block]:
        found = tuple(items)
        if found:
            yield Heading(title)
            yield Items(found)

    def _head(self) -> Iterator[Block]:
        _, record = self.say, self.record
        yield Heading(_("Dossier {id}", id=str(record["dossier"]["id"])), 1)
        where = [str(self.labels.title or record["policy"]["id"])]
        if record["dossier"]["department"]:
            where.append(_("department {code}", code=str(record["dossier"]["department"])))
        where.append(str(record["dossier"]["period"]))
        yield Paragraph(" · ".join(dict.fromkeys(where)))
        codes = {warning["code"] for warning in record["warnings"]}
        if "CLAS-W405" in codes:
            yield Paragraph(_("DRAFT: these rules are not in force; this is no decision."), "notice")
        if "CLAS-W406" in codes:
            yield Paragraph(_("National rules only: the local conditions are not known."), "notice")
        yield self._outcome()

    def _outcome(self) -> Paragraph:
        _, record = self.say, self.record
        match record["outcome"]:
            case "inadmissible":
                return Paragraph(_("This dossier is NOT ADMISSIBLE."), "bad")
            case "incomplete":
                count = len(record["missing"])
                if count and "facts" in record.get("incomplete_because", ()):
                    return Paragraph(
                        _.plural(
                            "This dossier is TO BE COMPLETED: {count} answer is missing.",
                            "This dossier is TO BE COMPLETED: {count} answers are missing.",
                            count,
                        ),
                        "open",
                    )
                return Paragraph(_("This dossier is TO BE COMPLETED."), "open")
            case _:
                pass
        if record["grants"] and all(grant["status"] == "refused" for grant in record["grants"]):
            return Paragraph(_("This dossier is ADMISSIBLE, but no aid can be granted."), "bad")
        if not record["grants"]:
            return Paragraph(_("This dossier is ADMISSIBLE, but nothing in it can receive an aid."), "bad")
        return Paragraph(_("This dossier is ADMISSIBLE."), "good")

    def _effects(self) -> Iterator[Item]:
        _ = self.say
        for effect in self.record["effects"]:
            criterion = self.criteria.get((effect["id"], _key(effect["entity"])))
            label = criterion["label"] if criterion else effect["id"]
            what = {
                "inadmissible": _("the dossier is not admissible"),
                "not_examined": _("the dossier is not examined"),
                "next_year": _("the dossier is put off to next year"),
            }[effect["effect"]]
            if effect["entity"]:
                what = _("no aid for {group}", group=_member(effect["entity"]))
            if effect.get("reason") == "early":
                what = _("{what} (too early)", what=what)
            elif effect.get("reason") == "late":
                what = _("{what} (too late)", what=what)
            yield Item(
                f"{label}{self._source(criterion)}{_.colon}{what}",
                tuple(self._decisive(criterion)) if criterion else (),
            )

    def _grants(self) -> Iterator[Block]:
        _, grants = self.say, self.record["grants"]
        if not grants:
            return
        yield Heading(_("Aids"))
        order = list(dict.fromkeys(_key(grant["entity"]) for grant in grants))
        rows = [
            (_member(grant["entity"]), grant["label"], self._status(grant["status"]), self._amount(grant))
            for grant in sorted(grants, key=lambda grant: order.index(_key(grant["entity"])))
        ]
        merged = [
            tuple(row if index == 0 else ("", *row[1:]) for index, row in enumerate(group))
            for _name, group in groupby(rows, key=lambda row: row[0])
        ]
        lines = [row for group in merged for row in group]
        totals = list(self._totals())
        yield Table(
            (_("Group"), _("Aid"), _("State"), _("Amount")), (*lines, *totals), frozenset({3}), totals=len(totals)
        )

    def _totals(self) -> Iterator[tuple[str, str, str, str]]:
        _ = self.say
        funders = self.record["totals"]["by_funder"]
        for name, totals in funders.items():
            label = self.labels.funders.get(name, name)
            for key, state in (
                ("due", _("due")),
                ("eligible", _("possible")),
                ("undetermined_at_most", _("undetermined, at most")),
            ):
                amount = totals[key]
                if key == "due" or amount != "0.00":
                    shown = _("no upper limit") if amount is None else figures.money(amount, _.lang)
                    yield (_("Total"), label, state, shown)
                    label = ""

    def _status(self, status: str) -> str:
        _ = self.say
        return {
            "due": _("due"),
            "eligible": _("possible"),
            "refused": _("refused"),
            "undetermined": _("undetermined"),
        }[status]

    def _amount(self, grant: Record) -> str:
        _ = self.say
        if grant["status"] == "refused":
            return "–"
        if grant["amount"] is not None:
            return figures.money(grant["amount"], _.lang)
        if grant["at_most"] is not None:
            return _("at most {amount}", amount=figures.money(grant["at_most"], _.lang))
        return _("not known")

    def _reasons(self) -> Iterator[Item]:
        _ = self.say
        for cause in causes(self.record):
            aids = dict.fromkeys(f"{grant['label']} ({self._status(grant['status'])})" for grant in cause.grants)
            below = [*self._decisive(cause.criterion)] if cause.criterion else []
            below.append(Item(_("this holds up: {aids}", aids=", ".join(aids))))
            where = f"{cause.member} — " if cause.member else ""
            yield Item(f"{where}{self._cause(cause)}", tuple(below))
        for grant in self.record["grants"]:
            if grant["status"] == "undetermined" and not grant["because"]:
                where = f"{member_of(grant)} — " if grant["entity"] else ""
                yield Item(f"{where}{grant['label']}{_.colon}{_('the amount depends on answers that are missing')}")

    def _cause(self, cause: Cause) -> str:
        _ = self.say
        if cause.criterion is None:
            funder = cause.grants[0]["funder"]
            return _("{funder} did not give its accord", funder=self.labels.funders.get(funder, funder))
        state = _("not met") if cause.criterion["status"] == "not_met" else _("not known yet")
        return f"{cause.criterion['label']}{self._source(cause.criterion)}{_.colon}{state}"

    def _decisive(self, criterion: Record) -> Iterator[Item]:
        """What decides a criterion; a criterion named in it is followed to its own reasons."""
        why = criterion.get("why")
        if why is not None:
            yield from self.words.decisive(why)

    def _missing(self) -> Iterator[Item]:
        _ = self.say
        for entry in self.record["missing"]:
            question = entry.get("question") or entry["label"]
            where = f"{_member(entry['entity'])} — " if entry["entity"] else ""
            aids = [name for name in entry["could_change"] if name not in self.orientation_labels]
            what = ", ".join(map(self._name, aids or entry["could_change"]))
            yield Item(f"{where}{question}", (Item(_("could change: {what}", what=what)),))
        for entry in self.record.get("unconfirmed", ()):
            yield Item(_("{label}: a figure that is still to confirm", label=entry["label"]))

    def _name(self, name: str) -> str:
        if name == "outcome":
            return self.say("whether the dossier is admissible")
        known = self.grant_labels.get(name) or self.orientation_labels.get(name) or self.labels.entities.get(name)
        return str(known or name)

    def _awaited(self) -> Iterator[Item]:
        _ = self.say
        for entry in self.record["awaiting"]:
            grant = next(
                g for g in self.record["grants"] if g["id"] == entry["grant"] and g["entity"] == entry["entity"]
            )
            funder = self.labels.funders.get(grant["funder"], grant["funder"])
            where = f"{_member(entry['entity'])} — " if entry["entity"] else ""
            yield Item(f"{where}{grant['label']}{_.colon}{self._amount(grant)} ({funder})")

    def _open_readings(self) -> Iterator[Item]:
        _ = self.say
        for entry in self.record["open_readings"]:
            criterion = self.criteria[entry["criterion"], _key(entry["entity"])]
            where = f"{_member(entry['entity'])} — " if entry["entity"] else ""
            names = {item["name"]: item["label"] for item in _readings(criterion.get("why", {}))}
            below = tuple(
                Item(f"{names.get(name, name)}{_.colon}{self._by_reading(status)}")
                for name, status in entry["readings"].items()
            )
            yield Item(f"{where}{criterion['label']}{self._source(criterion)}", below)

    def _by_reading(self, status: str) -> str:
        _ = self.say
        return {"met": _("met"), "not_met": _("not met"), "unknown": _("not known yet")}[status]

    def _workings(self) -> Iterator[Item]:
        _ = self.say
        for grant in self.record["grants"]:
            how = grant.get("how")
            if how is None or grant["status"] == "refused":
                continue
            if not self.verbose and how["operation"] in ("parameter", "literal", "fact"):
                continue
            where = f"{_member(grant['entity'])} — " if grant["entity"] else ""
            exact, rounded = how.get("exact"), how.get("rounded")
            result = ""
            if rounded is not None:
                paid = figures.money(rounded, _.lang)
                if exact is not None and _stripped(exact) != _stripped(rounded):
                    exactly = figures.money(exact, _.lang)
                    result = _(" = {exact}, rounded to {paid}", exact=exactly, paid=paid)
                else:
                    result = f" = {paid}"
            yield Item(f"{where}{grant['label']}{_.colon}{self.words.working(how)}{result}{self._source(grant)}")

    def _orientations(self) -> Iterator[Item]:
        """Mandatory and not met first, then the rest of what is not met or not known, then what is met, in short."""
        _ = self.say
        found: dict[tuple[str, str], list[Record]] = {}
        for entry in self.record["orientations"]:
            found.setdefault((entry["id"], entry["status"]), []).append(entry)
        rank = {("mandatory", "not_met"): 0, ("mandatory", "unknown"): 1, ("priority", "met"): 2}
        ordered = sorted(
            found.items(), key=lambda pair: rank.get((pair[1][0]["weight"], pair[0][1]), 3 + (pair[0][1] == "met"))
        )
        met = 0
        for (_id, status), entries in ordered:
            first = entries[0]
            if status == "met" and first["weight"] != "priority" and not self.verbose:
                met += len(entries)
                continue
            groups = ", ".join(_member(entry["entity"]) for entry in entries if entry["entity"])
            where = f"{groups} — " if groups else ""
            if first.get("judged_by") == "committee":
                where, state = "", _("for the committee to judge")
            else:
                state = self._orientation_state(first["weight"], status)
            below = tuple(self._decisive(first)) if len(entries) == 1 and status != "met" else ()
            yield Item(f"{where}{first['label']}{self._source(first)}{_.colon}{state}", below)
        if met:
            yield Item(
                _.plural(
                    "{count} other point is met (`-v` shows it)", "{count} other points are met (`-v` shows them)", met
                )
            )

    def _orientation_state(self, weight: str, status: str) -> str:
        _ = self.say
        match weight, status:
            case "mandatory", "not_met":
                return _("MANDATORY, and not met")
            case "priority", "met":
                return _("priority")
            case _, "met":
                return _("met")
            case _, "not_met":
                return _("not met")
            case _:
                return _("not known yet")

    def _warnings(self) -> Iterator[Item]:
        _ = self.say
        for warning in self.record["warnings"]:
            names = ", ".join(map(self._name, warning["ids"]))
            where = f"{_member(warning['entity'])} — " if warning["entity"] else ""
            match warning["code"]:
                case "CLAS-W401" | "CLAS-W405" | "CLAS-W406":
                    continue  # said where it belongs
                case "CLAS-W402":
                    text = _("an accord was given for an aid that is refused: {names}", names=names)
                case "CLAS-W403":
                    text = _("the dossier lists none: {names}", names=names)
                case "CLAS-W404":
                    text = _("no upper limit is known for: {names}", names=names)
                case "CLAS-W407":
                    text = _("put aside, no rule at hand knows them: {names}", names=names)
                case _:
                    text = _("{code}: {names}", code=warning["code"], names=names)
            yield Item(f"{where}{text}")

    def _criteria(self) -> Iterator[Item]:
        _ = self.say
        for criterion in self.record["criteria"]:
            where = f"{_member(criterion['entity'])} — " if criterion["entity"] else ""
            state = self._by_reading(criterion["status"])
            if criterion.get("not_applicable"):
                state = _("does not apply")
            yield Item(
                f"{where}{criterion['label']}{self._source(criterion)}{_.colon}{state}",
                tuple(self._decisive(criterion)),
            )

    def _foot(self) -> Iterator[Item]:
        _, record = self.say, self.record
        day = figures.day(record["as_of"], _.lang)
        yield Item(
            _("rules as of {day}", day=day),
            tuple(
                Item(
                    _(
                        "{id}, version {version} ({digest}), shipped by {who}",
                        id=layer["id"],
                        version=str(layer["version"]),
                        digest=layer["sha256"][:12],
                        who=_("local files") if layer["from"] == "local files" else layer["from"],
                    )
                )
                for layer in record["policy"]["layers"]
            ),
        )
        names = {cited(str(entry.get("source", ""))) for entry in _sourced(record)}
        documents = {name: title for name, title in self.labels.documents.items() if name in names}
        if documents:
            yield Item(_("sources"), tuple(Item(f"{name}{_.colon}{title}") for name, title in documents.items()))
        plugins = ", ".join(f"{p['distribution']} {p['version']}" for p in record["engine"]["plugins"])
        engine = f"clas-policy {record['engine']['version']}"
        yield Item(_("engine: {engine}", engine=f"{engine}{_.semicolon}{plugins}" if plugins else engine))
        yield Item(_("facts of the dossier: digest {digest}", digest=record["dossier"]["sha256"][:12]))

    def _source(self, entry: Record | None) -> str:
        source = entry.get("source") if entry else None
        if source == "to_confirm":  # in a draft
            source = self.say("to confirm")
        return f" [{source}]" if source else ""


def _sourced(record: Record) -> Iterator[Record]:
    yield from record["criteria"]
    yield from record["grants"]
    yield from record["orientations"]


def _key(entity: Entity) -> str:
    return "" if entity is None else next(iter(entity.values()))


_member: Callable[[Entity], str] = _key


def _readings(node: Record) -> Iterator[Record]:
    if node.get("form") == "reading":
        yield node
    for item in node.get("items", ()):
        yield from _readings(item)


def _stripped(amount: str) -> str:
    return amount.rstrip("0").rstrip(".") if "." in amount else amount
