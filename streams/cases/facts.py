"""The vocabulary of facts: what cases tell, with the dimensions and measures that each kind carries.

A fact is a tuple `(kind, at, dims, samples)`: the kind's name, the instant in ms that decides its window, the values
of the kind's dimensions, and a sample (or None) for each of its measures, all in the order declared here.
"""

from typing import Any, Literal

import msgspec

Fact = tuple[str, int, tuple[str, ...], tuple[Any, ...]]


Spread = Literal["each", "alone", "category"]
"""Where a fact counts: `each`, in the scope `all` and in one for each of its dimensions; `alone`, in the one scope of
its only dimension, or in `all` where it has none; `category`, among the facts of its category, its only dimension, and
among those of all categories together."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of fact. Raise `edition` when what the fact means is changed: old state is then never mixed in."""

    name: str
    dims: tuple[str, ...]
    measures: tuple[str, ...]
    edition: int = 1
    spread: Spread = "each"


ORDER_ENTRY = Kind("order_entry", ("channel", "region", "agent"), ("taken", "accurate"))
"""An order came to exist; `taken` ms from intimation to entry, `accurate` without an entry error."""
COMPLETE_DELIVERY = Kind("complete_delivery", ("channel", "region"), ("processed", "delay"))
"""An order was delivered whole; ms since its entry, and ms after the promise where it was late."""
FIRST_SHIPMENT = Kind("first_shipment", ("channel", "region"), ("units", "lines", "order"))
"""The first shipment went out; (filled, requested) units and lines, and whether the order was filled."""
ON_TIME_DELIVERY = Kind("on_time_delivery", ("channel", "region"), ("met",))
ORDER_CONFIRMED = Kind("order_confirmed", ("channel", "agent"), ("met",))

TICKET_OPENED = Kind("ticket_opened", ("channel", "department", "category", "campaign"), ("one",))
FIRST_RESPONSE = Kind("first_response", ("channel", "department", "priority", "agent"), ("waited", "waited_business"))
ANSWERED_IN_24H = Kind("answered_in_24h", ("channel", "department", "priority"), ("met",))
FIRST_RESOLUTION = Kind("first_resolution", ("channel", "department", "category"), ("taken", "taken_business"))
FULL_RESOLUTION = Kind("full_resolution", ("channel", "department", "category"), ("taken", "taken_business"))
CYCLE_RESOLVED = Kind("cycle_resolved", ("channel", "department", "category", "agent"), ("served",))

CSAT = Kind("csat", ("timing", "channel", "department", "agent"), ("positive",))
NPS_HOT = Kind("nps_hot", ("channel", "region", "agent"), ("score",))
NPS_COLD = Kind("nps_cold", ("channel", "region", "agent"), ("score",))

KINDS = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
"""Every kind by its name."""
