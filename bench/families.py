"""The KPIs of the first thirteen families: requests, orders and answers, without what customers and money add."""

FIRST = (
    "order_entry_time", "order_processing_time", "order_entry_accuracy",
    "first_time_fill_unit", "first_time_fill_line", "first_time_fill_order",
    "on_time_delivery", "order_confirmed",
    "requests", "first_response_time", "answered_in_24h",
    "resolution_time_first", "resolution_time_full", "service_time",
    "csat", "nps_hot", "nps_cold",
)  # fmt: skip


def setting(names: tuple[str, ...] = FIRST) -> str:
    """`kpis.only` as an environment variable tells it.

    >>> setting(("csat", "requests"))
    '["csat","requests"]'
    """
    return "[" + ",".join(f'"{name}"' for name in names) + "]"
