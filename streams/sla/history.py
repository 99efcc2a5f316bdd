"""Policies over time: which edition is in force when. What a case is promised follows from this and its events.

An edition is in force from its instant on, until the next one is. Of two of the same instant the one with the higher
version is, so that the order in which they came to be known does not matter.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256

import msgspec

from streams.cases.attention import ATTENTION
from streams.cases.handed import Reassigning
from streams.cases.policies import DIMENSIONS, Amend, Dims, Heeding, Policies, Rule
from streams.cases.working import ALWAYS, WorkingTime
from streams.sla.loader import load
from streams.sla.policy import ASSIGNMENT, DEFAULT, REASSIGN, TICKET_CLOCKS, Book, Policy, PolicySet
from streams.units import rfc3339

ALWAYS_BEFORE = -(1 << 62)
"""Since when the first edition has been in force, in ms."""
SILENT = PolicySet(
    policies=(
        msgspec.structs.replace(
            DEFAULT,
            clocks={
                name: msgspec.structs.replace(goal, warnings=(), on_breach=())
                for name, goal in DEFAULT.clocks.items()
                if name in TICKET_CLOCKS
            },
        ),
    )
)
"""The default policy as it is in force without a file: nobody asked for warnings or proposals, nor for budgets of
orders, whose deadlines need no policy."""


class Edition(msgspec.Struct, frozen=True):
    """A book that is in force from an instant on, in ms."""

    since: int
    book: Book

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among others."""
        return self.since, self.book.version


@lru_cache(maxsize=256)
def edition_of(since: int, policies: str) -> Edition:
    """An edition from TOML; raises `PolicyError` with every fault. Each journal partition asks for the same ones."""
    return Edition(since, load(policies, f"policies of {rfc3339(since)}"))


def amending(business: str | None) -> Amend:
    """How policies take an edition, where `business` names the calendar for business times."""

    def amend(policies: Policies | None, since: int, toml: str) -> History:
        history = policies if isinstance(policies, History) else History(business=business)
        return history.amended(edition_of(since, toml))

    return amend


def _reassigns(policy: Policy) -> bool:
    goal = policy.clocks.get(ASSIGNMENT)
    return goal is not None and REASSIGN in goal.on_breach


class History:
    """Editions, of which the first has always been in force; `business` names the calendar for business times of
    clocks that a policy does not promise anything of.

    >>> from streams.sla.policy import DEFAULTS
    >>> history = History(Book(DEFAULTS))
    >>> history.rule("first_response", ("unknown",) * 6, 0).regime.target
    14400000
    """

    def __init__(self, first: Book | None = None, later: Iterable[Edition] = (), business: str | None = None) -> None:
        begin = Edition(ALWAYS_BEFORE, first or Book(SILENT))
        self.editions = (begin, *sorted(later, key=lambda edition: edition.place))
        self._places = frozenset(edition.place for edition in self.editions)
        self._since = [edition.since for edition in self.editions]
        self._business = business
        told = [str(business), *(f"{edition.since}:{edition.book.version}" for edition in self.editions)]
        self.name = sha256("\n".join(told).encode()).hexdigest()[:12]
        self._rules = lru_cache(maxsize=65_536)(self._rule)
        self._calendars = lru_cache(maxsize=65_536)(self._calendar)
        self._heedings = lru_cache(maxsize=4_096)(self._heeding)

    def amended(self, edition: Edition) -> "History":
        """With another edition; the same where it is among them."""
        if self.knows(edition.place):
            return self
        first, *later = self.editions
        return History(first.book, [*later, edition], self._business)

    def knows(self, place: tuple[int, str]) -> bool:
        """Whether an edition of this instant and version is among them."""
        return place in self._places

    def book(self, at: int) -> Book:
        """The book in force at an instant."""
        return self.editions[self._place(at)].book

    @property
    def holidays(self) -> tuple[str, ...]:
        """The places whose public holidays some calendar has ever kept."""
        return tuple(sorted(frozenset[str]().union(*(edition.book.holidays for edition in self.editions))))

    def rule(self, clock: str, dims: Dims, at: int) -> Rule | None:
        """What holds of a clock at an instant; None where nothing is promised."""
        return self._rules(clock, dims, self._place(at))

    def edits(self, after: int, before: int) -> Sequence[int]:
        """When another edition came into force, after and before these instants."""
        return self._since[bisect_right(self._since, after) : bisect_left(self._since, before)]

    def next_edit(self, since: int) -> int | None:
        """The first instant from `since` on at which another edition comes into force."""
        place = bisect_left(self._since, since)
        return self._since[place] if place < len(self._since) else None

    @cached_property
    def reassigns(self) -> bool:
        """Whether any edition has somebody else proposed for what was left unattended."""
        return any(_reassigns(policy) for edition in self.editions for policy in edition.book.policies)

    @cached_property
    def attends(self) -> bool:
        """Whether any edition promises that whoever gets a ticket writes on it."""
        return any(ATTENTION in policy.clocks for edition in self.editions for policy in edition.book.policies)

    def names(self, policy: str, clock: str, at: int) -> bool:
        """Whether the policy of a name that is in force at an instant says anything of a clock."""
        return self.book(at).names(policy, clock)

    def reassigning(self, dims: Dims, at: int) -> Reassigning | None:
        """How somebody else is proposed for what is left unattended at an instant; None where nobody is."""
        policy = self.policy(dims, at)
        return policy.reassigning if _reassigns(policy) else None

    def heeding(self, clock: str, dims: Dims, at: int) -> Heeding:
        """When the policy in force at an instant warns before a deadline that is not its own."""
        return self._heedings(clock, dims, self._place(at))

    def working(self, clock: str, dims: Dims, at: int) -> WorkingTime:
        """The calendar by which a clock counts working time."""
        return self._calendars(clock, dims, self._place(at))

    def policy(self, dims: Dims, at: int) -> Policy:
        """The policy in force for a case at an instant."""
        return self.book(at).select(dict(zip(DIMENSIONS, dims, strict=True)))

    def _place(self, at: int) -> int:
        return bisect_right(self._since, at) - 1 if len(self._since) > 1 else 0

    def _rule(self, clock: str, dims: Dims, place: int) -> Rule | None:
        book = self.editions[place].book
        policy = book.select(dict(zip(DIMENSIONS, dims, strict=True)))
        regime = book.regime(policy, clock)
        return None if regime is None else Rule(policy.name, regime)

    def _heeding(self, clock: str, dims: Dims, place: int) -> Heeding:
        book = self.editions[place].book
        policy = book.select(dict(zip(DIMENSIONS, dims, strict=True)))
        goal = policy.clocks.get(clock)
        return Heeding(policy.name, goal.warnings if goal else (), book.quiet(policy))

    def _calendar(self, clock: str, dims: Dims, place: int) -> WorkingTime:
        book = self.editions[place].book
        goal = book.select(dict(zip(DIMENSIONS, dims, strict=True))).clocks.get(clock)
        if goal is not None:
            return book.calendar(goal.calendar)
        return book.calendar(self._business) if self._business and book.knows(self._business) else ALWAYS
