"""Waiting for the end: everything sent has gone all the way, told by positions; a standstill is a failure too."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from confluent_kafka import KafkaException

from streams import names
from tests.soak.fleet import Fleet
from tests.soak.topics import Place, Topics

PAUSE = 0.1
STAGES = (names.JOURNAL, names.PARTIALS)

States = list[dict[str, Any]]
Ends = dict[Place, int]
Missing = Callable[[States], list[str]]


class HangError(AssertionError):
    """Nothing moved for too long, or the end did not come."""


class Watch:
    """Waits as long as something moves; gives up after `patience` seconds without progress, or `limit` in all.

    `check` raises when there is nothing left to wait for.
    """

    def __init__(
        self, signature: Callable[[], object], check: Callable[[], None], patience: float, limit: float
    ) -> None:
        self._signature, self._check, self._patience = signature, check, patience
        self._until = time.monotonic() + limit

    def until(self, missing: Callable[[], Sequence[str]]) -> None:
        """Wait until nothing is missing. Raises `HangError`, which says what was."""
        last, moved = self._signature(), time.monotonic()
        while left := missing():
            self._check()
            now, seen = time.monotonic(), self._signature()
            if seen != last:
                last, moved = seen, now
            if now - moved > self._patience or now > self._until:
                why = f"nothing moved for {now - moved:.0f} s" if now < self._until else "the end did not come in time"
                raise HangError(f"{why}; missing: {'; '.join(left[:12])}")
            time.sleep(PAUSE)


class Stage(NamedTuple):
    """Topics, and how far they have been taken."""

    topics: tuple[str, ...]
    reached: dict[Place, int]


class Positions:
    """How far the workers are, by their own word and by what they have committed as `groups`."""

    def __init__(self, topics: Topics, fleet: Fleet, groups: Iterable[str]) -> None:
        self._topics, self._fleet, self.groups = topics, fleet, list(groups)
        self._seen: States = []

    def signature(self) -> object:
        """What changes when anything moves. A worker that is still starting does: on a busy machine that takes long."""
        try:
            ends: object = self._topics.ends(*names.INPUTS, *STAGES, names.KPI_VALUES, self._topics.changelog)
        except KafkaException as error:  # the broker may be away
            ends = error.args[0].name()
        states = [state and [state[part] for part in ("inputs", *STAGES)] for state in self.states()]
        starting = any(not worker.listens for worker in self._fleet.living())
        return ends, states, starting and time.monotonic()

    def states(self) -> list[Any]:
        """What each living worker says of its positions; None where it does not answer."""
        return self._fleet.told("/api/positions")

    def broker(self) -> list[str]:
        """Whether the broker answers for every partition."""
        try:
            self._topics.ends(*names.INPUTS, *STAGES)
        except KafkaException as error:
            return [f"the broker does not answer: {error.args[0].name()}"]
        return []

    def left(self, *missing: Missing) -> list[str]:
        """What is missing, by one look at all workers."""
        try:
            states = self.states()
            if not states or not all(states):
                return [f"{states.count(None)} of {len(states)} workers do not answer"]
            self._seen = states
            return [text for look in missing for text in look(states)]
        except KafkaException as error:
            return [f"the broker does not answer: {error.args[0].name()}"]

    def greatest(self) -> int:
        """The latest instant of an event that counts, in ms, by the last look at all workers."""
        return max((mark for state in self._seen for mark in state["greatest"].values()), default=0)

    def flushed(self) -> int:
        """How many journal records are in flushed state, by the word of the living."""
        return sum(sum(state[names.JOURNAL].values()) for state in self.states() if state)

    # --- what may be missing

    def inputs(self, states: States, ends: Ends | None = None) -> list[str]:
        """Records that intake has not taken; where the process that took them is gone, by its commits.

        `ends` are the ends to look at, the present ones by default.
        """
        reached: dict[Place, int] = {}
        for group in self.groups:
            _raise_to(reached, self._topics.committed(group, *names.INPUTS))
        for state in states:
            _raise_to(reached, {_place(name): offset for name, offset in state["inputs"].items()})
        return self._behind(Stage(names.INPUTS, reached), ends)

    def journal(self, states: States, ends: Ends | None = None) -> list[str]:
        """Journal records that no flush contains."""
        return self._behind(_taken(states, names.JOURNAL), ends)

    def partials(self, states: States) -> list[str]:
        """Partials that rollup has not taken, or not published."""
        unpublished = [
            f"{state['unpublished']} partitions are not published" for state in states if state["unpublished"]
        ]
        return [*self._behind(_taken(states, names.PARTIALS)), *unpublished]

    def held(self, states: States) -> list[str]:
        """Partitions that are not held by exactly one worker."""
        held = [(stage, int(p)) for state in states for stage in STAGES for p in state[stage]]
        places = ((stage, p) for stage in STAGES for p in range(self._topics.partitions))
        return [f"{t}/{p} is held by {held.count((t, p))} workers" for t, p in places if held.count((t, p)) != 1]

    def watermarks(self, states: States) -> list[str]:
        """Journal partitions without an event that counts."""
        told = {int(p) for state in states for p, mark in state["greatest"].items() if mark}
        return [f"journal/{p} has no event" for p in range(self._topics.partitions) if p not in told]

    def ready(self) -> list[str]:
        """Partitions that no worker serves which says that it is ready."""
        return self.held([answer for answer in self._fleet.told("/readyz") if answer])

    def _behind(self, stage: Stage, ends: Ends | None = None) -> list[str]:
        ends = self._topics.ends(*stage.topics) if ends is None else ends
        reached = {place: stage.reached.get(place, 0) for place in ends}
        return [f"{t}/{p}: {reached[t, p]} of {end}" for (t, p), end in ends.items() if reached[t, p] < end]


def _taken(states: States, topic: str) -> Stage:
    reached: dict[Place, int] = {}
    for state in states:
        _raise_to(reached, {(topic, int(p)): offset for p, offset in state[topic].items()})
    return Stage((topic,), reached)


def _raise_to(reached: dict[Place, int], more: dict[Place, int]) -> None:
    for place, offset in more.items():
        reached[place] = max(offset, reached.get(place, 0))


def _place(name: str) -> Place:
    topic, _, partition = name.rpartition("/")
    return topic, int(partition)
