"""Customers over many months: orders that lapse and come back, told of or asked after, and answers between them."""

import random

from tests.history_orders import order, order_line
from tests.history_surveys import survey
from tests.history_tickets import ticket
from tests.history_writer import DAY, HOUR, MINUTE, Line, Writer

STRIDES = (-270, -181, -92, -91, -90, -61, -31, -7, 0, 0, 30, 61, 89, 90, 91, 182)
"""Days from a history's edge: around the lengths of months and quarters, and the 90 days of R39 and R47."""


class Roamer(Writer):
    """A writer whose instants lie near a few anchors, months apart."""

    def __init__(self, rng: random.Random, customer: str, edge: int) -> None:
        super().__init__(rng, customer, edge)
        self.anchors = [edge + days * DAY for days in rng.choices(STRIDES, k=rng.randint(1, 4))]

    def near(self) -> int:
        """An instant at an anchor or hours, days or a week from it; never one that ends in 7 ms."""
        rng = self.rng
        offset = rng.choice((0, 0, 0, HOUR, -HOUR, DAY, 7 * DAY)) + rng.choice((-1, 0, 0, 0, 1, 20 * MINUTE))
        return rng.choice(self.anchors) + offset


def months_of(rng: random.Random, customer: str, edge: int) -> list[Line]:
    """The lines of one customer: up to five orders, some of them plain ones with notices, tickets and answers."""
    writer = Roamer(rng, customer, edge)
    for number in range(1, rng.randint(1, 5) + 1):
        (order if rng.random() < 0.5 else noticed)(writer, number)
    for number in range(1, rng.randint(0, 3) + 1):
        ticket(writer, number)
    for number in range(1, rng.randint(0, 4) + 1):
        survey(writer, number)
    return writer.lines


def noticed(w: Writer, number: int) -> None:
    """An order with one final shipment, up to four notices, and a question around the time of them."""
    at = w.near()
    promised = w.maybe(at + w.rng.choice((DAY, 2 * DAY)), 0.9)
    entered = {"placed_at": w.time(at), "promised_at": w.time(promised), "lines": [order_line(w)]}
    w.write("order-entered", at, order_id=f"o{number}", recurring=w.some((True, False), 0.2), **entered)
    complete = at + w.rng.choice((HOUR, DAY, 2 * DAY, 2 * DAY, 3 * DAY))
    kinds = w.rng.sample(("confirmed", "shipped", "delayed", "expected"), w.rng.randint(2, 4))
    sent = [at + w.rng.choice((0, MINUTE, MINUTE, HOUR, DAY, 4 * DAY)) for _ in kinds]
    w.write(
        "order-delivered",
        complete,
        order_id=f"o{number}",
        shipment_no=1,
        final=True,
        lines=[{"sku": "s1", "quantity": 1}],
        notices=[{"kind": kind, "sent_at": w.time(one)} for kind, one in zip(kinds, sent, strict=True)],
    )
    if w.rng.random() < 0.7:
        w.write(
            "ticket-opened",
            w.rng.choice((*sent, complete, at - HOUR, at + 7 * DAY, at + 9 * DAY)) + w.rng.choice((-1, 0, 1)),
            ticket_id=f"q{number}",
            order_id=f"o{w.rng.choice((number, number, number, 1))}",
            kind=w.some(("request", "question", "complaint", "incident", "review")),
            opened_by=w.some(("customer", "customer", "agent"), 0.4),
        )
