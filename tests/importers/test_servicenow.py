"""Each line of R55 on ServiceNow, over a small log in the same shape."""

import csv
from collections import Counter
from zoneinfo import ZoneInfo

import orjson
import pytest

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers import servicenow
from streams.importers.rows import Refused, UnusableError
from tests.importers.conftest import DATA, real


def _outcomes(zone="UTC", path=DATA / "servicenow.csv"):
    with path.open(newline="") as lines:
        return list(servicenow.events(csv.DictReader(lines), ZoneInfo(zone)))


@pytest.fixture(scope="module")
def told():
    """Events by incident, as (action or topic, instant, further fields)."""
    stories = {}
    for found in _outcomes():
        if not isinstance(found, Refused):
            value = found["value"]
            rest = {
                name: value[name]
                for name in ("by", "agent_id", "to_department", "to_agent", "priority")
                if name in value
            }
            stories.setdefault(value["ticket_id"], []).append(
                (value.get("action", found["topic"]), value["occurred_at"], rest)
            )
    return stories


def test_the_opening():
    opening = _outcomes()[0]
    assert opening == {
        "topic": "ticket-opened",
        "value": {
            "event_id": "INC0000001/0000",
            "source": "servicenow",
            "occurred_at": "2016-03-01T08:00:00Z",
            "customer_id": "Caller 1",
            "ticket_id": "INC0000001",
            "region": "Location 9",
            "channel": "phone",
            "kind": "incident",
            "department": "Group 7",
            "category": "Category 4",
            "priority": "normal",
        },
    }


def test_resolved_is_one_resolve_at_resolved_at_and_closed_is_nothing(told):
    """[R55]"""
    resolve = ("resolve", "2016-03-01T11:30:00Z", {"by": "agent", "agent_id": "Resolved by 3"})
    assert told["INC0000001"][1:] == [resolve]


def test_changes_are_acts_in_the_order_of_the_rows(told):
    by = {"by": "agent", "agent_id": "Updated by 5"}
    assert told["INC0000002"][1:] == [
        ("transfer", "2016-03-01T09:40:00Z", {**by, "to_department": "Group 8"}),
        ("assign", "2016-03-01T09:40:00Z", {**by, "to_agent": "Resolver 2"}),
        ("wait", "2016-03-01T09:40:00Z", by),
        ("resume", "2016-03-02T08:00:00Z", by),
        ("reprioritise", "2016-03-02T09:00:00Z", {"by": "system", "priority": "high"}),
        ("resolve", "2016-03-03T10:00:00Z", {"by": "agent", "agent_id": "Resolved by 3"}),
    ]


def test_acts_of_one_minute_keep_their_order_by_id():
    ids = [line["value"]["event_id"] for line in _outcomes() if not isinstance(line, Refused)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_a_growing_reopen_count_is_a_reopen_and_each_cycle_has_its_resolve(told):
    """`resolved_at` holds the last resolution alone; the cycles before it were resolved at their updates."""
    acts = [(action, at, fields.get("agent_id")) for action, at, fields in told["INC0000003"][1:]]
    assert acts == [
        ("resolve", "2016-03-02T12:00:00Z", "Resolver 4"),
        ("reopen", "2016-03-04T08:00:00Z", "Updated by 5"),
        ("resolve", "2016-03-04T09:00:00Z", "Resolver 4"),
        ("reopen", "2016-03-09T10:00:00Z", "Updated by 5"),
        ("wait", "2016-03-09T10:00:00Z", "Updated by 5"),
        ("resume", "2016-03-09T17:00:00Z", "Updated by 5"),
        ("resolve", "2016-03-09T17:00:00Z", "Resolved by 3"),
    ]


def test_a_first_row_may_be_resolved_and_without_resolved_at_the_update_counts(told):
    assert [(action, at) for action, at, _ in told["INC0000004"]] == [
        ("ticket-opened", "2016-03-03T10:00:00Z"),
        ("resolve", "2016-03-03T10:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("number", "priority"),
    [("INC0000001", "normal"), ("INC0000002", "low"), ("INC0000003", "urgent")],
)
def test_priorities(told, number, priority):
    assert told[number][0][2]["priority"] == priority


def test_never_resolved_stays_open(told):
    assert [action for action, _, _ in told["INC0000006"]] == ["ticket-opened"]


def test_a_zone_with_a_gap_and_a_fold():
    times = [line["value"]["occurred_at"] for line in _outcomes("Europe/Berlin") if not isinstance(line, Refused)]
    assert times[-2:] == ["2016-03-27T01:30:00Z", "2016-10-30T00:30:00Z"]


def test_refusals_say_where_and_why():
    refused = sorted(found for found in _outcomes() if isinstance(found, Refused))
    assert [(found.row, found.column) for found in refused] == [
        (23, "caller_id"),
        (24, "caller_id"),
        (26, "sys_updated_at"),
        (27, "priority"),
        (28, "sys_updated_at"),
        (30, "number"),
    ]
    assert all(found.reason for found in refused)


def test_a_cut_row_is_refused_and_the_incident_goes_on():
    lines = (DATA / "servicenow.csv").read_text().splitlines()
    cut = [*lines[:2], lines[2][:40], *lines[3:]]
    outcomes = list(servicenow.events(csv.DictReader(cut), ZoneInfo("UTC")))
    assert outcomes[0] == Refused(3, "", "more or fewer cells than the header has")
    assert [found["value"].get("action") for found in outcomes[1:3]] == [None, "resolve"]


def test_another_file_is_unusable():
    with pytest.raises(UnusableError, match="the header lacks number, incident_state"):
        list(servicenow.events([{"caller_id": "c"}], ZoneInfo("UTC")))


@pytest.mark.parametrize("is_real", [False, True])
def test_all_events_are_valid(is_real):
    path = real("servicenow_incidents.csv") if is_real else DATA / "servicenow.csv"
    decoder = Decoder()
    lines = [found for found in _outcomes(path=path) if not isinstance(found, Refused)]
    decoded = [decoder.decode(line["topic"], orjson.dumps(line["value"])) for line in lines]
    assert decoded
    assert not [found for found in decoded if isinstance(found, Rejected)]


def test_the_real_file():
    """500 incidents, one resolve each and one more for each of the 6 reopens."""
    outcomes = _outcomes(path=real("servicenow_incidents.csv"))
    acts = Counter(
        "refused" if isinstance(found, Refused) else found["value"].get("action", "opened") for found in outcomes
    )
    assert acts == {
        "opened": 500,
        "resolve": 506,
        "reopen": 6,
        "transfer": 487,
        "assign": 179,
        "wait": 176,
        "resume": 176,
        "reprioritise": 32,
    }


def test_the_real_transfers_are_the_changes_of_the_column():
    changes = 0
    with real("servicenow_incidents.csv").open(newline="") as lines:
        groups: dict[str, str] = {}
        for row in csv.DictReader(lines):
            group = row["assignment_group"]
            before = groups.setdefault(row["number"], group)
            if group != "?":
                changes += group != before
                groups[row["number"]] = group
    assert changes == 487
