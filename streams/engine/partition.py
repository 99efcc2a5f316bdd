"""One journal partition: journal records in, ordered writes out.

The state after any history is a function of the set of its events and the greatest watermark; see `tests/laws`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from streams.cases.case import TICKET, Case, beginnings, identify, may_change, reference
from streams.cases.conflict import Verdict, place
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.handed import InHand
from streams.cases.policies import Policies
from streams.cases.promised import promised
from streams.engine import rows
from streams.engine.cells import Cells
from streams.engine.customers import Customers
from streams.engine.deadlines import Deadlines
from streams.engine.editions import Editions
from streams.engine.flush import Flush, Refusal
from streams.engine.identities import Known, code_of
from streams.engine.leaving import Leaving
from streams.engine.recent import Recent
from streams.engine.telling import Announcements
from streams.events.journal import Amendment, Entry, Record, Tick
from streams.events.model import Event
from streams.kpis.catalogue import Catalogue
from streams.names import COSTS_KNOWN
from streams.units import HEREAFTER

KEEP = 10_000
"""How many clean cells, cases and customers stay decoded, each of them, where nobody says otherwise."""


class DefinitionsChangedError(RuntimeError):
    """Stored cells mean something else than what would be added to them or taken back."""


class Partition:
    """The engine's state for one journal partition over its durable rows.

    `pane` and `retention` are in ms; without a retention nothing is refused as too late [R2]. `announce` asks for the
    transitions of obligations; `conventions` are what facts depend on beside their events. With a
    `horizon`, in ms, state does not grow for ever: cases without an event for the retention leave, and so do cells of
    panes that lie further than the horizon behind the watermark; nothing changes those any more. `keep` bounds what
    stays decoded; whoever holds several partitions shares it out again when their number changes.
    """

    def __init__(  # noqa: PLR0917
        self,
        catalogue: Catalogue,
        pane: int,
        stored: rows.Rows,
        retention: int | None = None,
        keep: int = KEEP,
        announce: bool = True,
        conventions: Conventions = DEFAULT,
        horizon: int | None = None,
    ) -> None:
        self._announce, self._conventions = announce, conventions
        self._stored, self._retention, self.keep = stored, retention, keep
        self._definitions = f"{rows.LAYOUT}-{catalogue.fingerprint}-{conventions.fingerprint}"
        self.cells = Cells(catalogue, pane, stored, horizon)
        self._leaving = Leaving(None if horizon is None else retention or 0)
        self._identities, self._references = Known(), Known()
        wanted, counting = conventions.wanted, conventions.counting
        self.customers = Customers(stored, self.cells, counting, wanted, conventions.valuing) if counting else None
        self._announcements = Announcements(promised(wanted))
        self.deadlines = Deadlines()
        self._verdicts: Counter[str] = Counter()
        self._applied = self._negatives = 0
        self.orphans = 0
        """Cases whose opening is missing, as they stand."""
        self._recent = Recent[Case, bytes]()
        self._cases = self._recent.decoded
        self._fresh: dict[str, list[str]] = {}
        """The cases of a customer that have no row yet."""
        self._touched: dict[str, str | None] = {}
        """Cases to review, and the trace of the event that touched each last."""
        self._refusals: list[Refusal] = []
        self._restore()

    def _restore(self) -> None:
        position, intent = self._stored.get(rows.POSITION), self._stored.get(rows.INTENT)
        start = rows.decode_position(position) if position else rows.Position()
        begun = rows.decode_intent(intent).last if intent else -1
        if position and start.definitions != self._definitions:
            raise DefinitionsChangedError(
                f"the state was kept under the definitions {start.definitions}, these are {self._definitions}; "
                "go on under another application id (worker.application), which reads the journal from its start"
            )
        if self.customers:
            self.customers.priced = self.customers.told = start.priced
        self.next, self.watermark, self.greatest = start.next, start.watermark, start.greatest
        self._flushed_next, self._flushed_watermark = start.next, start.watermark
        self._editions = Editions(self._conventions, self._stored, self.next)
        self._conventions = self._editions.current
        self.boundary = begun if begun >= self.next else None
        """Where an interrupted flush ended: nothing beyond it may enter before a flush that ends there too."""
        for ref, data in rows.cases(self._stored):
            head = rows.decode_head(data)
            self.deadlines.set(ref, head.due)
            self._references.add(ref)
            for code in head.codes:
                self._identities.add(code)
            self.orphans += head.orphaned
            self._leaving.age(ref, head.latest, head.due)

    @property
    def counts(self) -> Counter[str]:
        """What became of the events since the start; `orphan` counts cases as they stand."""
        more = {Verdict.APPLIED: self._applied, "negative_duration": self._negatives, "orphan": self.orphans}
        return self._verdicts + Counter(more)

    @property
    def unflushed(self) -> bool:
        """Whether something was absorbed since the last flush."""
        return self.next > self._flushed_next

    def absorb(self, records: Iterable[tuple[int, Record]]) -> None:
        """Take journal records, with their offsets, in the journal's order."""
        for offset, record in records:
            if offset < self.next:
                continue  # it is in already
            self.next = offset + 1
            if isinstance(record, Entry):
                self._absorb(offset, record)
            elif isinstance(record, Tick):
                self._tick(record)
            else:
                self._amend(offset, record)

    def _amend(self, offset: int, edition: Amendment) -> None:
        if self._editions.take(offset, edition):
            self._conventions = self._editions.current

    def under(self, editions: int) -> Conventions:
        """The conventions under the first so many editions of policies that came by the journal."""
        return self._editions.under(editions)

    @property
    def policies(self) -> Policies | None:
        """Those in force, with what came by the journal."""
        return self._conventions.policies

    def reconsider(self) -> Iterator[str]:
        """Tell the cases again that an edition of policies may change, one at each step, as far as was absorbed.

        For who can not wait for all of them at once; what is left `settle` does.
        """
        since = self._editions.changed_since
        if since is None:
            return
        self.cells.close(self._flushed_watermark)
        for ref in list(dict.fromkeys(self._refs())):
            if self._touched_by(ref, since):
                self._recent.dirty[ref] = None
                self._review(ref, self._touched.get(ref))
            yield ref
        self._editions.changed_since = None

    def _touched_by(self, ref: str, since: int) -> bool:
        case = self._cases.get(ref)
        if case is not None:
            return may_change(ref, case.events, since)
        data = self._data(ref)
        return data is not None and may_change(ref, rows.decode_case(data).events, since)

    def _tick(self, tick: Tick) -> None:
        if tick.last and tick.watermark < self.watermark:
            self.watermark = tick.watermark
            self._touched.update(dict.fromkeys(self._refs()))
            if self.customers:
                self.customers.look_again()
        self.watermark = max(self.watermark, tick.watermark)

    def held(self) -> Iterator[tuple[str, list[Event]]]:
        """The cases in memory: reference, and the events that count."""
        return ((ref, case.events) for ref, case in self._cases.items())

    def _refs(self) -> Iterator[str]:
        """Every case there is."""
        yield from self._cases
        yield from list(self._recent.shelved)
        yield from (ref for ref, _ in rows.cases(self._stored))

    def _absorb(self, offset: int, entry: Entry) -> None:
        event = entry.event
        at = event.occurred_at
        if at > self.watermark:
            self.watermark = at
        elif self._retention is not None and at < self.watermark - self._retention:
            self._refuse(entry, "too_late", f"it occurred more than {self._retention} ms before the watermark")
            return
        ref, code = reference(event), code_of(event)
        case = self._cases.get(ref) or self._case(ref, event.customer_id)
        case.latest = max(case.latest, at)
        if not self._identities.add(code) and case.seen < offset:
            case.events.append(event)
            case.codes.append(code)
            self._touched[ref] = entry.traceparent
            self._applied += 1
            self.greatest = max(self.greatest, at)
        else:
            self._place(offset, entry, ref, code)

    def _place(self, offset: int, entry: Entry, ref: str, code: int) -> None:
        """Put an event into its case whose identity may be known."""
        event, case = entry.event, self._cases[ref]
        if case.seen < offset and code in case.codes and (event in case.events or event in case.losers):
            self._verdicts[Verdict.DUPLICATE] += 1
            return
        others = {other: self._case(other) for other in self._holders(event.customer_id, code) if other != ref}
        for held, one in ((ref, case), *others.items()):
            self._recall(held, one)
        if case.seen < offset and code not in case.codes:
            case.codes.append(code)
        verdict, loser = place(case, event, list(others.values()), offset)
        self._verdicts[verdict] += 1
        self._touched.update(dict.fromkeys((ref, *others), entry.traceparent))
        self._measure_greatest(event, [case, *others.values()])
        if loser is not None:
            message = "another event of this source and event_id, earlier or of a lower content hash, counts"
            self._refusals.append(
                Refusal(loser, entry.partition, entry.offset, "conflicting_duplicate", message, entry.traceparent)
            )

    def _holders(self, customer: str, code: int) -> list[str]:
        """The customer's cases that hold an identity of this code."""
        written = {ref: data for start in beginnings(customer) for ref, data in rows.cases(self._stored, start)}
        refs = (*written, *self._fresh.get(customer, ()))
        shelved = self._recent.shelved
        written |= {ref: shelved[ref] for ref in refs if ref in shelved}
        codes = {ref: rows.decode_head(data).codes for ref, data in written.items()}
        codes |= {ref: self._cases[ref].codes for ref in refs if ref in self._cases}
        return [ref for ref, held in codes.items() if code in held]

    def _measure_greatest(self, event: Event, cases: list[Case]) -> None:
        """The latest instant of an event that counts, after this identity was told again."""
        if event in cases[0].events:
            self.greatest = max(self.greatest, event.occurred_at)
        lost = [e for case in cases for e in case.losers if e.identity == event.identity]
        if any(e.occurred_at == self.greatest for e in lost):
            self.greatest = max(e.occurred_at for ref in self._refs() for e in self._case(ref).events)

    def _refuse(self, entry: Entry, reason: str, message: str) -> None:
        self._verdicts[reason] += 1
        self._refusals.append(Refusal(entry.event, entry.partition, entry.offset, reason, message, entry.traceparent))

    @property
    def touched(self) -> int:
        """How many cases the next flush will tell anew."""
        return len(self._touched)

    def settle(self) -> None:
        """Bring cells and deadlines up to what was absorbed and to the watermark."""
        for _ in self.settling():
            pass

    def settling(self) -> Iterator[None]:
        """`settle` a case or a customer at each step, for who can not wait for all of them; absorb none in between."""
        for _ in self.reconsider():
            yield
        for ref in self.deadlines.passed(self.watermark):
            self._touched.setdefault(ref)
        self.cells.close(self._flushed_watermark)
        # What this flush writes stays: its events would come again after a crash, to a case that forgot the others.
        dirty = self._recent.dirty
        chosen = self._leaving.choose(self._flushed_watermark, lambda ref: ref in self._touched or ref in dirty)
        self.orphans -= sum(map(self._is_orphan, chosen))
        self._recent.change(self._touched, self.keep)
        for ref, trace in self._touched.items():
            self._review(ref, trace)
            self._recent.shelve(ref, self.keep, self._row)
            yield
        self._touched.clear()
        if self.customers:
            yield from self.customers.settling(self.watermark, self.keep)
        self.cells.spread(self.next - 1)
        self._value_customers()

    def _value_customers(self) -> None:
        """Begin to tell what customers are worth, once some cost is known."""
        if self.customers is None or self.customers.priced or self._conventions.valuing is None:
            return
        if self._conventions.costs.configured or self.cells.holds(COSTS_KNOWN, HEREAFTER):
            self.customers.priced = True
            self.customers.look_again()
            self.customers.settle(self.watermark, self.keep)
            self.cells.spread(self.next - 1)

    def _is_orphan(self, ref: str) -> bool:
        case = self._cases.get(ref)
        if case is not None:
            return self._recall(ref, case).findings.orphaned
        data = self._stored.get(rows.case_key(ref))
        return data is not None and rows.decode_head(data).orphaned

    def _review(self, ref: str, trace: str | None) -> None:
        case = self._recall(ref, self._cases.get(ref) or self._case(ref))
        old, new = case.findings, case.review(ref, self.watermark, self._conventions)
        self.cells.change(old.facts, new.facts)
        if self._announce:
            self._announcements.tell(ref, case, new, trace)
        self._negatives += new.negatives - old.negatives
        self.orphans += new.orphaned - old.orphaned
        case.findings, case.asof, case.editions = new, self.watermark, self._editions.count
        due = new.due
        self._leaving.age(ref, case.latest, due)
        if self.customers and new.digest != old.digest:  # mostly it is the same, and the customer's row stays unread
            self.customers.tell(identify(ref).customer, ref, new.digest)
        self.deadlines.set(ref, due)

    def flush(self) -> Flush:
        """Settle, and give what has to be written for it; `flushed` is to follow once that is durable."""
        self.settle()
        last, told, shelved = self.next - 1, self._announcements, self._recent.shelved
        return Flush(
            last=last,
            watermark=self.watermark,
            intent=(rows.INTENT, rows.encode(rows.Intent(last))),
            cells=[*self._editions.changed(), *self.cells.rows(last)],
            partials=[*self.cells.changed(), *((key, {}) for key in self.cells.leaving())],
            transitions=told.transitions,
            refusals=self._refusals,
            cases=[
                *self._customer_rows(),
                *((rows.case_key(ref), shelved.get(ref) or self._row(ref)) for ref in self._recent.dirty),
                *((rows.case_key(ref), None) for ref in self._leaving.chosen),
            ],
            position=(rows.POSITION, rows.encode(self._position())),
            cautions=told.cautions,
            worths=list(self.customers.worths()) if self.customers else [],
            handed=self._told_of_hands(told.handed),
        )

    def _told_of_hands(self, handed: dict[str, InHand | None]) -> list[tuple[str, InHand | None]] | None:
        policies = self._conventions.policies
        if policies is None or not policies.reassigns:
            return None
        return [*handed.items(), *((ref, None) for ref in self._leaving.chosen if ref.startswith(TICKET))]

    def _customer_rows(self) -> Iterator[rows.Row]:
        return self.customers.rows() if self.customers else iter(())

    def _position(self) -> rows.Position:
        priced = self.customers is not None and self.customers.priced
        return rows.Position(self.next, self.watermark, self.greatest, self._definitions, priced)

    def flushed(self, flush: Flush) -> None:
        """The flush is durable."""
        for case in self._recent.written(self.keep):
            case.seen = flush.last
        self._announcements.flushed()
        self._refusals = []
        self._editions.flushed()
        self.cells.flushed(flush.last, self.keep)
        if self.customers:
            self.customers.flushed(self.keep)
        self._fresh.clear()
        for ref in self._leaving.chosen:
            self._cases.pop(ref, None)
        self._leaving.chosen.clear()
        self._flushed_next, self._flushed_watermark = self.next, self.watermark
        if self.boundary is not None and flush.last >= self.boundary:
            self.boundary = None

    def _row(self, ref: str) -> bytes:
        case = self._recall(ref, self._cases[ref])
        told = case.findings
        heads = told.due, told.orphaned, case.codes, case.latest
        row = rows.CaseRow(*heads, self.next - 1, case.asof, case.events, case.losers, case.told, case.editions)
        return rows.encode(row)

    def _data(self, ref: str) -> bytes | None:
        """The row of a case that is not decoded."""
        return self._recent.shelved.get(ref) or self._stored.get(rows.case_key(ref))

    def _case(self, ref: str, customer: str | None = None) -> Case:
        """The case of a reference; a new one is of this customer."""
        case = self._cases.get(ref)
        if case is None:
            data = self._data(ref) if self._references.add(ref) else None
            self._recent.shelved.pop(ref, None)
            case = self._cases[ref] = Case() if data is None else self._read(data)
            if data is None:
                self._fresh.setdefault(customer or identify(ref).customer, []).append(ref)
        return case

    def _read(self, data: bytes) -> Case:
        row = rows.decode_case(data)
        case = Case(row.events, row.losers, row.codes, row.latest, row.seen, row.asof, told=row.told)
        case.editions, case.untold = row.editions, len(row.events)
        return case

    def _recall(self, ref: str, case: Case) -> Case:
        """The case, with what it told when it was written; only events may have been added to it since it was read."""
        if case.untold is not None:
            events, case.events = case.events, case.events[: case.untold]
            case.findings = case.review(ref, case.asof, self._editions.under(case.editions))
            case.events, case.untold = events, None
        return case
