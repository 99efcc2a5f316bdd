"""Records of reassignment-requested."""

import orjson
from msgspec.structs import replace

from streams import names
from streams.exports.reassignment import Reassignment, event
from streams.units import HOUR
from tests.contracts import Record, faults

ASKED = Reassignment(
    ref="ticket:2:c1:t1",
    customer_id="c1",
    ticket_id="t1",
    department="billing",
    from_agent="ann",
    to_agent="bob",
    why="unattended",
    chain=1,
    assigned_at=0,
    requested_at=HOUR,
)


def test_a_record_says_from_whom_to_whom_and_why() -> None:
    key, value, headers = event(ASKED, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    assert key == b"t1"
    assert orjson.loads(value) == {
        "reassignment_id": ASKED.identity,
        "ticket_id": "t1",
        "customer_id": "c1",
        "department": "billing",
        "from_agent": "ann",
        "to_agent": "bob",
        "why": "unattended",
        "chain": 1,
        "assigned_at": "1970-01-01T00:00:00Z",
        "requested_at": "1970-01-01T01:00:00Z",
    }
    assert dict(headers)["ce_id"] == ASKED.identity.encode()
    assert faults(names.REASSIGNMENT_REQUESTED, Record(key, value, headers)) == []


def test_nobody_may_have_had_it_and_nobody_be_free() -> None:
    record = Record(*event(replace(ASKED, department=None, from_agent=None, to_agent=None)))
    assert faults(names.REASSIGNMENT_REQUESTED, record) == []


def test_ids_are_the_same_for_the_same_request_alone() -> None:
    others = [replace(ASKED, chain=2), replace(ASKED, assigned_at=1), replace(ASKED, ref="ticket:2:c1:t2")]
    assert len({ASKED.identity, *(other.identity for other in others)}) == 4
    assert replace(ASKED, to_agent="eve").identity == ASKED.identity, "a replay may propose otherwise, of the same"
