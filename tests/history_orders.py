"""Random orders: revisions, confirmations, cancellations and shipments around their promises."""

from tests.history_writer import AGENTS, DAY, HOUR, MINUTE, SECOND, Body, Writer

SKUS = ("s1", "s2", "s3")


def order(w: Writer, number: int) -> None:
    entered = w.near()
    placed = entered - w.rng.choice((0, 1, SECOND, 59_999, MINUTE, 5 * MINUTE, 5 * MINUTE + 1, HOUR, -5 * SECOND))
    promised = w.maybe(entered + w.rng.choice((HOUR, DAY, DAY, 2 * DAY, 7 * DAY, -HOUR)), 0.85)
    lines = [order_line(w) for _ in range(w.rng.randint(1, 4))]
    silent, missing = w.rng.random() < 0.1, w.rng.random() < 0.15
    confirmed = None if silent else _confirmation(w, placed, 0.7)
    fields = {"order_id": f"o{number}", "lines": lines, "promised_at": w.time(promised)}
    if not missing:
        _revision(w, entered, placed, fields | {"revision": w.maybe(1, 0.5), "confirmed_at": w.time(confirmed)})
    if silent:  # only what was never confirmed may be cancelled at the very deadline: nothing ties with it
        cancelled = {"revision": 3, "revision_reason": "cancelled_by_customer"}
        _revision(w, placed + MINUTE, placed, fields | cancelled)
    else:
        for _ in range(w.rng.choice((1, 2) if missing else (0, 0, 0, 1, 1, 2, 3))):
            _later_revision(w, entered, placed, promised, fields)
    for _ in range(w.rng.choice((0, 1, 1, 1, 2, 3))):
        shipment(w, number, entered, promised, lines)


def order_line(w: Writer) -> Body:
    price = w.rng.choice(("9.99", 5, 2.5, "0.005", "100"))
    line = {"sku": w.rng.choice(SKUS), "quantity": w.rng.choice((1, 1, 2, 5, 10)), "unit_price": price}
    cost = w.costs.choice((None, None, None, "7.5", 4, 0.0025, "120"))
    return line if cost is None else line | {"unit_cost": cost}


def _confirmation(w: Writer, placed: int, chance: float) -> int | None:
    offset = w.rng.choice((0, 20 * SECOND, MINUTE - 1, MINUTE, MINUTE + 1, HOUR, -5 * SECOND))
    return placed + offset if w.rng.random() < chance else None


def _revision(w: Writer, at: int, placed: int, fields: Body) -> None:
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


def _later_revision(w: Writer, entered: int, placed: int, promised: int | None, fields: Body) -> None:
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
        fields |= {"lines": [order_line(w)]}
    fields |= {"confirmed_at": w.time(_confirmation(w, placed, 0.3))}
    _revision(w, at, placed + w.rng.choice((0, 0, 0, HOUR, -HOUR)), fields)


def shipment(w: Writer, number: int, entered: int, promised: int | None, lines: list[Body]) -> None:
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
        invoice=w.maybe(_invoice(w, goods, lines), 0.6),
        notices=w.maybe([_notice(w, at, entered) for _ in range(w.rng.choice((1, 1, 2, 3)))], 0.5),
        handling_seconds=w.some((60,), 0.2),
    )


def _goods(w: Writer, line: Body) -> Body:
    quantity = max(1, line["quantity"] + w.rng.choice((0, 0, 0, 0, -1, 3)))
    sku = line["sku"] if w.rng.random() < 0.95 else "s9"
    body = {"sku": sku, "quantity": quantity, "substituted": w.maybe(True, 0.07), "damaged": w.maybe(True, 0.07)}
    return {name: value for name, value in body.items() if value is not None}


def _invoice(w: Writer, goods: list[Body], lines: list[Body]) -> Body:
    """What was delivered at the order's prices, often spoilt: a price, a quantity, a line too many or too few."""
    prices = {line["sku"]: line["unit_price"] for line in lines}
    billed = [
        {"sku": line["sku"], "quantity": line["quantity"], "unit_price": prices.get(line["sku"], "1")}
        for line in goods
        if not line.get("substituted") or w.rng.random() < 0.2
    ]
    spoilt = w.rng.choice(("", "", "", "", "price", "quantity", "more", "less", "split"))
    if spoilt in ("price", "quantity") and billed:
        billed[0] |= {"unit_price": "9.98"} if spoilt == "price" else {"quantity": billed[0]["quantity"] + 1}
    elif spoilt == "more":
        billed.append({"sku": "fee", "quantity": 1, "unit_price": "4.95"})
    elif spoilt == "less":
        billed = billed[1:]
    elif spoilt == "split" and billed and billed[0]["quantity"] > 1:
        billed.append(billed[0] | {"quantity": billed[0]["quantity"] - 1})
        billed[0] = billed[0] | {"quantity": 1}
    return {"invoice_id": "i1", "lines": billed}


def _notice(w: Writer, at: int, entered: int) -> Body:
    """A status message; what it expects is right at, near and far from the bounds of the tolerance of 12 hours."""
    sent = w.rng.choice((at - HOUR, entered, entered + MINUTE, entered + 2 * HOUR))
    body = {"kind": w.rng.choice(("confirmed", "shipped", "delayed", "expected", "expected")), "sent_at": w.time(sent)}
    if body["kind"] == "expected" and w.rng.random() < 0.9:
        near = w.rng.choice((0, 1, HOUR, 12 * HOUR, 12 * HOUR + 1, -12 * HOUR, -12 * HOUR - 1, DAY, 3 * DAY, -DAY))
        body["expected_at"] = w.time(at + near)
    return body | ({"proactive": True} if w.rng.random() < 0.3 else {})
