"""Records of reassignment-requested: somebody else is proposed for a ticket that was left unattended."""

from datetime import datetime
from uuid import uuid5

import msgspec
import orjson

from streams.cases.case import TICKET, reference_of
from streams.exports.cloudevents import Headers, headers
from streams.exports.sla import NAMESPACE
from streams.names import REASSIGNMENT_REQUESTED
from streams.sla.reassign import Proposal
from streams.units import rfc3339, to_ms


class Reassignment(msgspec.Struct, frozen=True, kw_only=True):
    """A request; instants in ms. `to_agent` is None where nobody of the department is free."""

    ref: str
    """The ticket's case."""
    customer_id: str
    ticket_id: str
    department: str | None
    from_agent: str | None
    to_agent: str | None
    why: str
    chain: int
    """1 for the first request since a person acted."""
    assigned_at: int
    requested_at: int

    @property
    def identity(self) -> str:
        """uuid5 of the ticket, its assignment and the place in the chain: a replay requests the same."""
        return str(uuid5(NAMESPACE, f"{self.ref}#{self.assigned_at}#{self.chain}"))


def proposal(value: bytes) -> tuple[str, Proposal]:
    """The ticket's case and the proposal that a record's value tells of."""
    data = orjson.loads(value)
    ref = reference_of(TICKET, data["customer_id"], data["ticket_id"])
    return ref, Proposal(to_ms(datetime.fromisoformat(data["requested_at"])), data["to_agent"])


def event(request: Reassignment, trace: str | None = None) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers."""
    data = {
        "reassignment_id": request.identity,
        "ticket_id": request.ticket_id,
        "customer_id": request.customer_id,
        "department": request.department,
        "from_agent": request.from_agent,
        "to_agent": request.to_agent,
        "why": request.why,
        "chain": request.chain,
        "assigned_at": rfc3339(request.assigned_at),
        "requested_at": rfc3339(request.requested_at),
    }
    heads = headers(REASSIGNMENT_REQUESTED, request.identity, request.requested_at, request.ticket_id, trace)
    return request.ticket_id.encode(), orjson.dumps(data), heads
