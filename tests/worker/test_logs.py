"""Of what Kafka's clients log, little passes, and it is counted."""

import logging
from collections.abc import Iterator

import pytest

from streams.worker.logs import BURST, WINDOW, Throttle, framework, quiet, throttle


@pytest.fixture
def passed() -> Iterator[list[logging.LogRecord]]:
    """What reaches the root logger."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keep()
    logging.getLogger().addHandler(handler)
    yield records
    logging.getLogger().removeHandler(handler)


def record(text: str, at: float = 0.0, name: str = "aiokafka.client") -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "", 0, text, (), None)
    made.created = at
    return made


def test_a_line_passes_once_in_a_window(passed: list[logging.LogRecord]) -> None:
    limit = Throttle()
    for at in (0.0, 1.0, WINDOW - 1, WINDOW, WINDOW + 1):
        limit.emit(record("gone", at))
    assert [one.created for one in passed] == [0.0, WINDOW]
    assert (limit.take_left_out(), limit.take_left_out()) == (3, 0)


def test_only_so_many_kinds_pass_in_a_window(passed: list[logging.LogRecord]) -> None:
    limit = Throttle()
    for number in range(BURST + 3):
        limit.emit(record(f"kind {number}"))
    assert len(passed) == BURST
    assert limit.take_left_out() == 3


def test_nothing_passes_while_the_broker_is_known_to_be_away(passed: list[logging.LogRecord]) -> None:
    limit = Throttle()
    limit.hold = True
    limit.emit(record("gone"))
    assert passed == []
    limit.hold = False
    limit.emit(record("gone"))
    assert len(passed) == 1


def test_a_warning_of_aiokafka_is_a_hint_that_the_broker_may_be_away(passed: list[logging.LogRecord]) -> None:
    hints: list[int] = []
    limit = Throttle()
    limit.notice = lambda: hints.append(len(passed))
    limit.emit(record("gone"))
    limit.emit(record("gone"))
    limit.emit(record("something else", name="faust.app"))
    assert len(hints) == 2


def test_tracebacks_are_left_out(passed: list[logging.LogRecord]) -> None:
    limit = Throttle()
    try:
        raise ValueError
    except ValueError as error:
        made = record("failed")
        made.exc_info = (ValueError, error, error.__traceback__)
    limit.emit(made)
    assert passed[0].exc_info is None


def test_what_the_frameworks_say_of_our_services_is_held_down_too(passed: list[logging.LogRecord]) -> None:
    quiet()
    framework.info("starting")
    assert passed == []
    assert throttle in logging.getLogger("mode").handlers
    assert logging.getLogger("aiokafka.cluster").getEffectiveLevel() == logging.WARNING
