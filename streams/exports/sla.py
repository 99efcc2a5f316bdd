"""Records of sla-events and sla-breaches: an obligation that was met, breached, or found not breached after all."""

from collections.abc import Iterable, Iterator
from hashlib import sha1
from uuid import UUID

from msgspec.structs import replace

from streams.cases.case import identify
from streams.cases.clocks import BY_POLICY
from streams.cases.findings import BREACHED as BROKEN
from streams.cases.findings import MET as KEPT
from streams.cases.findings import Obligation
from streams.cases.policies import Policies
from streams.engine.flush import Caution, Transition
from streams.exports import sized
from streams.exports.cloudevents import Headers, headers
from streams.units import SECOND, rfc3339

NAMESPACE = UUID("5b2f3a68-0d5e-5c3a-9f43-2f0a9f3b7c11")
"""Of the ids of obligations: the same obligation has the same id in every run."""
_SALT = NAMESPACE.bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}

MET, BREACHED, RETRACTED, WARNING = "sla-met", "sla-breached", "sla-breach-retracted", "sla-warning"
_NUMBERED = (MET, BREACHED, RETRACTED)
"""What is told more than once where truth comes late, in the order of `flush.Told`."""
_KEPT = [MET]
Event = tuple[bytes, bytes, Headers]
"""Key, value and headers."""
Breach = tuple[bytes, bytes | None, Headers]
"""The same; without a value it deletes."""


def obligation_id(ref: str, clock: str, cycle: int, number: int = 1) -> str:
    """The id of an obligation: uuid5 of its case, cycle and clock, and from the second of a clock in its cycle on of
    its number too (RFC 9562, section 5.5).

    >>> from uuid import uuid5
    >>> obligation_id("order:1:c:o", "order_confirmed", 1) == str(uuid5(NAMESPACE, "order:1:c:o#1#order_confirmed"))
    True
    """
    name = f"{ref}#{cycle}#{clock}" if number == 1 else f"{ref}#{cycle}#{clock}#{number}"
    digest = sha1(_SALT + name.encode(), usedforsecurity=False).hexdigest()
    # Written out: a fifth of the time that the UUID class takes.
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"


def kinds(transition: Transition) -> list[str]:
    """What a transition tells: a retraction comes before what stands instead."""
    outcome, told = transition.obligation.outcome, []
    if transition.was is BROKEN and outcome is not BROKEN:
        told.append(RETRACTED)
    if outcome is KEPT:
        told.append(MET)
    if outcome is BROKEN:
        told.append(BREACHED)
    return told


_OUTCOMES = {MET: "met", BREACHED: "breached", RETRACTED: "retracted"}


def undecided(objectives: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Every outcome that promises may come to, by policy and clock: a count that begins at 0 shows its first one.

    >>> len(list(undecided([("gold", "resolution"), ("gold", "order_confirmed")])))
    6
    """
    return ((policy, clock, told) for policy, clock in objectives for told in _OUTCOMES.values())


def decisions(transitions: Iterable[Transition], policies: Policies | None = None) -> Iterator[tuple[str, str, str]]:
    """Policy, clock and outcome of each decision that a policy's clocks came to; a breach taken back is `retracted`."""
    for one in transitions:
        if one.obligation.clock in BY_POLICY or _named(one.obligation, policies):
            for kind in kinds(one):
                yield one.obligation.policy, one.obligation.clock, _OUTCOMES[kind]


def _named(made: Obligation, policies: Policies | None) -> bool:
    """Whether the policy of a promise names its clock: orders have promises whatever the policies say."""
    at = made.start if made.decided_at is None else made.decided_at
    return policies is not None and policies.names(made.policy, made.clock, at)


def event(kind: str, transition: Transition, trace: str | None = None) -> Event:
    """Key, value and headers of an sla-event; `trace` is that of the event behind it, if one is.

    The `ce_id` is the obligation's id with the kind; what is told again after it was taken back has its number too.
    """
    obligation = transition.obligation
    identity = obligation_id(transition.ref, *obligation.key)
    at = obligation.decided_at if obligation.decided_at is not None else obligation.deadline
    data = {**_data(transition.ref, identity, obligation), "decided_at": rfc3339(at)}
    told = transition.again[_NUMBERED.index(kind)] + 1
    name = f"{identity}/{kind}" if told == 1 else f"{identity}/{kind}/{told}"
    return identity.encode(), sized.dumps(data), headers(kind, name, at, identity, trace)


def warning(caution: Caution) -> Event:
    """Key, value and headers of an sla-warning: a share of the working time is spent; `deadline` is as of then."""
    warned, obligation = caution.warned, caution.warned.obligation
    identity = obligation_id(caution.ref, *obligation.key)
    data = {
        **_data(caution.ref, identity, replace(obligation, deadline=warned.due)),
        "decided_at": None,
        "warned_at": rfc3339(warned.at),
        "share": warned.share / 100,
    }
    heads = headers(WARNING, f"{identity}/{WARNING}/{warned.share}", warned.at, identity, caution.trace)
    return identity.encode(), sized.dumps(data), heads


def _data(ref: str, identity: str, obligation: Obligation) -> dict[str, object]:
    case = identify(ref)
    target = obligation.deadline - obligation.start if obligation.target is None else obligation.target
    return {
        "obligation_id": identity,
        "clock": obligation.clock,
        "policy": obligation.policy,
        "customer_id": case.customer,
        f"{case.kind}_id": case.subject,
        "cycle": obligation.cycle,
        "started_at": rfc3339(obligation.start),
        "deadline": rfc3339(obligation.deadline),
        "target_seconds": target / SECOND,
    }


def records(transition: Transition, trace: str | None = None) -> tuple[list[Event], Breach | None]:
    """The sla-events of a transition, and the record for sla-breaches if it touches it: a breach, or its deletion."""
    told = kinds(transition)
    events = [event(kind, transition, trace) for kind in told]
    if not told or told == _KEPT:
        return events, None
    key, value, heads = events[-1] if told[-1] is BREACHED else events[0]
    return events, (key, value if told[-1] is BREACHED else None, heads)


def breach(transition: Transition, trace: str | None = None) -> Breach | None:
    """The record for sla-breaches alone."""
    return records(transition, trace)[1]
