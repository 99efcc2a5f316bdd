"""The cases behind a value: which rows of a journal partition told samples to a window of a KPI, and which samples.

Rows keep events, so what a case tells is told anew here, as of the watermark of its last review.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from streams.cases.case import Case, identify
from streams.cases.conventions import Conventions
from streams.cases.customer import customer_findings
from streams.cases.facts import KINDS, Fact
from streams.cases.findings import Findings
from streams.engine import rows
from streams.engine.cells import scopes_of
from streams.events.model import Event, in_order
from streams.kpis.catalogue import Catalogue
from streams.kpis.model import Kpi, Measure
from streams.kpis.targets import AtLeast
from streams.measures.aggregates import BySize
from streams.windows.sizes import SIZES, Window

CUSTOMER = "customer"
"""The kind of story that is a customer's own: of what counts once for each of them."""


class Question(msgspec.Struct, frozen=True):
    """Which value: a KPI in a scope, as the engine names it, in a window."""

    kpi: Kpi
    scope: str
    window: Window


class Sample(NamedTuple):
    """A sample that counts in the window, as the fact has it; `at` in ms."""

    measure: Measure
    at: int
    labels: dict[str, str]
    value: Any


class Story(NamedTuple):
    """A case with the samples that it tells to the window, its events in order, and all that follows from them."""

    kind: str
    customer: str
    subject: str
    samples: list[Sample]
    events: list[Event]
    found: Findings


class Telling:
    """Looks at rows, one after the other, for those that a value rests on.

    `under` gives the conventions under so many of the journal's editions of policies, where there are any.
    """

    def __init__(
        self,
        question: Question,
        catalogue: Catalogue,
        conventions: Conventions,
        under: Callable[[int], Conventions] | None = None,
    ) -> None:
        self._question, self._conventions, self._under = question, conventions, under
        self._sources: dict[str, list[Measure]] = {}
        for source in question.kpi.foundations:
            self._sources.setdefault(source.of.name, []).append(source)
        self._plans = catalogue.plans

    def look(self, key: bytes, data: bytes) -> Story | None:
        """The story of a row, or None where it tells nothing to the window, or is none of a case or customer."""
        if key.startswith(rows.CASE):
            return self._case(key[len(rows.CASE) :].decode(), data)
        if key.startswith(rows.CUSTOMER) and self._conventions.counting is not None:
            return self._customer(key[len(rows.CUSTOMER) :].decode(), data)
        return None

    def _case(self, ref: str, data: bytes) -> Story | None:
        row = rows.decode_case(data)
        told = self._under(row.editions) if self._under else self._conventions
        found = Case(row.events).review(ref, row.asof, told)
        samples = list(self._samples(found.facts))
        if not samples:
            return None
        of = identify(ref)
        return Story(of.kind, of.customer, of.subject, samples, sorted(row.events, key=in_order), found)

    def _customer(self, name: str, data: bytes) -> Story | None:
        row = rows.decode_customer(data)
        assert self._conventions.counting is not None
        found = customer_findings(row.digests.values(), row.asof, self._conventions.counting)
        samples = list(self._samples(found.facts))
        return Story(CUSTOMER, name, name, samples, [], found) if samples else None

    def _samples(self, told: Sequence[Fact]) -> Iterator[Sample]:
        window, scope = self._question.window, self._question.scope
        for kind, at, dims, values in told:
            if kind in self._sources and window.start <= at < window.end:
                if scope not in scopes_of(self._plans[kind], dims):
                    continue
                labels = dict(zip(KINDS[kind].dims, dims, strict=True))
                for source in self._sources[kind]:
                    value = values[source.index]
                    if value is not None and _counts(source, value, window.size):
                        yield Sample(source, at, labels, value)


def _counts(source: Measure, value: Any, size: str) -> bool:
    """What counts once in a window names the sizes in whose windows it does."""
    return not isinstance(source.aggregate, BySize) or any(one[0] == SIZES.index(size) for one in value)


def severity(story: Story, kpi: Kpi) -> tuple[float, int]:
    """Greater for stories that pull the value away from its target, and for later ones: those to be shown first."""
    sign = -1 if isinstance(kpi.target, AtLeast) else 1
    own = [_size(sample.value) for sample in story.samples if sample.measure == kpi.source]
    return max((sign * one for one in own), default=float("-inf")), max(sample.at for sample in story.samples)


def _size(value: Any) -> float:
    """How large a sample is: (hits, trials) by its share, sizes by their hits."""
    if not isinstance(value, tuple | list):
        return float(value)
    if value and isinstance(value[0], tuple | list):
        return float(sum(one[2] for one in value))
    return value[0] / value[1] if value[1] else 0.0
