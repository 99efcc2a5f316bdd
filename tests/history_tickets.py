"""Random tickets: everything that can happen to one, in any order, often at the same instant or right at 24 hours."""

from collections.abc import Callable

from tests.history_writer import AGENTS, DAY, DEPARTMENTS, HOUR, MINUTE, SECOND, Body, Writer

CATEGORIES, TIERS, PRIORITIES = ("bill", "fault"), ("gold",), ("low", "normal", "high", "urgent")
STEPS = (
    *(0, 0, 1, SECOND, 4 * MINUTE, 5 * MINUTE, 5 * MINUTE + 1, 10 * MINUTE, HOUR, HOUR + 1, 4 * HOUR, 8 * HOUR),
    *(8 * HOUR + 1, DAY - 1, DAY, DAY + 1, 2 * DAY, 2 * DAY + 1, 5 * DAY, 7 * DAY, 7 * DAY + 1),
)
ACTIONS = (
    *("message",) * 8,
    *("resolve",) * 4,
    *("transfer", "assign", "wait", "resume", "note", "reopen") * 2,
    *("reprioritise", "escalate"),
)
TALK = (*("message",) * 9, *("transfer", "assign") * 2, "escalate", "resolve")
REVIEW = ("message", "message", "note", "assign", "resolve", "reopen")


def ticket(w: Writer, number: int) -> None:
    opened, kind = w.near(), w.some(("request", "incident", "question", "complaint", "review"), 0.6)
    w.write(
        "ticket-opened",
        opened,
        ticket_id=f"t{number}",
        kind=kind,
        department=w.some(DEPARTMENTS),
        category=w.some(CATEGORIES),
        priority=w.some(PRIORITIES),
        tier=w.some(TIERS, 0.3),
        opened_by=w.some(("customer", "agent"), 0.3),
        order_id=w.maybe("o1", 0.2),
        assigned_to=w.some(AGENTS, 0.25),
        screens=w.some((2, 4), 0.2),
        clicks=w.some((0, 7), 0.2),
    )
    actions = REVIEW if kind == "review" else w.rng.choice((ACTIONS, TALK))
    at = opened + w.rng.choice((0, 0, 0, SECOND, MINUTE, HOUR, 4 * HOUR, 4 * HOUR + 1, 2 * DAY, -10 * MINUTE))
    for _ in range(w.rng.randint(0, 10)):
        at = opened + DAY if w.rng.random() < 0.1 else at + w.rng.choice(STEPS)
        act(w, number, opened, at, w.rng.choice(actions))
    if w.rng.random() < 0.15:
        act(w, number, opened, opened + w.rng.choice((0, HOUR, DAY, DAY + 1, 4 * DAY)), w.rng.choice(("void", "merge")))


def act(w: Writer, number: int, opened: int, at: int, action: str) -> None:
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
        hold_seconds=w.some(([10, 20.5], [0], []), 0.15),
        **_particulars(w, action),
    )


AUTHORS = {
    "message": ("agent", "agent", "agent", "customer", "customer", "customer", "bot", "system"),
    "reopen": ("customer", "agent"),
    "resolve": ("agent", "agent", "agent", "bot", "system", "customer"),
    "escalate": ("agent", "system", "bot", "customer"),
}


def _particulars(w: Writer, action: str) -> Body:
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
