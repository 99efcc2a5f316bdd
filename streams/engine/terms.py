"""The terms that numbers are computed on: what a configuration decides about them."""

import msgspec

from streams.cases.conventions import DEFAULT, Conventions
from streams.kpis.catalogue import KPIS, Catalogue
from streams.kpis.model import Money
from streams.units import MINUTE
from streams.windows.panes import pane_length
from streams.windows.sizes import SIZES, Calendar

LATENESS = 10 * MINUTE
"""How long after its end a window waits for late events before it is final [R52]."""


class Terms(msgspec.Struct, frozen=True):
    """Time zone, windows, and the bounds of R52 and R53; durations in ms."""

    tz: str = "UTC"
    windows: tuple[str, ...] | None = None
    """The sizes to keep instead of each KPI's own."""
    min_n: int = 20
    retention: int | None = None
    lateness: int = LATENESS
    finest: int | None = None
    """The length of pane that rolling windows ask for."""
    conventions: Conventions = DEFAULT
    currency: str = "EUR"

    @property
    def told(self) -> Conventions:
        """The conventions, with the windows in which customers count."""
        sizes = tuple((SIZES.index(size), size) for size in self.catalogue().sizes)
        return msgspec.structs.replace(self.conventions, windows=self.calendar(), sizes=sizes, pane=self.pane())

    def catalogue(self) -> Catalogue:
        """The KPIs with their windows."""
        return Catalogue(KPIS, self.windows, Money(self.currency, self.conventions.digits))

    def calendar(self) -> Calendar:
        """Calendar windows in the time zone."""
        return Calendar(self.tz)

    def pane(self) -> int:
        """The length of a pane in ms."""
        return pane_length(self.catalogue().sizes, self.tz, self.finest)
