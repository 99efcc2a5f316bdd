"""The terms that numbers are computed on: what a configuration decides about them."""

import msgspec

from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.counting import Counting
from streams.cases.customer import AGAIN_WITHIN, OF_CUSTOMERS
from streams.cases.facts import PROFIT, reads
from streams.kpis.catalogue import KPIS, Catalogue
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import MONTH_OF_CORRECTIONS, Kpi
from streams.kpis.priced import Money
from streams.kpis.seasons import SLOTS
from streams.units import HOUR, MINUTE, WEEK
from streams.windows.panes import pane_length
from streams.windows.sizes import LENGTHS, NOW, SIZES, Calendar
from streams.windows.slots import WEEKLY

LATENESS = 10 * MINUTE
"""How long after its end a window waits for late events before it is final [R52]."""


def reach(kpi: Kpi, size: str) -> int:
    """How far back, in ms, a KPI looks from the end of a window.

    >>> from streams.kpis.requests import requests
    >>> reach(requests, "1h") // MINUTE
    60
    """
    match kpi:
        case Trend():
            return 2 * LENGTHS[size]
        case Seasonal():
            return LENGTHS[size] + SLOTS * (WEEK + HOUR if size in WEEKLY else LENGTHS[size])
    return LENGTHS[size]


class Terms(msgspec.Struct, frozen=True):
    """Time zone, windows, and the bounds of R52 and R53; durations in ms."""

    tz: str = "UTC"
    windows: tuple[str, ...] | None = None
    """The sizes to keep instead of each KPI's own."""
    only: tuple[str, ...] | None = None
    """The KPIs to compute, by name; None: all."""
    min_n: int = 20
    retention: int | None = None
    lateness: int = LATENESS
    finest: int | None = None
    """The length of pane that rolling windows ask for."""
    bounded: bool = False
    """Whether state leaves behind the horizon; a computation over a finished input keeps everything."""
    conventions: Conventions = DEFAULT
    currency: str = "EUR"
    holidays: tuple[str, ...] = ()
    """Places whose public holidays are followed by days unlike others."""

    @property
    def told(self) -> Conventions:
        """The conventions, with the facts that the KPIs read, and the windows in which customers count."""
        catalogue = self.catalogue()
        wanted = None if self.only is None else frozenset(catalogue.plans)
        sizes = tuple((SIZES.index(size), size) for size in catalogue.sizes if size != NOW)
        counting = Counting(self.calendar(), sizes, self.pane()) if reads(wanted, *OF_CUSTOMERS) else None
        valuing = self.conventions.valuing if reads(wanted, PROFIT) else None
        return msgspec.structs.replace(self.conventions, counting=counting, wanted=wanted, valuing=valuing)

    @property
    def grace(self) -> int | None:
        """How long, in ms, after a window's end its value may still change, if that ever ends.

        By what restates it, such as a correction or, where customers count, one who comes back; and each may be told as
        late as the retention allows.
        """
        if not self.bounded or self.retention is None:
            return None
        again = AGAIN_WITHIN if self.told.counting else 0
        restated = max(again, *(kpi.maturity for kpi in self.catalogue().kpis.values()))
        return max(restated + self.retention, MONTH_OF_CORRECTIONS) + self.lateness

    @property
    def horizon(self) -> int | None:
        """How far, in ms, panes may lie behind the watermark before they are closed, if they ever are.

        Nothing may still be restated then, no window that holds the pane be open, nor any compared with it.
        """
        if self.grace is None:
            return None
        kept = [(kpi, size) for kpi in self.catalogue().kpis.values() for size in kpi.windows]
        return self.grace + max(reach(kpi, size) for kpi, size in kept)

    def catalogue(self) -> Catalogue:
        """The chosen KPIs with their windows."""
        chosen = KPIS if self.only is None else [kpi for kpi in KPIS if kpi.name in self.only]
        return Catalogue(chosen, self.windows, Money(self.currency, self.conventions.digits))

    def calendar(self) -> Calendar:
        """Calendar windows in the time zone."""
        return Calendar(self.tz)

    def pane(self) -> int:
        """The length of a pane in ms."""
        return pane_length(self.catalogue().sizes, self.tz, self.finest)
