"""The customers of one partition: what their cases say of them, and the facts that follow.

A customer's row is written before the rows of his cases, in one flush: a durable case implies that its customer knows
of it. Where the case was lost in a crash, it is told again with the same digest, and nothing changes.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from streams.cases.counting import Counting, Valuing
from streams.cases.customer import customer_findings
from streams.cases.digests import Digest
from streams.cases.facts import Wanted
from streams.cases.findings import NOTHING, Findings
from streams.cases.worth import WindowKey, Worth, matures, worths
from streams.engine import rows
from streams.engine.cells import Cells
from streams.engine.deadlines import Deadlines
from streams.engine.identities import Known
from streams.engine.recent import Recent
from streams.engine.rows import Row, Rows

Change = tuple[str, WindowKey, Worth | None]
"""What a customer is worth in a window; None: nothing any more."""


class Customer(msgspec.Struct, gc=False):
    """The digests of a customer's cases, and what was told of him last."""

    digests: dict[str, Digest]
    asof: int = 0
    findings: Findings = msgspec.field(default_factory=lambda: NOTHING)
    worth: dict[WindowKey, Worth] = {}
    """What he is worth, as of then."""
    told: dict[WindowKey, Worth] = {}
    """What was published of it."""


class Shelved(NamedTuple):
    """A customer who is to be written and does not stay decoded."""

    row: bytes
    told: dict[WindowKey, Worth]
    """As of `Customer`."""
    worths: list[Change]


class Customers:
    """Customer cases in memory over rows, with what was changed since the last flush."""

    def __init__(
        self, stored: Rows, cells: Cells, counting: Counting, wanted: Wanted = None, valuing: Valuing | None = None
    ) -> None:
        self._valuing = valuing
        self.priced = False
        """Whether what customers are worth is to be told: some cost is known [R48]."""
        self.told = False
        """Whether it has been, of those that are durable."""
        self._stored, self._cells, self._counting, self._wanted = stored, cells, counting, wanted
        self._recent = Recent[Customer, Shelved]()
        self._names = Known()
        self._deadlines = Deadlines()
        self._touched: dict[str, None] = {}
        for name, data in rows.customers(stored):
            self._deadlines.set(name, rows.decode_customer_head(data).due)
            self._names.add(name)

    @property
    def earliest(self) -> int | None:
        """The next instant, in ms, at which a customer has to be looked at again."""
        return self._deadlines.earliest

    def tell(self, name: str, ref: str, digest: Digest | None) -> None:
        """A case of a customer says this of him now; None: nothing any more."""
        customer = self._customer(name)
        if customer.digests.get(ref) == digest:
            return
        if digest is None:
            del customer.digests[ref]
        else:
            customer.digests[ref] = digest
        self._touched[name] = None

    def settle(self, watermark: int, keep: int) -> None:
        """Bring cells up to what was told and to the watermark, in ms; about `keep` customers stay decoded."""
        for _ in self.settling(watermark, keep):
            pass

    def settling(self, watermark: int, keep: int) -> Iterator[None]:
        """`settle` a customer at each step; tell nothing in between."""
        self._touched.update(dict.fromkeys(self._deadlines.passed(watermark)))
        self._recent.change(self._touched, keep)
        for name in self._touched:
            self._review(name, watermark)
            self._recent.shelve(name, keep, self._shelved)
            yield
        self._touched.clear()

    def look_again(self) -> None:
        """Look at every customer again: the watermark went back."""
        self._touched.update(dict.fromkeys((*self._recent.decoded, *self._recent.shelved)))
        self._touched.update(dict.fromkeys(name for name, _ in rows.customers(self._stored)))

    def rows(self) -> Iterator[Row]:
        """The changed customers."""
        for name in self._recent.dirty:
            shelved = self._recent.shelved.get(name)
            yield rows.customer_key(name), shelved.row if shelved else _row(self._recent.decoded[name])

    def worths(self) -> Iterator[Change]:
        """What the changed customers are worth, where it is otherwise than was told last."""
        for name in self._recent.dirty:
            shelved = self._recent.shelved.get(name)
            yield from shelved.worths if shelved else _changes(name, self._recent.decoded[name])

    def _worths(self, digests: dict[str, Digest], asof: int) -> dict[WindowKey, Worth]:
        if self._valuing is None or not self.priced:
            return {}
        return worths(digests.values(), asof, self._counting, self._valuing)

    def flushed(self, keep: int) -> None:
        """The rows are durable: forget what is dirty, and all but about `keep` customers."""
        for customer in self._recent.written(keep):
            customer.told = customer.worth
        self.told = self.priced

    def _review(self, name: str, watermark: int) -> None:
        customer = self._customer(name)
        new = customer_findings(customer.digests.values(), watermark, self._counting, self._wanted)
        customer.worth = self._worths(customer.digests, watermark)
        if self._valuing is not None:
            final = matures(customer.worth, watermark, self._valuing)
            new.wakes.extend([] if final is None else [final])
        self._cells.change(customer.findings.facts, new.facts)
        customer.findings, customer.asof = new, watermark
        self._deadlines.set(name, new.due)

    def _shelved(self, name: str) -> Shelved:
        customer = self._recent.decoded[name]
        return Shelved(_row(customer), customer.told, list(_changes(name, customer)))

    def _customer(self, name: str) -> Customer:
        customer = self._recent.decoded.get(name)
        if customer is None:
            customer = self._recent.decoded[name] = self._load(name)
        return customer

    def _load(self, name: str) -> Customer:
        if shelved := self._recent.shelved.pop(name, None):
            return msgspec.structs.replace(self._read(shelved.row), told=shelved.told)
        data = self._stored.get(rows.customer_key(name)) if self._names.add(name) else None
        if data is None:
            return Customer({})
        customer = self._read(data)
        customer.told = self._worths(customer.digests, customer.asof) if self.told else {}
        return customer

    def _read(self, data: bytes) -> Customer:
        row = rows.decode_customer(data)
        findings = customer_findings(row.digests.values(), row.asof, self._counting, self._wanted)
        return Customer(row.digests, row.asof, findings)


def _row(customer: Customer) -> bytes:
    return rows.encode(rows.CustomerRow(customer.findings.due, customer.asof, customer.digests))


def _changes(name: str, customer: Customer) -> Iterator[Change]:
    """What a customer is worth where it is otherwise than was told."""
    now, told = customer.worth, customer.told
    for window in {**told, **now}:
        if now.get(window) != told.get(window):
            yield name, window, now.get(window)
