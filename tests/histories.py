"""Seeded random histories of valid raw events, in every form, that hit the edges of the rules often.

A history clusters around one calendar edge (a change of clocks, a year's or month's end, week 53), its ids are small so
that they collide between customers and cases, and its lines are out of order. Left out on purpose is only what the
specification leaves open: conflicting duplicates stamped alike, two openings of one ticket, a delivery or confirmation
in the very millisecond of a cancellation, and transfers or waits stamped before their ticket's opening.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Line = dict[str, Any]
Body = dict[str, Any]
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000

EDGES = (
    "2024-02-29T23:00:00Z",  # a leap month's end in Berlin and Paris
    "2024-03-31T01:00:00Z",  # Europe's clocks go forward
    "2024-10-27T01:00:00Z",  # Europe's clocks go back
    "2024-11-03T06:00:00Z",  # New York's clocks go back
    "2021-01-03T23:00:00Z",  # the end of week 53
    "2024-12-31T23:30:00Z",  # a year's end, near to it in Berlin too
    "2025-03-09T07:00:00Z",  # New York's clocks go forward
    "2025-04-30T18:30:00Z",  # a month's end in Kolkata
)
CHANNELS, REGIONS, CAMPAIGNS = ("email", "phone", "chat"), ("north", "south"), ("spring",)
DEPARTMENTS, CATEGORIES, TIERS = ("sales", "care"), ("bill", "fault"), ("gold",)
AGENTS, PRIORITIES, SKUS = ("a1", "a2", "a3"), ("low", "normal", "high", "urgent"), ("s1", "s2", "s3")
SOURCES = ("", "", "crm", "web")


def history(seed: int, *, customers: int = 4, orders: int = 3, tickets: int = 4, surveys: int = 3) -> list[Line]:
    """Shuffled valid lines of up to `orders`, `tickets` and `surveys` cases for each of `customers` customers."""
    rng = random.Random(seed)
    edge = _ms(rng.choice(EDGES))
    lines: list[Line] = []
    for number in range(customers):
        writer = _Writer(rng, f"c{number + 1}", edge)
        for kind, most in ((_order, orders), (_ticket, tickets), (_survey, surveys)):
            for case in range(rng.randint(most // 2, most)):
                kind(writer, case + 1)
        lines += _conflicts(rng, writer.lines)
    _stray(rng, lines, customers)
    return shuffled(lines + rng.choices(lines, k=len(lines) // 10) if lines else lines, seed)


def shuffled(lines: list[Line], seed: int) -> list[Line]:
    """The same lines in another order."""
    return random.Random(seed).sample(lines, len(lines))


def doubled(lines: list[Line], seed: int) -> list[Line]:
    """Every line twice, the second ones shuffled in."""
    return shuffled(lines + lines, seed)


class _Writer:
    """Collects one customer's lines; its event ids are e1, e2, … like every other customer's."""

    def __init__(self, rng: random.Random, customer: str, edge: int) -> None:
        self.rng, self.customer, self.edge = rng, customer, edge
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
            "costs": self.maybe([{"kind": "labour", "amount": "1.50"}], 0.1),
            "ignored": self.maybe({"nested": [1, "x"]}, 0.05),
        }
        body = {name: value for name, value in (common | fields).items() if value is not None}
        self.lines.append({"topic": topic, "value": body})

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


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1000


# Orders


def _order(w: _Writer, number: int) -> None:
    entered = w.near()
    placed = entered - w.rng.choice((0, 1, SECOND, 59_999, MINUTE, 5 * MINUTE, 5 * MINUTE + 1, HOUR, -5 * SECOND))
    promised = w.maybe(entered + w.rng.choice((HOUR, DAY, DAY, 2 * DAY, 7 * DAY, -HOUR)), 0.85)
    lines = [_line(w) for _ in range(w.rng.randint(1, 4))]
    confirmed = _confirmation(w, placed, 0.7)
    missing = w.rng.random() < 0.15
    w_lines = {"order_id": f"o{number}", "lines": lines, "promised_at": w.time(promised)}
    if not missing:
        _revision(w, entered, placed, w_lines | {"revision": w.maybe(1, 0.5), "confirmed_at": w.time(confirmed)})
    for _ in range(w.rng.choice((1, 2) if missing else (0, 0, 0, 1, 1, 2, 3))):
        _later_revision(w, entered, placed, promised, w_lines)
    for _ in range(w.rng.choice((0, 1, 1, 1, 2, 3))):
        _shipment(w, number, entered, promised, lines)


def _line(w: _Writer) -> Body:
    price = w.rng.choice(("9.99", 5, 2.5, "0.005", "100"))
    return {"sku": w.rng.choice(SKUS), "quantity": w.rng.choice((1, 1, 2, 5, 10)), "unit_price": price}


def _confirmation(w: _Writer, placed: int, chance: float) -> int | None:
    offset = w.rng.choice((0, 20 * SECOND, MINUTE - 1, MINUTE, MINUTE + 1, HOUR, -5 * SECOND))
    return placed + offset if w.rng.random() < chance else None


def _revision(w: _Writer, at: int, placed: int, fields: Body) -> None:
    w.write(
        "order-entered",
        at,
        placed_at=w.time(placed),
        agent_id=w.some(AGENTS, 0.7),
        handling_seconds=w.some((0, 30, 12.5), 0.3),
        screens=w.some((0, 3), 0.3),
        clicks=w.some((9,), 0.3),
        recurring=w.some((True, False), 0.2),
        **fields,
    )


def _later_revision(w: _Writer, entered: int, placed: int, promised: int | None, fields: Body) -> None:
    """Revision 2 or 3, in any order and more than once; cancellations end in 7 ms, so that they tie with nothing."""
    reason = w.rng.choice(("entry_error", "customer_change", "cancelled_by_customer", "cancelled_by_supplier"))
    cancels = reason.startswith("cancelled")
    at = (entered if promised is None or w.rng.random() < 0.6 else promised) + w.rng.choice(
        (-HOUR, SECOND, 30 * SECOND, MINUTE, HOUR, 3 * HOUR, DAY)
    )
    at += 7 if cancels else 0
    fields = fields | {"revision": w.rng.choice((2, 2, 3)), "revision_reason": reason}
    if w.rng.random() < 0.3:
        moved = at if cancels else entered + w.rng.choice((2 * HOUR, DAY))
        fields |= {"promised_at": w.time(w.maybe(moved, 0.8))}
    if cancels and w.rng.random() < 0.6:
        fields.pop("lines")
    elif w.rng.random() < 0.3:
        fields |= {"lines": [_line(w)]}
    _revision(w, at, placed, fields | {"confirmed_at": w.time(_confirmation(w, placed, 0.3))})


def _shipment(w: _Writer, number: int, entered: int, promised: int | None, lines: list[Body]) -> None:
    at = entered + 1 + w.rng.choice((HOUR, 5 * HOUR, DAY, 3 * DAY, -10 * MINUTE))
    if promised is not None and w.rng.random() < 0.5:
        at = promised + w.rng.choice((-1, 0, 0, 1, 6 * HOUR))
    goods = [_goods(w, line) for line in lines if w.rng.random() < 0.9] or [_goods(w, lines[0])]
    w.write(
        "order-delivered",
        at,
        order_id=f"o{number}",
        shipment_no=w.rng.choice((1, 1, 1, 2, 3)),
        final=w.rng.random() < 0.6,
        lines=goods,
        invoice=w.maybe({"invoice_id": "i1", "lines": [dict(lines[0])]}, 0.3),
        notices=w.maybe([_notice(w, at)], 0.3),
        handling_seconds=w.some((60,), 0.2),
    )


def _goods(w: _Writer, line: Body) -> Body:
    quantity = max(1, line["quantity"] + w.rng.choice((0, 0, 0, 0, -1, 3)))
    sku = line["sku"] if w.rng.random() < 0.95 else "s9"
    body = {"sku": sku, "quantity": quantity, "substituted": w.maybe(True, 0.07), "damaged": w.maybe(True, 0.07)}
    return {name: value for name, value in body.items() if value is not None}


def _notice(w: _Writer, at: int) -> Body:
    body = {"kind": w.rng.choice(("confirmed", "shipped", "delayed")), "sent_at": w.time(at - HOUR)}
    return body | ({"kind": "expected", "expected_at": w.time(at + DAY)} if w.rng.random() < 0.3 else {})


# Tickets

STEPS = (0, 0, 1, SECOND, 4 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, DAY - 1, DAY, DAY + 1, 5 * DAY)
ACTIONS = (
    *("message",) * 8,
    *("resolve",) * 4,
    *("transfer", "assign", "wait", "resume", "note", "reopen") * 2,
    *("reprioritise", "escalate"),
)


def _ticket(w: _Writer, number: int) -> None:
    opened = w.near()
    w.write(
        "ticket-opened",
        opened,
        ticket_id=f"t{number}",
        kind=w.some(("request", "incident", "question", "complaint", "review"), 0.6),
        department=w.some(DEPARTMENTS),
        category=w.some(CATEGORIES),
        priority=w.some(PRIORITIES),
        tier=w.some(TIERS, 0.3),
        opened_by=w.some(("customer", "agent"), 0.3),
        order_id=w.maybe("o1", 0.2),
        assigned_to=w.some(AGENTS, 0.25),
        screens=w.some((2, 4), 0.2),
    )
    at = opened + w.rng.choice((0, 0, 0, SECOND, MINUTE, -10 * MINUTE))
    for _ in range(w.rng.randint(0, 10)):
        at = opened + DAY if w.rng.random() < 0.1 else at + w.rng.choice(STEPS)
        _act(w, number, opened, at, w.rng.choice(ACTIONS))
    if w.rng.random() < 0.15:
        _act(
            w, number, opened, opened + w.rng.choice((0, HOUR, DAY, DAY + 1, 4 * DAY)), w.rng.choice(("void", "merge"))
        )


def _act(w: _Writer, number: int, opened: int, at: int, action: str) -> None:
    by = w.rng.choice(AUTHORS.get(action, ("agent", "agent", "system", "bot")))
    skewed = action in ("message", "note", "resolve", "reopen", "assign")
    w.write(
        "ticket-answered",
        at if skewed else max(at, opened),
        ticket_id=f"t{number}",
        action=action,
        by=by,
        agent_id=w.rng.choice(AGENTS) if by == "agent" else None,
        handling_seconds=w.some((60, 90.5), 0.2),
        hold_seconds=w.maybe([10, 20.5], 0.1),
        **_particulars(w, action),
    )


AUTHORS = {
    "message": ("agent", "agent", "agent", "customer", "customer", "bot"),
    "reopen": ("customer", "agent"),
    "resolve": ("agent", "agent", "agent", "bot", "system", "customer"),
}


def _particulars(w: _Writer, action: str) -> Body:
    """The fields that only this action has."""
    particulars: dict[str, Callable[[], Body]] = {
        "message": lambda: {"resolves": w.some((True, False), 0.3)},
        "assign": lambda: {"to_agent": w.rng.choice(AGENTS)},
        "transfer": lambda: {"to_department": w.rng.choice(DEPARTMENTS), "misrouted": w.some((True, False), 0.5)},
        "merge": lambda: {"into_ticket": "t1"},
        "reprioritise": lambda: {"priority": w.rng.choice(PRIORITIES)},
        "resolve": lambda: {
            "resolution_method": w.some(("remote", "refund"), 0.5),
            "settled_value": w.some(("12.50", 3), 0.2),
        },
    }
    return particulars.get(action, dict)()


# Surveys


def _survey(w: _Writer, number: int) -> None:
    at, kind = w.near(), w.rng.choice(("nps", "nps", "nps", "csat", "csat", "csat", "ces", "review", "servqual"))
    for _ in range(w.rng.choice((1, 1, 1, 2, 3))):
        kind = kind if w.rng.random() < 0.9 else "csat"
        outcome = w.rng.random()
        answer = {} if outcome < 0.15 else {"dismissed": True} if outcome < 0.25 else _answer(w, kind)
        if answer and outcome > 0.95:
            answer |= {"dismissed": True}
        w.write(
            "survey-submitted",
            at,
            survey_id=f"s{number}",
            kind=kind,
            timing=w.some(("hot", "cold"), 0.7),
            agent_id=w.some(AGENTS, 0.6),
            department=w.some(DEPARTMENTS, 0.6),
            ticket_id=w.maybe("t1", 0.3),
            order_id=w.maybe("o1", 0.2),
            invited_at=w.time(w.maybe(at - DAY, 0.3)),
            comment=w.maybe("so so", 0.1),
            **answer,
        )
        at += w.rng.choice((0, 1, HOUR, DAY, -HOUR))


LABELS = {
    "yes_no": ("yes", "no"),
    "five_level": ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"),
    "emoji": ("😀", "🙂", "😐", "🙁", "😡", "😞"),
}


def _answer(w: _Writer, kind: str) -> Body:
    if kind == "nps":
        return {"score": w.rng.choice((0, 5, 6, 7, 8, 9, 10)), "scale": w.maybe({"min": 0, "max": 10}, 0.2)}
    if kind == "ces":
        return {"score": w.rng.randint(1, 7)}
    if kind == "review":
        return {"score": w.rng.randint(1, 5), "scale": "stars"}
    if kind == "servqual":
        pairs = {"expectations": [6] * 21 + [None], "perceptions": [w.rng.randint(1, 7) for _ in range(22)]}
        return {"servqual": {"instrument": w.rng.choice(("servqual-1988", "servqual-1991")), **pairs}}
    return _csat(w)


def _csat(w: _Writer) -> Body:
    scale = w.rng.choice((None, "five", "ten", "stars", *LABELS))
    if scale in LABELS:
        return {"scale": scale, "label": w.rng.choice(LABELS[scale])}
    if scale == "ten":
        return {"scale": {"min": 1, "max": 10}, "score": w.rng.choice((1, 4, 5, 7, 8, 10))}
    return {"scale": {"min": 1, "max": 5} if scale == "five" else scale, "score": w.rng.randint(1, 5)}


# What producers get wrong


def _conflicts(rng: random.Random, lines: list[Line]) -> list[Line]:
    """Some lines with the event id of another of the customer's, whatever its topic; some sent again, changed."""
    for _ in range(len(lines) // 12):
        one, other = (line["value"] for line in rng.sample(lines, 2))
        if _ms_of(one) != _ms_of(other):
            other["event_id"] = one["event_id"]
            other.pop("source", None)
            other |= {"source": one["source"]} if "source" in one else {}
    return _without_ties(lines + [_changed(rng, line) for line in rng.sample(lines, len(lines) // 15)])


def _changed(rng: random.Random, line: Line) -> Line:
    """The same event sent again a little later with another region."""
    at = datetime.fromisoformat(line["value"]["occurred_at"]) + timedelta(seconds=rng.choice((1, 3600)))
    changed = {"occurred_at": at.isoformat(), "region": "elsewhere"}
    return {"topic": line["topic"], "value": line["value"] | changed}


def _without_ties(lines: list[Line]) -> list[Line]:
    """One line for each customer, identity and instant: equal stamps would leave the winner to the hash."""
    first: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        value = line["value"]
        first.setdefault((value["customer_id"], value.get("source", ""), value["event_id"], _ms_of(value)), line)
    return list(first.values())


def _ms_of(value: Body) -> float:
    return datetime.fromisoformat(value["occurred_at"]).timestamp()


def _stray(rng: random.Random, lines: list[Line], customers: int) -> None:
    """Follow-ups of nobody's ticket and order, and messages that name another customer than the opening does."""
    writer = _Writer(rng, "c0", _ms(EDGES[0]))
    follow_ups = [line["value"] for line in lines if line["topic"] == "ticket-answered"]
    for number, value in enumerate(rng.sample(follow_ups, len(follow_ups) // 20)):
        strayed = {"customer_id": f"c{rng.randint(1, customers)}", "event_id": f"x{number}", "action": "message"}
        keep = {name: value[name] for name in ("occurred_at", "ticket_id", "by", "agent_id") if name in value}
        lines.append({"topic": "ticket-answered", "value": keep | strayed})
    _act(writer, 99, writer.near(), writer.near(), "message")
    _shipment(writer, 99, writer.near(), None, [_line(writer)])
    lines += writer.lines
