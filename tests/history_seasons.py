"""Tickets week after week at about the same time, so that there is something usual; now and then none."""

from tests.history_writer import DAY, HOUR, Line, Writer


def weekly(w: Writer) -> list[Line]:
    """The lines of some three months; a change of clocks may lie between."""
    for week in range(-11, 3):
        for number in range(w.rng.choice((0, 1, 1, 2, 3))):
            at = w.edge + 7 * week * DAY + w.rng.choice((-HOUR - 1, -1, 0, 0, 0, HOUR // 2))
            ticket = f"w{week}.{number}"
            w.write("ticket-opened", at, ticket_id=ticket, department=w.some(("sales",)))
            if w.rng.random() < 0.05:
                w.write("ticket-answered", at + 9 * DAY, ticket_id=ticket, action="void", by="system")
    return w.lines
