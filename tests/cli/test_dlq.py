"""`streams dlq`: letters on an embedded broker are listed, shown, and sent where they came from."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaConsumer, TopicPartition

from streams.cli.dlq import Since, dlq
from streams.cli.dlq_view import RESENT, Choice, Letter, Tally, line, whole
from streams.cli.produce import PROTOCOL, resending
from streams.engine.flush import Refusal
from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.exports.letters import refused_letter, rejected_letter
from streams.names import DEAD_LETTER, INPUTS
from streams.worker.embedded import EmbeddedBroker
from tests.make import opened

TRACE = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
LATE = opened(5, event_id="late", channel="email")
RAW: list[tuple[str, bytes | None, list[tuple[str, bytes | None]]]] = [
    ("ticket-opened", b"{}", [TRACE]),
    ("ticket-opened", b'{"event_id": "\x1b[2J\xff', []),
    ("order-entered", None, []),
    ("survey-submitted", b"[]", [("ce_specversion", b"9"), (RESENT, b"2")]),
]


def rejected(topic: str, value: bytes | None, headers: list[tuple[str, bytes | None]], offset: int) -> Any:
    why = Decoder().decode(topic, value, headers)
    assert isinstance(why, Rejected)
    return rejected_letter(topic, 1, offset, value, headers, why)


LETTERS = [rejected(*raw, offset) for offset, raw in enumerate(RAW)]
LETTERS.append(refused_letter(Refusal(LATE, 2, 9, "too_late", "it was late")))


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as running:
        running.ensure_topics(["t-" + name for name in (*INPUTS, DEAD_LETTER)])
        yield running.bootstrap


@pytest.fixture
def places(broker: str) -> list[str]:
    """The places of the letters, in their order; each test writes its own."""
    before = {letter.name for letter in stored(broker, DEAD_LETTER)}
    with resending(broker, "t-") as send:
        for _, value, headers in LETTERS:
            send(DEAD_LETTER, value, headers)
    found = [letter for letter in stored(broker, DEAD_LETTER) if letter.name not in before]
    sources = [f"{letter.why('topic')}/{letter.why('offset')}" for letter in found]
    order = [f"{dict(h)['dead_letter_topic'].decode()}/{dict(h)['dead_letter_offset'].decode()}" for _, _, h in LETTERS]
    return [found[sources.index(source)].name for source in order]


def stored(broker: str, topic: str) -> list[Letter]:
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, api_version=PROTOCOL)
    try:
        parts = [TopicPartition(f"t-{topic}", n) for n in consumer.partitions_for_topic(f"t-{topic}")]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        found: list[Any] = []
        while any(consumer.position(part) < ends[part] for part in parts):
            found += [record for batch in consumer.poll(timeout_ms=100).values() for record in batch]
        return [Letter.of(record) for record in found]
    finally:
        consumer.close()


def run(broker: str, *arguments: str) -> Result:
    return CliRunner().invoke(dlq, [arguments[0], "--broker", broker, "--prefix", "t-", *arguments[1:]])


def test_every_letter_is_a_line_and_the_reasons_are_counted(broker: str, places: list[str]) -> None:
    result = run(broker, "list")
    assert result.exit_code == 0, result.output
    lines = {text.split("  ")[0]: text for text in result.stdout.splitlines()}
    assert set(places) <= set(lines)
    assert "missing_field  ticket-opened/1/0  /event_id  expected a string" in lines[places[0]]
    assert "too_late  ticket-opened/2/9  it was late" in lines[places[4]]
    assert lines[places[3]].endswith("sent again 2×")
    assert f"{len(lines)} dead letters: " in result.stderr


def test_letters_are_chosen_by_reason_and_topic(broker: str, places: list[str]) -> None:
    def listed(*options: str) -> set[str]:
        return {text.split("  ")[0] for text in run(broker, "list", *options).stdout.splitlines()} & set(places)

    assert listed("--topic", "ticket-opened") == {places[0], places[1], places[4]}
    assert listed("--reason", "not_json") == {places[1], places[2]}
    assert listed("--reason", "not_json", "--reason", "too_late", "--topic", "ticket-opened") == {places[1], places[4]}
    assert listed("--reason", "no_such") == set()


def test_one_is_shown_whole(broker: str, places: list[str]) -> None:
    result = run(broker, "show", places[0])
    assert f"letter      {places[0]}, written " in result.stdout
    for text in ("from        ticket-opened/1/0", "reason      missing_field", "pointer     /event_id"):
        assert text in result.stdout
    assert f"header      traceparent: {TRACE[1].decode()}" in result.stdout
    assert result.stdout.endswith("value       2 bytes\n{}\n")
    assert run(broker, "show", places[2]).stdout.endswith("value       none\n")


def test_what_it_holds_does_not_steer_the_terminal_but_its_bytes_can_be_had(broker: str, places: list[str]) -> None:
    shown = run(broker, "show", places[1]).stdout
    assert '{"event_id": "\\x1b[2J\\xff\n' in shown
    assert "\x1b" not in shown
    assert run(broker, "show", places[1], "--raw").stdout_bytes == RAW[1][1]
    assert run(broker, "show", places[2], "--raw").stdout_bytes == b""


def test_a_dry_run_sends_nothing(broker: str, places: list[str]) -> None:
    before = {topic: len(stored(broker, topic)) for topic in INPUTS}
    result = run(broker, "resubmit", "--dry-run", places[0], places[3])
    assert {text.split("  ")[0] for text in result.stdout.splitlines()} == {places[0], places[3]}
    assert "2 dead letters would be sent again: " in result.stderr
    assert {topic: len(stored(broker, topic)) for topic in INPUTS} == before


def test_records_go_where_they_came_from_as_they_were_and_counted(broker: str, places: list[str]) -> None:
    before = {(topic, letter.name) for topic in INPUTS for letter in stored(broker, topic)}
    result = run(broker, "resubmit", *places)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert "5 dead letters sent again: " in result.stderr
    sent = {
        (topic, letter.value, tuple(letter.headers))
        for topic in INPUTS
        for letter in stored(broker, topic)
        if (topic, letter.name) not in before
    }
    once = ((RESENT, b"1"),)
    assert sent == {
        ("ticket-opened", b"{}", (TRACE, *once)),
        ("ticket-opened", RAW[1][1], once),
        ("order-entered", None, once),
        ("survey-submitted", b"[]", (("ce_specversion", b"9"), (RESENT, b"3"))),
        ("ticket-opened", LETTERS[4][1], once),
    }
    assert Decoder().decode("ticket-opened", LETTERS[4][1]) == LATE


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("resubmit",), 2, "say which"),
        (("show", "17"), 2, "as in 2/17"),
        (("list", "--since", "yesterday"), 2, "'yesterday' is no time"),
        (("list", "--topic", "journal"), 2, "'journal' is not one of"),
        (("show", "3/999999"), 1, "there is no dead letter 3/999999"),
        (("show", "99/0"), 1, "there is no dead letter 99/0"),
        (("resubmit", "3/999999"), 1, "1 of the letters named were not found"),
    ],
)
def test_errors_say_what_and_how(broker: str, arguments: tuple[str, ...], code: int, says: str) -> None:
    result = run(broker, *arguments)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_span_is_counted_back_from_now() -> None:
    now = time.time_ns() // 1_000_000
    assert now - 7_200_000 <= Since().convert("2h", None, None) <= time.time_ns() // 1_000_000 - 7_200_000
    assert Since().convert("1970-01-01T00:00:01Z", None, None) == 1_000


def letter(**why: str) -> Letter:
    headers = [("ce_specversion", b"1.0"), *((f"dead_letter_{name}", text.encode()) for name, text in why.items())]
    return Letter(2, 17, 0, b"{}", headers)


def test_a_choice_is_of_all_that_it_names() -> None:
    found = letter(reason="not_json", topic="ticket-opened")
    assert Choice().means(found)
    assert Choice(frozenset({"not_json", "other"}), frozenset({"ticket-opened"})).means(found)
    assert not Choice(frozenset({"not_json"}), frozenset({"order-entered"})).means(found)
    assert Choice(places=frozenset({"2/17"})).means(found)
    assert not Choice(places=frozenset({"2/1"})).means(found)


def test_a_record_that_is_no_letter_is_shown_as_it_is() -> None:
    stranger = Letter(0, 0, 0, b"hello", [("mine", None)])
    assert line(stranger) == "0/0  1970-01-01T00:00:00Z  //"
    assert list(whole(stranger))[-3:] == ["header      mine: (none)", "value       5 bytes", "hello"]
    assert stranger.resent == 0


def test_a_tally_in_a_line() -> None:
    tally = Tally()
    assert tally.told("") == "0 dead letters"
    for reason in ("not_json", "too_late", "not_json"):
        tally.add(letter(reason=reason))
    assert tally.told("sent again") == "3 dead letters sent again: 2 not_json, 1 too_late"
