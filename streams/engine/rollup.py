"""Partial cells summed into windows, and windows read as KPIs.

Each journal partition tells a cell as an absolute value: the last one wins, so telling it again is harmless.
"""

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

import msgspec

from streams.cases.facts import COST_KINDS
from streams.engine.cells import NOTHING_CLOSED
from streams.kpis.catalogue import Catalogue
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import Accompanied, CategoryShare, Kpi, Measure, Quotient
from streams.kpis.priced import CostPer
from streams.kpis.reading import Beside, Reading, read
from streams.kpis.seasons import AFTER_HOLIDAY, BEFORE, DAY_OF_MONTH, SLOTS, WEEKDAY, Usual, band, usual
from streams.measures.aggregates import COUNT, WIDTH, BySize
from streams.measures.vector import Vector, add, difference
from streams.names import ALL, CATEGORY, COSTS_KNOWN
from streams.units import HOUR
from streams.windows.likes import MONTH, Likes
from streams.windows.sizes import SIZES, Calendar, Window
from streams.windows.slots import WEEKLY, Slots

State = dict[int, Vector]
"""The vectors of a window, by the number of their measure."""
Measures = dict[int, list[tuple[int, int]]]
"""Components and amounts, by the number of their measure."""
_MEASURE = ~((1 << WIDTH) - 1)
_COMPONENT = (1 << WIDTH) - 1


PARTS = tuple(f"kind={kind}" for kind in COST_KINDS)
"""The scopes of what is divided by that of the scope `all`."""
FORGET_EVERY = HOUR
"""Of event time, in ms: looking through all windows takes a while."""


class Key(NamedTuple):
    """One series in one window."""

    kpi: str
    scope: str
    window: Window


class Rollup:
    """The windows of the scopes that one partition of the partials holds.

    With a `horizon`, in ms, windows that start further behind the watermark are forgotten; they are published as they
    are. `priced` says that costs are configured; else they are known once a case tells of one [R48]. `holidays` are
    the places whose public holidays are followed by days unlike others.
    """

    def __init__(  # noqa: PLR0917
        self,
        catalogue: Catalogue,
        calendar: Calendar,
        partitions: int = 1,
        horizon: int | None = None,
        priced: bool = False,
        holidays: tuple[str, ...] = (),
    ) -> None:
        self._catalogue, self._calendar, self._expected = catalogue, calendar, partitions
        self._slots = Slots(calendar, SLOTS)
        self._likes = Likes(self._slots, holidays, SLOTS)
        self._sizes, self.kpis = catalogue.sizes, catalogue.kpis
        self._partials: dict[tuple[int, str, int], Vector] = {}
        self._windows: dict[tuple[str, Window], State] = {}
        self._categories: dict[tuple[str, Window], set[str]] = {}
        self._dirty: set[tuple[str, Window, int]] = set()
        self._watermarks: dict[int, int] = {}
        self._horizon, self._closed = horizon, NOTHING_CLOSED
        self._costs_known: set[int] = set()
        """The journal partitions in which some cost is known."""
        self._costs_configured = priced
        self.forgotten = NOTHING_CLOSED
        """Windows that start before this instant, in ms, are gone."""

    @property
    def watermark(self) -> int:
        """The least of the journal partitions' watermarks, in ms; 0 until the first of them spoke."""
        return min(self._watermarks.values(), default=0)

    @property
    def complete(self) -> bool:
        """Whether every journal partition has told its watermark; before that nothing is final."""
        return len(self._watermarks) == self._expected

    @property
    def pending(self) -> bool:
        """Whether `changed` has something to say."""
        return bool(self._dirty)

    def advance(self, partition: int, watermark: int) -> None:
        """A journal partition tells its watermark."""
        self._watermarks[partition] = max(watermark, self._watermarks.get(partition, 0))

    def tell(self, partition: int, scope: str, pane: int, vector: Vector) -> Vector:
        """A journal partition tells a cell; what that changed."""
        if scope == COSTS_KNOWN:
            self._hear_of_costs(partition, known=bool(vector))
            return {}
        key = (partition, scope, pane)
        if not vector and self._left(partition, pane):
            self._partials.pop(key, None)
            self._closed = max(self._closed, pane + 1)
            return {}
        known = self._partials.get(key)
        delta = difference(vector, known) if known else vector
        if vector:
            self._partials[key] = vector
        else:
            self._partials.pop(key, None)
        if delta:
            measures = by_measure(delta, self._catalogue.standing)
            for size in self._sizes:
                window = self._calendar.window(size, pane)
                if window.start >= self.forgotten:
                    self._add(scope, window, measures)
        return delta

    def cells(self, begin: str) -> Iterator[tuple[str, int, Vector]]:
        """Scope, pane and vector of every cell, of each journal partition, whose scope begins so."""
        return ((scope, pane, vector) for (_, scope, pane), vector in self._partials.items() if scope.startswith(begin))

    @property
    def priced(self) -> bool:
        """Whether any cost is known: without one, what is weighed against costs has no value [R48]."""
        return self._costs_configured or bool(self._costs_known)

    def _hear_of_costs(self, partition: int, known: bool) -> None:
        before = self.priced
        (self._costs_known.add if known else self._costs_known.discard)(partition)
        if self.priced != before:
            codes = {source.code for kpi in self.kpis.values() if kpi.priced for source in kpi.sources}
            self._dirty |= {(*at, code) for at, state in self._windows.items() for code in state if code in codes}

    def _left(self, partition: int, pane: int) -> bool:
        """Whether a cell without a vector is one that left behind the horizon, rather than one that became empty."""
        return self._horizon is not None and pane < self._watermarks.get(partition, 0) - self._horizon

    @property
    def closed(self) -> int:
        """Windows that start before this instant, in ms, are closed: some of their cells may have left."""
        if self._horizon is not None and self.complete:
            self._closed = max(self._closed, self.watermark - self._horizon)
        return self._closed

    def forget(self) -> None:
        """Let go of all that is closed; it is published as it is."""
        closed = self.closed
        if closed < self.forgotten + FORGET_EVERY:
            return
        self.forgotten = closed
        self._dirty = {one for one in self._dirty if one[1].start >= closed}
        for held in (self._windows, self._categories):
            for key in [key for key in held if key[1].start < closed]:
                del held[key]
        for cell in [cell for cell in self._partials if cell[2] < closed]:
            del self._partials[cell]

    def changed(self) -> Iterator[tuple[Key, Kpi, Reading | None]]:
        """What stands otherwise since the last call; no reading where a window became empty.

        More may be told while it is gone through: that is in the next call too.
        """
        dirty, self._dirty = self._dirty, set()
        seen: set[Key] = set()
        for scope, window, code in dirty:
            for kpi in self._catalogue.readers.get((code, _dim(scope)), ()):
                for key in self._restated(kpi, scope, window):
                    if key not in seen:
                        seen.add(key)
                        yield key, kpi, self.reading(kpi, key.scope, key.window)

    def reading(self, kpi: Kpi, scope: str, window: Window) -> Reading | None:
        """What a KPI says in a window."""
        if kpi.priced and not self.priced:
            return None
        state = self._windows.get((scope, window), {})
        own = of_size(kpi.source, state, SIZES.index(window.size))
        if own and isinstance(kpi, Seasonal):
            own = self._counted(kpi, scope, window)
        found = read(kpi, own, self._beside(kpi, scope, window, state))
        return found and self._explained(kpi, scope, window, found)

    def _explained(self, kpi: Kpi, scope: str, window: Window, found: Reading) -> Reading:
        """A reading with what its record says beside it."""
        match kpi:
            case Accompanied():
                beside = tuple([Beside(one.name, self.reading(one, scope, window)) for one in kpi.companions])
                return msgspec.structs.replace(found, beside=beside)
            case Seasonal():
                return msgspec.structs.replace(found, usual=self.usual(kpi, scope, window))
        return found

    def usual(self, kpi: Seasonal, scope: str, window: Window) -> Usual | None:
        """What a window usually brings, whether it has brought something or not."""
        if window.size not in WEEKLY:
            return band(self._brought(kpi, scope, self._slots.before(window)), BEFORE)
        likes = {WEEKDAY: self._slots.before(window)}
        if MONTH in kpi.windows:  # else what is that long ago is not kept
            likes[DAY_OF_MONTH] = self._likes.days_of_month(window)
            likes[AFTER_HOLIDAY] = self._likes.after_holidays(window)
        return usual({like: self._brought(kpi, scope, slots) for like, slots in likes.items()})

    def ended(self, kpi: Seasonal, scope: str, size: str, by: int) -> Reading | None:
        """How much the last window brought that had ended by an instant, and what is usual, if that is known."""
        window = self._calendar.previous(self._calendar.window(size, by))
        found = self.usual(kpi, scope, window)
        count = self.count(kpi, scope, window)
        return None if found is None else Reading(count, count, usual=found)

    def count(self, kpi: Seasonal, scope: str, window: Window) -> int:
        """How much a window has brought."""
        return self._counted(kpi, scope, window).get(COUNT, 0)

    def _brought(self, kpi: Seasonal, scope: str, slots: Iterable[Window]) -> list[int]:
        """The counts of those slots that brought anything."""
        return [count for slot in slots if (count := self.count(kpi, scope, slot))]

    def _counted(self, kpi: Seasonal, scope: str, window: Window) -> Vector:
        """What a season is about: the scope's own count, or that of all categories."""
        of = _dim(scope) if kpi.of.spread == "category" else scope
        return self._windows.get((of, window), {}).get(kpi.source.code, {})

    def _beside(self, kpi: Kpi, scope: str, window: Window, state: State) -> Vector:
        """What a KPI compares its state with."""
        if isinstance(kpi, Trend):
            return self._windows.get((scope, self._calendar.previous(window)), {}).get(kpi.source.code, {})
        if isinstance(kpi, Seasonal):
            return dict(enumerate(self._brought(kpi, scope, self._slots.before(window))))
        if isinstance(kpi, CategoryShare):
            return of_size(kpi.source, self._windows.get((_dim(scope), window), {}), SIZES.index(window.size))
        if isinstance(kpi, CostPer) and _dim(scope) in kpi.whole:
            state = self._windows.get((ALL, window), {}) if state.get(kpi.source.code) else {}
        return of_size(kpi.sources[-1], state, SIZES.index(window.size)) if isinstance(kpi, Quotient) else {}

    def _restated(self, kpi: Kpi, scope: str, window: Window) -> Iterator[Key]:
        """What a changed window of a scope may change."""
        if window.size not in kpi.windows:
            return
        for changed in (window, *self._later(kpi, scope, window)):
            if kpi.of.spread == "category":
                yield from [Key(kpi.name, one, changed) for one in self._categories.get((_dim(scope), changed), ())]
            else:
                yield Key(kpi.name, scope, changed)
        if isinstance(kpi, CostPer) and scope == ALL:
            yield from (Key(kpi.name, part, window) for part in PARTS if (part, window) in self._windows)

    def _later(self, kpi: Kpi, scope: str, window: Window) -> Iterable[Window]:
        """The windows that are compared with this one."""
        match kpi:
            case Trend():
                return (self._calendar.following(window),)
            case Seasonal():
                dated = self._likes.after(window) if MONTH in kpi.windows else ()
                later = dict.fromkeys([*self._slots.after(window), *dated])
                return [slot for slot in later if self._counted(kpi, scope, slot)]
        return ()

    def _add(self, scope: str, window: Window, measures: Measures) -> None:
        if scope.startswith(CATEGORY) and "=" in scope:
            self._categories.setdefault((_dim(scope), window), set()).add(scope)
        add_to(self._windows.setdefault((scope, window), {}), measures)
        for code in measures:
            self._dirty.add((scope, window, code))


def of_size(measure: Measure, state: State, size: int) -> Vector:
    """A measure's part of a window's state; where sizes are counted apart, that of this size."""
    vector = state.get(measure.code, {})
    return BySize.of_size(vector, size) if isinstance(measure.aggregate, BySize) else vector


def by_measure(vector: Vector, without: Container[int] = ()) -> Measures:
    """The components of a cell's vector, by the number of their measure; of some there is no window."""
    measures: Measures = {}
    for component, amount in vector.items():
        code = component & _MEASURE
        if code in without:
            continue
        parts = measures.get(code)
        if parts is None:
            parts = measures[code] = []
        parts.append((component & _COMPONENT, amount))
    return measures


def only(vector: Vector, codes: Container[int]) -> Vector:
    """The components of some measures, by their numbers."""
    return {component: amount for component, amount in vector.items() if component & _MEASURE in codes}


def add_to(state: State, measures: Measures, sign: int = 1) -> None:
    """Add what a cell changed by to a state."""
    for code, parts in measures.items():
        vector = state.get(code)
        if vector is None:
            vector = state[code] = {}
        add(vector, parts, sign)


def _dim(scope: str) -> str:
    return scope.partition("=")[0]
