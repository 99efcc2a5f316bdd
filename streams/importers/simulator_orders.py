"""The story of an order: entered, perhaps corrected or cancelled, shipped, and what the customer makes of it."""

from collections.abc import Iterator
from typing import Any

from streams.importers.simulator_staff import Agent, opening
from streams.importers.simulator_surveys import after_order
from streams.importers.simulator_tickets import Cause, ticket
from streams.importers.simulator_world import PRICES, Draw, Moment, Story, Value, World
from streams.names import ORDER_DELIVERED, ORDER_ENTERED
from streams.units import DAY, HOUR, MINUTE

_CHANNEL = Draw({"web": 62, "phone": 20, "email": 10, "store": 8})
_ENTRY = {"web": 2.0, "phone": 130.0, "email": 240.0, "store": 60.0}
"""Median seconds from the customer's wish to the entry."""
_CHANGE = Draw(
    {
        None: 93.7,
        "entry_error": 2.5,
        "customer_change": 2.0,
        "cancelled_by_customer": 1.2,
        "cancelled_by_supplier": 0.6,
    }
)


def order(world: World, at: int, number: str) -> Story:
    """Events of one order that its customer wishes for at `at`."""
    return _Order(world, at, number).story()


class _Order:
    __slots__ = (
        "agent",
        "channel",
        "confirmed",
        "customer",
        "entered",
        "entry",
        "lines",
        "order_id",
        "placed",
        "promised",
        "told",
        "world",
    )

    def __init__(self, world: World, at: int, number: str) -> None:
        self.world = world
        self.order_id = f"order-{number}"
        self.customer = world.buyer()
        self.channel = _CHANNEL(world.random())
        self.placed = world.calling(at) if self.channel in ("phone", "store") else at
        self.agent: Agent | None = None if self.channel == "web" else world.staff.agent("sales")
        pace = self.agent.pace if self.agent else 1.0
        self.entry = world.spread(0.5) * _ENTRY[self.channel] * pace
        self.entered = (world.at_work(self.placed) if self.agent else at) + world.real(self.entry)
        self.confirmed = self._confirmation()
        self.promised = opening(self.entered + int((1 + 3 * world.random()) * DAY)) // HOUR * HOUR
        self.lines = self._wished()
        self.told = 0

    def story(self) -> Story:
        """Moments in the order in which they become known."""
        yield self._entered()
        change = _CHANGE(self.world.random())
        now = max(self.entered, self.confirmed or 0)
        if change:
            now += int(20 * HOUR * self.world.random())
            yield self._revised(now, change)
        if not change or not change.startswith("cancelled"):
            yield from self._delivered(now)

    def _confirmation(self) -> int | None:
        """One in thirty forgotten, some over the minute; people at the phone confirm what they enter."""
        chance = self.world.random()
        if chance > 0.97:
            return None
        if self.channel in ("phone", "store"):
            return self.placed + self.world.real(15 + 30 * chance)
        return self.placed + self.world.real(3 + 4 / (1.03 - chance))

    def _wished(self) -> list[Value]:
        random = self.world.random
        goods = {PRICES[int(200 * random() ** 2)] for _ in range(1 + int(4 * random() ** 2))}
        return [
            {"sku": sku, "quantity": 1 + int(4 * random() ** 3), "unit_price": price, "unit_cost": cost}
            for sku, price, cost in sorted(goods)
        ]

    def _value(self, at: int) -> Value:
        self.told += 1
        return {
            "event_id": f"{self.order_id}-{self.told}",
            "source": "shop",
            "occurred_at": self.world.stamp(at),
            "customer_id": self.customer.name,
            "order_id": self.order_id,
            "channel": self.channel,
            "region": self.customer.region,
        }

    def _entry(self, at: int) -> Value:
        value = self._value(at)
        value["placed_at"] = self.world.stamp(self.placed)
        value["promised_at"] = self.world.stamp(self.promised)
        value["lines"] = self.lines
        if self.confirmed is not None:
            value["confirmed_at"] = self.world.stamp(self.confirmed)
        if self.agent:
            value["agent_id"] = self.agent.name
        return value

    def _entered(self) -> Moment:
        value = self._entry(self.entered)
        if self.agent:
            value["handling_seconds"] = round(min(self.entry, 240.0) + 20, 1)
        else:
            value["screens"] = 3 + int(6 * self.world.random())
            value["clicks"] = 8 + int(25 * self.world.random())
        if self.customer.recurring:
            value["recurring"] = True
        if campaign := self.world.campaign(self.placed):
            value["campaign"] = campaign
        return max(self.entered, self.confirmed or 0), ORDER_ENTERED, value

    def _revised(self, at: int, reason: str) -> Moment:
        if reason == "entry_error":
            self.lines = [{**self.lines[0], "quantity": self.lines[0]["quantity"] + 1}, *self.lines[1:]]
        elif reason == "customer_change":
            self.lines = self._wished()
        value = {**self._entry(at), "revision": 2, "revision_reason": reason}
        if reason.startswith("cancelled"):
            del value["lines"]
        else:
            value["handling_seconds"] = round(40 + 80 * self.world.random(), 1)
        return at, ORDER_ENTERED, value

    def _delivered(self, since: int) -> Iterator[Moment]:
        """One shipment or two; late ones are announced more often than not."""
        random = self.world.random
        late = random() < 0.08 * self.world.pressure(since)
        done = self.promised + int(random() * 2 * DAY) if late else self.promised - int(random() ** 2 * 30 * HOUR)
        done = max(done, since + HOUR)
        if late and random() < 0.35:
            yield self.promised, None, self._ticket(self.promised + int(random() * 20 * HOUR), Cause.LATE)
        split = len(self.lines) > 1 and random() < 0.12
        if split:
            yield self._shipment(max(since, done - DAY), 1, self.lines[:-1], final=False, late=False)
        yield self._shipment(done, 2 if split else 1, self.lines[-1:] if split else self.lines, final=True, late=late)
        if late:
            self.world.annoy(self.customer, 0.5)
        else:
            self.world.please(self.customer)
        if random() < 0.05:
            yield done, None, self._ticket(done + self.world.lasting(5 * HOUR), Cause.GOODS)
        yield from after_order(self.world, done, self.customer, self.order_id, 0.1 if late else 0.85)

    def _ticket(self, at: int, cause: Cause) -> Story:
        return ticket(self.world, at, self.order_id, cause, customer=self.customer, order_id=self.order_id)

    def _shipment(self, at: int, number: int, lines: list[Value], *, final: bool, late: bool) -> Moment:
        value = self._value(at)
        value["shipment_no"] = number
        value["final"] = final
        value["lines"] = [self._shipped(line) for line in lines]
        value["invoice"] = {"invoice_id": f"{self.order_id}-invoice-{number}", "lines": self._charged(lines)}
        value["notices"] = self._notices(at, late)
        value["handling_seconds"] = round(60 + 240 * self.world.random(), 1)
        if self.world.random() < 0.3:
            value["costs"] = [{"kind": "other", "amount": f"{3 + 9 * self.world.random():.2f}"}]
        return at, ORDER_DELIVERED, value

    def _shipped(self, line: Value) -> Value:
        goods = {"sku": line["sku"], "quantity": line["quantity"]}
        chance = self.world.random()
        if chance < 0.008:
            goods["damaged"] = True
        elif chance < 0.018:
            goods["substituted"] = True
        elif chance < 0.03 and goods["quantity"] > 1:
            goods["quantity"] -= 1
        return goods

    def _charged(self, lines: list[Value]) -> list[Value]:
        keys = ("sku", "quantity", "unit_price")
        charged = [{key: line[key] for key in keys} for line in lines]
        chance = self.world.random()
        if chance < 0.012:
            charged[0]["quantity"] += 1
        elif chance < 0.018:
            charged[0]["unit_price"] = "0.99"
        return charged

    def _notices(self, at: int, late: bool) -> list[dict[str, Any]]:
        stamp, random = self.world.stamp, self.world.random
        left = max(at - DAY, self.entered + 30 * MINUTE)
        notices: list[dict[str, Any]] = [{"kind": "shipped", "sent_at": stamp(left), "proactive": True}]
        if self.confirmed is not None:
            notices.append({"kind": "confirmed", "sent_at": stamp(self.confirmed), "proactive": True})
        elif random() < 0.2:  # of a confirmation that never was
            notices.append({"kind": "confirmed", "sent_at": stamp(self.entered), "proactive": True})
        if random() < 0.5:
            expected = at + int((random() - 0.5) * 26 * HOUR)
            notices.append({"kind": "expected", "sent_at": stamp(left), "expected_at": stamp(expected)})
        if random() < (0.7 if late else 0.01):
            notices.append({"kind": "delayed", "sent_at": stamp(self.promised - HOUR), "proactive": random() < 0.8})
        return notices
