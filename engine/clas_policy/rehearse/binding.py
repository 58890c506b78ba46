"""Test files met with the policies that they test: every name looked up, every dossier typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from clas_policy.catalogue import Catalogue
from clas_policy.frozen import dataclass
from clas_policy.model.dossier import Dossier
from clas_policy.model.policy import Policy
from clas_policy.problem import ClasPolicyError, DossierError, Message, PolicyError, Problem, in_order
from clas_policy.reading import json_text
from clas_policy.reading.dossier import DossierReader
from clas_policy.reading.files import read_file
from clas_policy.reading.nodes import Node, Scalar
from clas_policy.reading.report import Report, meant, with_excerpts
from clas_policy.rehearse import dossiers, expecting
from clas_policy.rehearse.suite import Case, Suite
from clas_policy.rehearse.suite_text import CaseText, SuiteText, read_suite

MAX_BYTES: Final = 1024 * 1024
LATEST: Final = date.max
"""Without ``as_of``, the latest versions: a test does not come out differently tomorrow."""

Compose = Callable[[str, date], Policy]


@dataclass(frozen=True, slots=True)
class ReadySuite:
    """A test file, ready to run where nothing in it is wrong; `problems` say what is."""

    suite: Suite | None
    problems: tuple[Problem, ...]


def load(path: Path, display: str, catalogue: Catalogue, compose: Compose | None = None) -> ReadySuite:
    """Reads a test file, once, and meets it with its policy, drafts included.

    `compose` gives the policy of an id on a day; by default the catalogue's.
    """
    try:
        data = read_file(path, display, MAX_BYTES, PolicyError)
    except PolicyError as error:
        return ReadySuite(None, error.problems)
    read = read_suite(data, display)
    if read.text is None:
        return ReadySuite(None, read.problems)
    binder = _Binder(read.text, path, catalogue, compose or _composing(catalogue))
    suite = binder.suite()
    problems = with_excerpts((*read.problems, *binder.report.problems), {display: read.lines})
    return ReadySuite(None if binder.report.has_errors else suite, in_order(problems))


def _composing(catalogue: Catalogue) -> Compose:
    return lambda layer_id, day: catalogue.compose(layer_id, day, draft=True)


class _Binder:
    def __init__(self, text: SuiteText, path: Path, catalogue: Catalogue, compose: Compose) -> None:
        self.report = Report()
        self._text = text
        self._path = path
        self._catalogue = catalogue
        self._compose = compose
        self._drafts: dict[date, tuple[Policy, dossiers.Draft] | None] = {}

    def suite(self) -> Suite | None:
        text, first = self._text, self._text.as_of or LATEST
        if text.tests.text not in self._catalogue.ids():
            message = Message("no policy `{id}` to test", {"id": text.tests.text})
            hint = meant(text.tests.text, self._catalogue.ids())
            self.report.add("CLAS-T101", message, text.tests.span, hint=hint)
            return None
        base = self._base(first)
        if base is None:
            return None
        figures = tuple(expecting.figures(base[0], text.root.get("figures"), self.report))
        cases = tuple(self._cases())
        return Suite(text.file, self._path, base[0], figures, cases, base[1].dossier(""), text.lines)

    def _base(self, day: date) -> tuple[Policy, dossiers.Draft] | None:
        """The policy of a day, and the dossier that its cases start from."""
        if day not in self._drafts:
            self._drafts[day] = None
            try:
                policy = self._compose(self._text.tests.text, day)
                node = self._text.root.get("dossier")
                given = self._given(policy, node) if isinstance(node, Scalar) else None
                self._drafts[day] = policy, dossiers.base(policy, node, given, self.report)
            except ClasPolicyError as error:
                self.report.problems.extend(error.problems)
        return self._drafts[day]

    def _given(self, policy: Policy, node: Scalar) -> Dossier:
        """The dossier of a file in the folder of the tests."""
        name = node.text
        folder = self._path.parent.resolve()
        path = folder / name
        if Path(name).is_absolute() or not path.resolve().is_relative_to(folder) or "\\" in name or ":" in name:
            message = Message("`{name}` is not in the folder of the tests", {"name": name})
            hint = Message("name a file beside this one, like `dossier.json`")
            raise PolicyError([Problem("CLAS-T112", message, node.span, hint=hint)])
        display = (Path(self._text.file).parent / name).as_posix()
        data = read_file(path, display, MAX_BYTES, DossierError)
        return DossierReader(policy).read(json_text.parse(data, display))

    def _cases(self) -> Iterator[Case]:
        for written in self._text.cases:
            base = self._base(written.as_of or self._text.as_of or LATEST)
            if base is not None:
                yield self._case(written, *base)

    def _case(self, written: CaseText, policy: Policy, base: dossiers.Draft) -> Case:
        draft = dossiers.case(base, written.body, self.report)
        found = tuple(expecting.Reader(policy, draft, self.report).expectations(written.expect))
        name = written.key.text
        return Case(
            name,
            written.key.span,
            policy,
            draft.dossier(name),
            found,
            _text(written.body.get("todo")),
            _text(written.body.get("source")) or self._text.source,
        )


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) and not node.is_null else None
