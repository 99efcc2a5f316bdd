"""What a configuration decides about facts."""

import msgspec

from streams.cases.costing import FREE, CostModel
from streams.cases.counting import Counting, Valuing
from streams.cases.facts import Wanted
from streams.cases.policies import Amend, Policies
from streams.cases.working import ALWAYS, WorkingTime
from streams.units import HOUR


class Conventions(msgspec.Struct, frozen=True):
    """Raise the layout of rows, or let the fingerprint tell, when a change would mix old facts with new ones."""

    digits: int = 2
    """Decimal places of the reporting currency's minor unit [R13]."""
    tolerance: int = 12 * HOUR
    """How far, in ms, a delivery may be from what a status message expected [R20]."""
    calendar: WorkingTime = ALWAYS
    """For business times."""
    costs: CostModel = FREE
    """Beside those that events tell."""
    valuing: Valuing | None = None
    """For what is told of each customer's worth, by a worker; it changes no fact."""
    counting: Counting | None = None
    """For what counts once a window; without it there are no facts of customers."""
    wanted: Wanted = None
    """The kinds of facts that something reads; others may be told or not."""
    policies: Policies | None = None
    """Whose promises are kept or broken; without them those of `clocks` [R34]."""
    amend: Amend | None = None
    """Takes the editions that come by the journal; it changes no fact until one does."""

    @property
    def fingerprint(self) -> str:
        """Tells conventions apart under which facts differ."""
        own = f"{self.digits}-{self.tolerance}-{self.counting.name if self.counting else ''}{self.costs.fingerprint}"
        return f"{own}-{self.policies.name}" if self.policies else own


DEFAULT = Conventions()
