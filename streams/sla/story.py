"""The story of a ticket's clocks: when each started, was paused, went on, changed, warned, and how it was decided."""

from collections.abc import Iterator

import msgspec

from streams.cases.attention import every
from streams.cases.findings import BREACHED, OPEN, Obligation
from streams.cases.policies import Policies
from streams.cases.timeline import Timeline
from streams.cases.watching import Clocked, Mark, Watch, What, gone, marks
from streams.sla.durations import written


class Chapter(msgspec.Struct, frozen=True):
    """Something that happened to a clock; instants and durations in ms."""

    at: int
    what: str
    elapsed: int
    """Since the start, by the calendar on the wall."""
    spent: int
    """Of that, working time that counts."""
    due: int | None
    """By what is known then; None while paused."""


class Story(msgspec.Struct, frozen=True):
    """One promise, from its start on."""

    obligation: Obligation
    chapters: list[Chapter]


def stories(line: Timeline, policies: Policies, asof: int) -> Iterator[Story]:
    """The story of every promise that the policies make of a ticket, up to the watermark."""
    for of in every(line, policies):
        teller = _Teller(Watch(line, policies, of))
        for mark in marks(line, policies, of, asof):
            teller.tell(mark)
        story = teller.finish(of, asof)
        if story is not None:
            yield story


class _Teller:
    def __init__(self, watch: Watch) -> None:
        self.watch, self.chapters = watch, list[Chapter]()
        self._begun(watch.of.start)

    def tell(self, mark: Mark) -> None:
        self._passed(mark.at)
        before, was, ran = self.watch.rule, self._outcome, self._running
        self.watch.tell(mark)
        if before is None:
            self._begun(mark.at)
        elif self._outcome is not was:
            self._decided()
        elif was is OPEN:
            self._changed(mark, ran)

    def finish(self, of: Clocked, asof: int) -> Story | None:
        self._passed(of.end.occurred_at if of.end else min(asof, gone(self.watch.line, of)))
        was = self._outcome
        self.watch.finish(asof)
        if self._outcome is not was:
            self._decided()
        made = self.watch.obligation()
        return None if made is None else Story(made, sorted(self.chapters, key=lambda chapter: chapter.at))

    @property
    def _outcome(self) -> str:
        return OPEN if self.watch.stopwatch is None else self.watch.stopwatch.outcome

    @property
    def _running(self) -> bool:
        return self.watch.stopwatch is not None and self.watch.stopwatch.running

    def _begun(self, at: int) -> None:
        rule, watch = self.watch.rule, self.watch.stopwatch
        if rule is not None and watch is not None:
            self._add(at, f"started by policy {rule.policy}: {written(watch.regime.target)}")
            if not watch.running:
                self._add(at, "paused")

    def _passed(self, at: int) -> None:
        """The warnings and the breach that come before an instant."""
        watch = self.watch.stopwatch
        if watch is None or watch.outcome is not OPEN:
            return
        known = set(watch.warned)
        spent = {share: -(-watch.regime.target * share // 100) for share in watch.regime.warnings}
        watch.settle(at)
        for share, when in watch.warned.items():
            if share not in known:
                self._add(when, f"warned at {share} %", spent[share], watch.dues[share])
        if watch.outcome is not OPEN:
            self._decided()

    def _changed(self, mark: Mark, ran: bool) -> None:
        rule = self.watch.rule
        if mark.what in {What.CHANGE, What.EDIT} and rule is not None:
            why = "department or priority changed" if mark.what is What.CHANGE else "the policies were edited"
            self._add(mark.at, f"{why}: policy {rule.policy}, {written(rule.regime.target)}")
        if self._running is not ran:
            self._add(mark.at, "resumed" if self._running else "paused")

    def _decided(self) -> None:
        watch = self.watch.stopwatch
        if watch is not None and watch.decided_at is not None:
            used = max(watch.regime.target, self.chapters[-1].spent) if watch.outcome is BREACHED else None
            self._add(watch.decided_at, watch.outcome.value, used)

    def _add(self, at: int, what: str, spent: int | None = None, due: int | None = None) -> None:
        watch = self.watch.stopwatch
        if watch is not None:
            used = watch.spent(max(at, watch.start)) if spent is None else spent
            self.chapters.append(Chapter(at, what, at - watch.start, used, due or watch.due))
