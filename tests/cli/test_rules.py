"""Rules about the input, the records and the options, seen from outside: by `streams compute`, and `replay` where two
ways could differ. Each test names its rule; the KPIs' own rules are in tests/golden."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.histories import history
from tests.pipeline import COUNTS, Outcome, fails, outcome, streams, write

CLOCK = ("--clock", "2026-06-01T00:00:00Z")
DAY = ("--windows", "1d")
Line = dict[str, Any]


def ticket(number: int, at: str, **fields: Any) -> Line:
    value = {"event_id": f"t{number}", "occurred_at": at, "customer_id": "c", "ticket_id": str(number), **fields}
    return {"topic": "ticket-opened", "value": value}


def act(number: int, at: str, **fields: Any) -> Line:
    """A message of an agent's, unless the fields say otherwise."""
    doing = {"action": "message", "by": "agent", "agent_id": "a", **fields}
    value = {"event_id": f"a{number}", "occurred_at": at, "customer_id": "c", "ticket_id": str(number), **doing}
    return {"topic": "ticket-answered", "value": value}


def survey(number: int, at: str, **fields: Any) -> Line:
    value = {"event_id": f"s{number}", "occurred_at": at, "customer_id": "c", "survey_id": str(number), **fields}
    return {"topic": "survey-submitted", "value": value}


def order(number: int, at: str, **fields: Any) -> Line:
    line = {"sku": "tea", "quantity": 1, "unit_price": "1.00"}
    value = {"event_id": f"o{number}", "occurred_at": at, "customer_id": "c", "order_id": str(number)}
    return {"topic": "order-entered", "value": {**value, "placed_at": at, "lines": [line], **fields}}


def compute(folder: Path, lines: list[Line], *options: object) -> Outcome:
    return outcome(
        "compute", write(folder / "in.jsonl", lines), *(options if "--clock" in options else CLOCK), *options
    )


def one(result: Outcome, kpi: str, **window: str) -> dict[str, Any]:
    """The record of a KPI for all, in the only window there is of these marks."""
    (found,) = (
        record
        for record in result.records
        if record["kpi"] == kpi and record["scope"] == "all" and window.items() <= record["window"].items()
    )
    return found


def test_r2_nothing_is_too_late_unless_a_retention_is_given(tmp_path: Path) -> None:
    """[R2]"""
    lines = [ticket(1, "2026-03-01T10:00:00Z"), ticket(2, "2006-03-01T10:00:00Z")]
    assert compute(tmp_path, lines).counts == (2, 2, 0, 0)
    limited = streams("compute", tmp_path / "in.jsonl", *CLOCK, "--retention", "90d")
    assert COUNTS.search(limited.stderr).groups() == ("2", "1", "0", "1")  # type: ignore[union-attr]
    assert "too_late" in limited.stderr
    assert compute(tmp_path, lines[::-1], "--retention", "90d").counts == (2, 2, 0, 0), (
        "nothing came before the old one"
    )


@pytest.mark.parametrize(
    ("at", "applied"), [("2026-06-01T00:05:00Z", 1), ("2026-06-01T00:05:00.001Z", 0), ("2999-01-01T00:00:00Z", 0)]
)
def test_r3_the_future_is_judged_by_the_clock_at_the_start(tmp_path: Path, at: str, applied: int) -> None:
    """[R3] with a tolerance of five minutes; without --clock by the machine's."""
    assert compute(tmp_path, [ticket(1, at)]).counts == (1, applied, 0, 1 - applied)
    assert compute(tmp_path, [ticket(1, at)], "--clock", "2999-01-01T00:00:00Z").counts.applied == 1
    assert outcome("compute", tmp_path / "in.jsonl").counts.applied == int(not at.startswith("2999"))


@pytest.mark.parametrize("seed", range(4))
def test_r10_r11_values_and_targets_keep_to_their_scales_and_rest_on_something(tmp_path: Path, seed: int) -> None:
    """[R10] [R11]"""
    records = compute(tmp_path, history(seed), "--now", "2027-01-01T00:00:00Z").records
    assert {"share", "score"} <= {record["stat"] for record in records}
    for record in records:
        low, high = (-100, 100) if record["stat"] == "score" else (0, 1)
        if record["stat"] in ("share", "score"):
            bounds = [record["interval"][end] for end in ("low", "high")] if record["interval"] else []
            assert all(low <= number <= high for number in (record["value"], *bounds))
            assert record["denominator"] > 0
            assert all(low <= bound <= high for bound in (record["target"] or {}).values())
        assert record["value"] is not None


def test_r11_nothing_of_something_is_zero_and_nothing_of_nothing_is_no_record(tmp_path: Path) -> None:
    """[R11]"""
    result = compute(tmp_path, [survey(1, "2026-03-01T10:00:00Z", kind="csat", score=1)], *DAY)
    csat = one(result, "csat")
    assert (csat["value"], csat["numerator"], csat["denominator"]) == (0, 0, 1)
    assert {record["kpi"] for record in result.records} & {"nps_hot", "requests"} == set()


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 100, 101])
def test_r12_quantiles_are_nearest_rank_within_a_hundredth(tmp_path: Path, count: int) -> None:
    """[R12]: the ⌈q·n⌉-th smallest. Ticket n waits n minutes."""
    lines = [ticket(n, "2026-03-01T10:00:00Z", customer_id=f"c{n}") for n in range(1, count + 1)]
    lines += [act(n, f"2026-03-01T1{n // 60}:{n % 60:02}:00Z", customer_id=f"c{n}") for n in range(1, count + 1)]
    stats = one(compute(tmp_path, lines, *DAY), "first_response_time")["stats"]
    for name, percent in {"p50": 50, "p90": 90, "p95": 95, "p99": 99}.items():
        rank = -(-percent * count // 100)
        assert stats[name] == pytest.approx(60 * rank, rel=0.01)
    assert stats["sum"] == 60 * count * (count + 1) / 2


@pytest.mark.parametrize(("currency", "applied"), [(None, (True, False)), ("USD", (False, True))])
def test_r13_there_is_one_reporting_currency_by_default_the_euro(
    tmp_path: Path, currency: str | None, applied: tuple[bool, bool]
) -> None:
    """[R13]"""
    lines = [order(n, "2026-03-01T10:00:00Z", currency=code) for n, code in enumerate(("EUR", "USD"))]
    options = ("--currency", currency) if currency else ()
    for line, counts in zip(lines, applied, strict=True):
        assert compute(tmp_path, [line], *options).counts.applied == counts
    assert compute(tmp_path, [order(3, "2026-03-01T10:00:00Z")], *options).counts.applied == 1, "none named is that one"


def test_r50_content_is_what_an_event_says_not_how_it_is_written(tmp_path: Path) -> None:
    """[R50]: the same said otherwise is a duplicate; other content is a dead letter, whichever came first."""
    first = ticket(1, "2026-03-01T10:00:00Z", region="north")
    value = first["value"] | {"occurred_at": "2026-03-01T11:00:00.000+01:00", "source": "", "tier": None}
    again = {"topic": "ticket-opened", "value": dict(reversed(value.items()))}
    other = ticket(1, "2026-03-01T10:00:01Z", region="south")
    assert compute(tmp_path, [first, again]).counts == (2, 1, 1, 0)
    for lines in ([first, again, other], [other, again, first], [other, first, other, again]):
        result = compute(tmp_path, lines, *DAY)
        assert (result.counts.applied, result.counts.dead_letters) == (1, 1)
        regions = {record["labels"].get("region") for record in result.records}
        assert "south" not in regions


@pytest.mark.parametrize(
    ("kpi", "matured", "too_soon"),
    [
        ("requests", "2026-03-02T00:10:00.001Z", "2026-03-02T00:10:00Z"),
        ("order_entry_accuracy", "2026-04-01T00:10:00.001Z", "2026-04-01T00:10:00Z"),
    ],
)
def test_r52_a_window_is_final_once_lateness_and_maturity_have_passed(
    tmp_path: Path, kpi: str, matured: str, too_soon: str
) -> None:
    """[R52]: ten minutes; thirty days more for what corrections restate."""
    lines = [ticket(1, "2026-03-01T10:00:00Z"), order(1, "2026-03-01T10:00:00Z")]
    for now, final in ((matured, True), (too_soon, False)):
        record = one(compute(tmp_path, lines, *DAY, "--now", now), kpi)
        assert (record["final"], record["watermark"]) == (final, now)


@pytest.mark.parametrize("command", ["compute", "replay"])
def test_r53_compute_and_replay_have_the_same_options(command: str) -> None:
    """[R53]"""
    told = streams(command, "--help").output
    options = ("tz", "currency", "min-n", "retention", "tolerance", "now", "clock", "windows", "only", "config")
    assert [option for option in options if f"--{option} " not in told] == []


def test_r53_windows_are_told_in_utc_and_hours_follow_the_local_clock(tmp_path: Path) -> None:
    """[R53]: half past, where the zone is half an hour off; midnight in the zone is a day's start."""
    result = compute(tmp_path, [ticket(1, "2026-03-01T20:45:00Z")], "--tz", "Asia/Kolkata", "--windows", "1h,1d")
    hour, day = one(result, "requests", size="1h")["window"], one(result, "requests", size="1d")["window"]
    assert (hour["start"], hour["end"]) == ("2026-03-01T20:30:00Z", "2026-03-01T21:30:00Z")
    assert (day["start"], day["end"]) == ("2026-03-01T18:30:00Z", "2026-03-02T18:30:00Z")


def test_r53_options_say_more_than_the_file_and_the_file_more_than_the_defaults(tmp_path: Path) -> None:
    """[R53]"""
    config = tmp_path / "streams.toml"
    config.write_text('[kpis]\ntz = "Asia/Tokyo"\nmin_n = 1\nwindows = ["1d"]\n', encoding="utf-8")
    lines = [ticket(1, "2026-03-01T20:45:00Z")]
    by_file = one(compute(tmp_path, lines, "--config", config), "requests")
    by_option = one(compute(tmp_path, lines, "--config", config, "--tz", "UTC", "--min-n", 2), "requests")
    assert (by_file["window"]["tz"], by_file["low_sample"]) == ("Asia/Tokyo", False)
    assert (by_option["window"]["tz"], by_option["low_sample"]) == ("UTC", True)


def test_r54_a_line_may_have_headers_and_a_key_and_be_a_cloudevent(tmp_path: Path) -> None:
    """[R54]: four ways to send one and the same event."""
    first = ticket(1, "2026-03-01T10:00:00Z", source="desk")
    data = {"customer_id": "c"}
    attributes = {"specversion": "1.0", "id": "t1", "source": "desk", "type": "t", "subject": "1"}
    attributes["time"] = "2026-03-01T10:00:00Z"
    headers = {f"ce_{name}": text for name, text in attributes.items()}
    forms = [
        first,
        {**first, "key": "k", "headers": {"traceparent": "00-1"}},
        {"topic": "ticket-opened", "value": {**attributes, "data": data}},
        {"topic": "ticket-opened", "value": data, "headers": [[name, text] for name, text in headers.items()]},
        {"topic": "ticket-opened", "value": data, "headers": {**headers, "content-type": "application/json"}},
    ]
    assert compute(tmp_path, forms).counts == (5, 1, 4, 0)


def test_r54_a_bad_line_is_a_dead_letter_and_counts_for_the_exit_code_only_when_strict(tmp_path: Path) -> None:
    """[R54]"""
    file = write(
        tmp_path / "in.jsonl", [ticket(1, "2026-03-01T10:00:00Z"), {"topic": "moon", "value": {}}, {"value": 1}]
    )
    with file.open("ab") as more:
        more.write(b'{"topic": "ticket-opened", "value": \n')
    result = streams("compute", file, *CLOCK)
    assert result.exit_code == 0
    assert "received 4 = applied 1 + duplicates 0 + dead letters 3" in result.stderr
    assert [reason in result.stderr for reason in ("unknown_topic", "bad_line", "not_json")] == [True] * 3
    assert "3 dead letters" in fails(1, "compute", file, *CLOCK, "--strict")
    assert (
        streams("compute", write(tmp_path / "good.jsonl", [ticket(1, "2026-03-01T10:00:00Z")]), "--strict").exit_code
        == 0
    )


@pytest.mark.parametrize("command", ["compute", "replay"])
def test_r56_a_finished_input_has_one_watermark_over_all(tmp_path: Path, command: str) -> None:
    """[R56]: what one customer does late in the year decides the deadlines of all others, of whatever partition."""
    waiting = [ticket(n, "2026-03-01T10:00:00Z", customer_id=f"c{n}") for n in range(12)]
    far = {**survey(1, "2026-05-01T00:00:00Z", kind="csat", score=5)}
    result = outcome(command, write(tmp_path / "in.jsonl", [*waiting, far]), *CLOCK, "--windows", "1mo")
    decided = one(result, "answered_in_24h")
    assert (decided["numerator"], decided["denominator"]) == (0, 12)
    assert {record["watermark"] for record in result.records} == {"2026-05-01T00:00:00Z"}


def test_r56_without_it_they_are_open(tmp_path: Path) -> None:
    """[R56] [R1]: the deadline itself is not yet after it."""
    lines = [ticket(1, "2026-03-01T10:00:00Z"), ticket(2, "2026-03-02T10:00:00Z", customer_id="d")]
    assert "answered_in_24h" not in {record["kpi"] for record in compute(tmp_path, lines).records}
    lines[1]["value"]["occurred_at"] = "2026-03-02T10:00:00.001Z"
    assert one(compute(tmp_path, lines, *DAY), "answered_in_24h")["denominator"] == 1
    assert json.loads(compute(tmp_path, lines).values.splitlines()[0])["final"] is False
