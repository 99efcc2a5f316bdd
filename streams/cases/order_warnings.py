"""Warnings before an order's deadlines, at shares of the time from the start, and whose policy its promises are.

The deadlines themselves are the orders' own [R17, R18]; policies say of them when to warn, and when not.
"""

from itertools import pairwise

from msgspec.structs import replace

from streams.cases.findings import Findings, Obligation, Warned
from streams.cases.policies import Dims, Policies


def heed(found: Findings, obligation: Obligation, policies: Policies, dims: Dims, asof: int) -> Obligation:
    """Tell the warnings given up to the watermark, and when the next comes; the promise with its policy's name.

    An edition counts from its instant on: a share that is over by then is warned of at once, one that was is not again.
    """
    clock, decided = obligation.clock, obligation.decided_at
    heeding = policies.heeding(clock, dims, obligation.start if decided is None else decided)
    owed = replace(obligation, policy=heeding.policy)
    end = asof if decided is None else min(asof, decided)
    for share, at in _planned(obligation, policies, dims).items():
        if at < end:
            own = policies.heeding(clock, dims, at).policy
            found.warnings.append(Warned(replace(owed, policy=own), share, at, obligation.deadline))
        elif decided is None or at < decided:  # an event may tell of what comes: a confirmation at a later instant
            found.wakes.append(at)
    return owed


def _planned(obligation: Obligation, policies: Policies, dims: Dims) -> dict[int, int]:
    """The instant of each share, under the editions known now."""
    start, deadline = obligation.start, obligation.deadline
    planned: dict[int, int] = {}
    for begin, until in pairwise([start, *policies.edits(start, deadline), deadline]):
        heeding = policies.heeding(obligation.clock, dims, begin)
        for share in heeding.shares:
            at = max(begin, start - (start - deadline) * share // 100)  # towards the deadline, as a stopwatch does
            at = heeding.quiet.closing(at) if heeding.quiet else at
            if share not in planned and at < until:
                planned[share] = at
    return planned
