"""The story of a ticket: opened, routed, answered by bots and people, waited for, resolved, sometimes reopened."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from streams.importers.simulator_staff import DEPARTMENTS
from streams.importers.simulator_surveys import after_ticket
from streams.importers.simulator_world import Customer, Draw, Moment, Story, Value, World
from streams.names import TICKET_ANSWERED, TICKET_OPENED
from streams.units import DAY, HOUR, MINUTE, SECOND


class Cause(Enum):
    """Why a customer turns to the business: (department, kind)."""

    ITSELF = ("", "")
    LATE = ("delivery", "complaint")
    GOODS = ("billing", "question")


_CHANNEL = Draw({"email": 38, "chat": 27, "phone": 25, "web": 10})
_KIND = Draw({"question": 40, "request": 30, "incident": 15, "complaint": 11, "review": 4})
_PRIORITY = Draw({"normal": 70, "high": 15, "low": 10, "urgent": 5})
_TIER = Draw({None: 75, "gold": 20, "platinum": 5})
_CATEGORIES = {
    "sales": ("offer", "contract", "advice"),
    "delivery": ("where-is-it", "late", "damaged"),
    "billing": ("invoice", "refund", "wrong-amount"),
    "technical": ("setup", "fault", "account"),
}
_WAIT = {"email": 110 * MINUTE, "chat": 4 * MINUTE, "phone": 45 * SECOND, "web": 140 * MINUTE}
"""Median wait for the first answer."""
_URGENCY = {"low": 1.6, "normal": 1.0, "high": 0.6, "urgent": 0.3}
_METHOD = Draw({"remote": 45, "self_service": 15, "callback": 15, "refund": 12, "replacement": 9, "field": 4})
_PATIENCE = 4
"""A first answer that takes so many times the median wait spoils the mood."""


def ticket(world: World, at: int, about: str, cause: Cause = Cause.ITSELF, **known: Any) -> Story:
    """Events of one ticket; `about` makes its id, `known` may hold the customer and the order_id."""
    return _Ticket(world, at, f"ticket-{about}", cause, **known).story()


class _Ticket:
    __slots__ = (
        "agent",
        "by_agent",
        "channel",
        "customer",
        "department",
        "kind",
        "line",
        "mood",
        "now",
        "order_id",
        "priority",
        "ticket_id",
        "told",
        "world",
    )

    def __init__(
        self,
        world: World,
        at: int,
        ticket_id: str,
        cause: Cause,
        *,
        customer: Customer | None = None,
        order_id: str | None = None,
    ) -> None:
        random = world.random
        self.world = world
        self.ticket_id = f"{ticket_id}-{cause.name.lower()}" if order_id else ticket_id
        self.customer = customer or world.customer()
        self.order_id = order_id
        self.department, self.kind = cause.value
        self.department = self.department or DEPARTMENTS[int(random() * 4)]
        self.kind = self.kind or _KIND(random())
        self.channel = _CHANNEL(random())
        self.priority = _PRIORITY(random())
        self.by_agent = order_id is None and random() < 0.05
        self.now = world.calling(at) if self.channel == "phone" or self.by_agent else at
        self.line = self.channel == "phone" or (self.channel == "chat" and world.staff.opening(at) == at)
        self.agent = world.staff.agent(self.department)
        self.mood = 0.55 + 0.35 * self.agent.care
        self.told = 0

    def story(self) -> Story:
        """Moments in the order in which they happen."""
        yield self._opened()
        if self.channel == "chat" or (self.channel == "email" and self.world.random() < 0.6):
            yield self._act(20 * SECOND, "message", by="bot")
        chance = self.world.random()
        if chance < 0.02:
            yield self._act(self._working(HOUR, 30), "void", agent=True)
            return
        if chance < 0.03:
            yield self._opened_again()
        yield from self._routed()
        yield from self._served()
        while self.world.random() < 0.03 + 0.25 * (1 - self.agent.care):
            self.mood -= 0.25
            yield self._act(self.world.lasting(DAY), "reopen", by="customer")
            yield from self._served()
        if self.mood < 0.5:
            self.world.annoy(self.customer, 0.3)
        about = {"ticket_id": self.ticket_id, "department": self.department, "agent_id": self.agent.name}
        yield from after_ticket(self.world, self.now, self.customer, self.mood, about)

    def _opened_again(self) -> Moment:
        """A further story: the customer writes the same once more, and somebody sees that it is the same."""
        at = self.now + self.world.lasting(HOUR)
        again = _Ticket(self.world, at, f"{self.ticket_id}-again", Cause.ITSELF, customer=self.customer)
        return at, None, again.merged(self.ticket_id)

    def merged(self, into: str) -> Story:
        """Opened, and merged into another ticket."""
        yield self._opened()
        yield self._act(self._working(HOUR, 30), "merge", agent=True, into_ticket=into)

    def _value(self) -> Value:
        self.told += 1
        return {
            "event_id": f"{self.ticket_id}-{self.told}",
            "source": "helpdesk",
            "occurred_at": self.world.stamp(self.now),
            "customer_id": self.customer.name,
            "ticket_id": self.ticket_id,
            "channel": self.channel,
            "region": self.customer.region,
        }

    def _opened(self) -> Moment:
        random = self.world.random
        categories = _CATEGORIES[self.department]
        optional = {
            "order_id": self.order_id,
            "tier": _TIER(random()),
            "campaign": self.world.campaign(self.now),
            "opened_by": "agent" if self.by_agent else None,
            "assigned_to": self.agent.name if self.by_agent else None,
            "screens": 1 + int(4 * random()) if self.channel == "web" else None,
            "clicks": 3 + int(12 * random()) if self.channel == "web" else None,
        }
        value = self._value()
        value["kind"] = self.kind
        value["department"] = self.department
        value["category"] = categories[int(random() * len(categories))]
        value["priority"] = self.priority
        value.update((name, given) for name, given in optional.items() if given is not None)
        return self.now, TICKET_OPENED, value

    def _act(self, after: int, action: str, *, by: str = "", agent: bool = False, **fields: Any) -> Moment:
        """`action` so many milliseconds later, by the ticket's agent or by another party."""
        self.now += after
        value = self._value()
        value["action"] = action
        value["by"] = "agent" if agent else by
        if agent:
            value["agent_id"] = self.agent.name
        value.update(fields)
        return self.now, TICKET_ANSWERED, value

    def _working(self, median: int, work: float) -> int:
        """How long it lies until the agent sees to it: longer for a slow one, overnight where the day is over, and
        until its turn comes where much lies before it; `work` is in seconds, 0 where no person does it."""
        urgency = _URGENCY[self.priority]
        done = self.now + int(self.world.lasting(median) * self.agent.pace * urgency)
        if work:
            turn = self.world.staff.turn(self.department, self.line, self.now, work)
            done = max(done, self.now + int((turn - self.now) * min(urgency, 1.0)))
        return self.world.at_work(done) - self.now

    def _routed(self) -> Iterator[Moment]:
        """Into somebody's hands, at times only after a detour."""
        chance = self.world.random()
        if chance < 0.12:
            self.department = DEPARTMENTS[int(self.world.random() * 4)]
            yield self._act(
                self._working(20 * MINUTE, 0),
                "transfer",
                by="system",
                to_department=self.department,
                misrouted=chance < 0.07,
            )
            self.agent = self.world.staff.agent(self.department)
        if self.channel != "phone" and not self.by_agent:
            yield self._act(self._working(5 * MINUTE, 0), "assign", by="system", to_agent=self.agent.name)
        if chance > 0.97:
            self.priority = "high"
            yield self._act(MINUTE, "reprioritise", agent=True, priority=self.priority)

    def _served(self) -> Iterator[Moment]:
        """First answer, as many further exchanges as it takes, the resolve."""
        asked, patience = self.now, _PATIENCE * _WAIT[self.channel]
        yield self._answer(_WAIT[self.channel])
        waited = (self.now - asked) / patience
        self.mood -= min(0.06 * waited, 0.35) if waited > 1 else 0.0
        while self.world.random() > self.agent.care * 0.75:
            self.mood -= 0.06
            yield from self._exchange()
        if self.world.random() < (0.08 if waited < 2 else 0.2):
            self.mood -= 0.1
            by_system = self.world.random() < (0.4 if waited < 2 else 0.8)
            yield self._act(10 * MINUTE, "escalate", by="system", agent=not by_system)
        yield self._resolve()

    def _answer(self, median: int) -> Moment:
        seconds = round(60 + 400 * self.world.random() * self.agent.pace, 1)
        fields: Value = {"handling_seconds": seconds}
        if self.channel == "phone":
            waits = 1 + int(2.2 * self.world.random() ** 3)
            fields["hold_seconds"] = [round(self.world.rng.expovariate(1 / 25), 1) for _ in range(waits)]
            fields["costs"] = [{"kind": "communication", "amount": f"{0.002 * seconds:.2f}"}]
        return self._act(self._working(median, seconds), "message", agent=True, **fields)

    def _exchange(self) -> Iterator[Moment]:
        """The agent waits for the customer, or writes a note; the customer writes; the agent answers."""
        chance = self.world.random()
        pause = _WAIT[self.channel] // 2
        if chance < 0.4:
            yield self._act(MINUTE, "wait", agent=True)
        elif chance < 0.5:
            yield self._act(MINUTE, "note", agent=True)
        if chance < 0.1:
            yield self._act(self.world.lasting(pause), "resume", by="system")
        else:
            yield self._act(self.world.lasting(pause), "message", by="customer")
        yield self._answer(pause)

    def _resolve(self) -> Moment:
        """Settled with the last answer, or in an act of its own."""
        method = _METHOD(self.world.random())
        fields: Value = {"resolution_method": method}
        if method in ("refund", "replacement"):
            fields["settled_value"] = f"{5 + 120 * self.world.random():.2f}"
        elif method == "field":
            fields["costs"] = [{"kind": "labour", "amount": "65.00"}, {"kind": "assets", "amount": "12.50"}]
        if self.world.random() < 0.3:
            seconds = round(30 + 200 * self.world.random(), 1)
            fields["handling_seconds"] = seconds
            return self._act(self._working(20 * MINUTE, seconds), "message", agent=True, resolves=True, **fields)
        return self._act(self._working(20 * MINUTE, 60), "resolve", agent=True, **fields)
