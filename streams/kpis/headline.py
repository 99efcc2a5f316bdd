"""The numbers that stand first, on the page and in the terminal."""

HEADLINE = (
    "first_response_time",
    "answered_in_24h",
    "resolution_time_full",
    "first_contact_resolution",
    "csat",
    "nps_hot",
    "ces",
    "dissatisfied_customers",
    "order_entry_time",
    "on_time_delivery",
    "perfect_order",
    "requests",
)
"""Names of KPIs in the order in which they are shown; those that a catalogue leaves out are left out."""


def place_of(name: str) -> int | None:
    """Which one of them a KPI is, from 0; None for all others.

    >>> place_of("answered_in_24h"), place_of("basket")
    (1, None)
    """
    return HEADLINE.index(name) if name in HEADLINE else None
