"""Shares of persons, drawn to those of all persons of the same window."""

from typing import Any

import orjson
import pytest

from streams.engine.terms import Terms
from streams.kpis.catalogue import Catalogue
from streams.kpis.shrinkage import shrunk
from streams.names import AUTOMATED, UNKNOWN
from streams.web.fairness import Fairness
from tests.golden.test_golden import FILES, lines, read
from tests.laws.test_catalogue_laws import records
from tests.web.desk import NOW, Desk

KPIS = Catalogue().kpis
TEAM = {"ann": (47, 50), "bob": (35, 50), "eve": (3, 3)}


def answers(hits: int, of: int) -> list[bool]:
    return [True] * hits + [False] * (of - hits)


def agents(found: list[dict[str, Any]]) -> Any:
    """What gives the records of all agents, of those that there are."""

    def peers(kpi: str, size: str, start: str) -> list[bytes]:
        wanted = (kpi, "agent", size, start)
        return [
            orjson.dumps(one)
            for one in found
            if (one["kpi"], one["scope"], one["window"]["size"], one["window"]["start"]) == wanted
        ]

    return peers


def test_three_of_three_do_not_beat_forty_seven_of_fifty() -> None:
    desk = Desk()
    for agent, cases in (TEAM | {AUTOMATED: (1, 100), UNKNOWN: (0, 100)}).items():
        desk.publish("csat", answers(*cases), at=NOW, scope=f"agent={agent}")
    desk.publish("csat", answers(0, 9), at=NOW - 3_600_000, scope="agent=bob")
    told = [orjson.loads(record) for record in desk.latest()]
    fairness = Fairness(KPIS, agents(told))
    found = {
        (one["labels"]["agent"], one["window"]["start"]): orjson.loads(fairness.among_all(orjson.dumps(one)))
        for one in told
    }
    now = {agent: one for (agent, start), one in found.items() if start == told[0]["window"]["start"]}
    assert {agent: round(one["shrunk"], 3) for agent, one in now.items() if "shrunk" in one} == {
        "ann": 0.929,
        "bob": 0.712,
        "eve": 0.89,
    }
    assert now["eve"]["value"] == 1
    assert {one["shrunk"] for (_, start), one in found.items() if start != told[0]["window"]["start"]} == {0.0}


def test_what_is_about_no_person_stays_as_it_is() -> None:
    desk = Desk()
    records = [
        desk.publish("csat", answers(3, 4), scope="channel=agent"),
        desk.publish("csat", answers(3, 4), scope=f"agent={AUTOMATED}"),
        desk.publish("first_response_time", [1000], scope="agent=ann"),
    ]
    fairness = Fairness(KPIS, lambda *_: pytest.fail("no peers are asked for"))
    assert [fairness.among_all(record) for record in records] == records


def test_companions_are_drawn_to_all_too() -> None:
    """As the worked case has them: a1 satisfied 1 of 2, and reopened 1 of 2; a2 reopened 0 of 1."""
    path = next(path for path in FILES if path.stem == "closed_by_agent")
    told = records(lines(read(path)), Terms(windows=("1d",)))
    fairness = Fairness(KPIS, agents(told))
    own = next(one for one in told if one["kpi"] == "closed_by_agent" and one["labels"] == {"agent": "a1"})
    csat, reopened = orjson.loads(fairness.among_all(orjson.dumps(own)))["beside"]
    assert csat["shrunk"] == 0.5
    assert reopened["shrunk"] == shrunk({"a1": (1, 2), "a2": (0, 1)})["a1"]
    assert reopened["value"] == 0.5


def test_every_share_by_agent_is_personal_and_nothing_else() -> None:
    found = {name for name, kpi in KPIS.items() if kpi.personal}
    assert {"csat", "reopen_rate", "first_contact_resolution", "order_entry_accuracy", "order_confirmed"} <= found
    assert found <= {
        name for name, kpi in KPIS.items() if "agent" in kpi.by and kpi.unit == "ratio" and kpi.has_interval
    }
    assert "closed_by_agent" not in found
