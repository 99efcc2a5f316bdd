"""Records of sla-events and sla-breaches: an obligation that was met, breached, or found not breached after all."""

from hashlib import sha1
from uuid import UUID

import orjson

from streams.cases.case import identify
from streams.cases.findings import BREACHED as BROKEN
from streams.cases.findings import MET as KEPT
from streams.engine.flush import Transition
from streams.exports.cloudevents import Headers, headers
from streams.units import SECOND, rfc3339

NAMESPACE = UUID("5b2f3a68-0d5e-5c3a-9f43-2f0a9f3b7c11")
"""Of the ids of obligations: the same obligation has the same id in every run."""
_SALT = NAMESPACE.bytes

MET, BREACHED, RETRACTED = "sla-met", "sla-breached", "sla-breach-retracted"


def obligation_id(ref: str, clock: str, cycle: int, number: int = 1) -> str:
    """The id of an obligation: uuid5 of its case, cycle and clock, and from the second of a clock in its cycle on of
    its number too (RFC 9562, section 5.5).

    >>> from uuid import uuid5
    >>> obligation_id("order:1:c:o", "order_confirmed", 1) == str(uuid5(NAMESPACE, "order:1:c:o#1#order_confirmed"))
    True
    """
    name = f"{ref}#{cycle}#{clock}" if number == 1 else f"{ref}#{cycle}#{clock}#{number}"
    digest = sha1(_SALT + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]  # written out: a fifth of the time that the UUID class takes
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


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


def event(kind: str, transition: Transition, trace: str | None = None) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of an sla-event; `trace` is that of the event behind it, if one is."""
    case, obligation = identify(transition.ref), transition.obligation
    start, deadline = obligation.start, obligation.deadline
    identity = obligation_id(transition.ref, *obligation.key)
    at = obligation.decided_at if obligation.decided_at is not None else deadline
    due = rfc3339(deadline)
    data = {
        "obligation_id": identity,
        "clock": obligation.clock,
        "customer_id": case.customer,
        f"{case.kind}_id": case.subject,
        "cycle": obligation.cycle,
        "started_at": rfc3339(start),
        "deadline": due,
        "decided_at": due if at == deadline else rfc3339(at),
        "target_seconds": (deadline - start) / SECOND,
    }
    return identity.encode(), orjson.dumps(data), headers(kind, f"{identity}/{kind}", at, identity, trace)


def breach(transition: Transition, trace: str | None = None) -> tuple[bytes, bytes | None, Headers] | None:
    """The record for sla-breaches, if the transition touches it: a breach, or its deletion."""
    told = kinds(transition)
    if BREACHED in told:
        return event(BREACHED, transition, trace)
    if RETRACTED in told:
        key, _, heads = event(RETRACTED, transition, trace)
        return key, None, heads
    return None
