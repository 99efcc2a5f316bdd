"""Writes one customer's random lines near one instant, their times in every form."""

import random
from datetime import datetime, timedelta, timezone
from typing import Any

Line = dict[str, Any]
Body = dict[str, Any]
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000

CHANNELS, REGIONS, CAMPAIGNS = ("email", "phone", "chat"), ("north", "south"), ("spring",)
DEPARTMENTS, AGENTS = ("sales", "care"), ("a1", "a2", "a3")
KINDS = ("labour", "assets", "infrastructure", "communication", "other")
SOURCES = ("", "", "crm", "web")


class Writer:
    """Collects one customer's lines; its event ids are e1, e2, … like every other customer's."""

    def __init__(self, rng: random.Random, customer: str, edge: int) -> None:
        self.rng, self.customer, self.edge = rng, customer, edge
        self.costs = random.Random(f"{customer} {edge}")
        """Of its own, so that what is drawn of costs changes nothing else."""
        self.lines: list[Line] = []

    def write(self, topic: str, at: int, **fields: Any) -> None:
        """One line at `at`; fields that are None are left out."""
        common: Body = {
            "event_id": f"e{len(self.lines) + 1}",
            "occurred_at": self.time(at),
            "customer_id": self.customer,
            "source": self.maybe(self.rng.choice(SOURCES)),
            "channel": self.maybe(self.rng.choice(CHANNELS)),
            "region": self.maybe(self.rng.choice(REGIONS)),
            "campaign": self.maybe(CAMPAIGNS[0], 0.3),
            "costs": self.maybe(self._costs(), 0.1),
            "ignored": self.maybe({"nested": [1, "x"]}, 0.05),
        }
        body = {name: value for name, value in (common | fields).items() if value is not None}
        self.lines.append({"topic": topic, "value": body})

    def _costs(self) -> list[Body]:
        """Some costs, of which a sum may be what an order of a history brings."""
        amounts = ("1.50", 5, 0.005, "9.99", "250", "-1")
        draw = self.costs.choice
        return [{"kind": draw(KINDS), "amount": draw(amounts)} for _ in range(draw((1, 1, 2)))]

    def maybe(self, value: Any, chance: float = 0.75) -> Any:
        """`value`, or None, which leaves the field out."""
        return value if self.rng.random() < chance else None

    def some(self, values: tuple[Any, ...], chance: float = 0.75) -> Any:
        """One of `values`, or None."""
        return self.maybe(self.rng.choice(values), chance)

    def near(self) -> int:
        """An instant near the history's edge, often right at it; never one that ends in 7 ms."""
        days = self.rng.choice((-31, -8, -7, -1, 0, 0, 0, 0, 1, 6)) * DAY
        hours = self.rng.choice((-25, -24, -2, -1, 0, 0, 0, 1, 23)) * HOUR
        return self.edge + days + hours + self.rng.choice((-1, 0, 0, 1, -5 * MINUTE, 20 * MINUTE, 31 * SECOND))

    def time(self, at: int | None) -> str | None:
        """An instant as RFC 3339 in one of many forms."""
        if at is None:
            return None
        hours = self.rng.choice((0, 0, 0, 1, 2, -3, 5.5))
        moment = datetime.fromtimestamp(at // 1000, timezone(timedelta(hours=hours))).replace(
            microsecond=at % 1000 * 1000
        )
        text = moment.isoformat(timespec="milliseconds" if at % 1000 or self.rng.random() < 0.3 else "seconds")
        return text.replace("+00:00", "Z")
