"""What is done again and again: errors are told, nothing under way is cut off, and it is known what is under way."""

import asyncio

import pytest

from streams.worker.timers import LONGEST_REST, Timers


async def test_an_action_is_repeated_until_the_stop_and_errors_are_told() -> None:
    told: list[BaseException] = []
    enough = asyncio.Event()
    timers = Timers(told.append)

    async def fail() -> None:
        if len(told) == 3:
            enough.set()
        raise ValueError(len(told))

    timers.every(0.001, fail)
    await enough.wait()
    await timers.stop()
    assert [repr(error) for error in told[:3]] == ["ValueError(0)", "ValueError(1)", "ValueError(2)"]
    count = len(told)
    await asyncio.sleep(0.01)
    assert len(told) == count


async def test_the_stop_waits_for_what_is_under_way() -> None:
    timers = Timers(lambda _: None)
    begun, go, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go.wait()
        ended.set()

    timers.every(0.001, work)
    await begun.wait()
    stopping = asyncio.ensure_future(timers.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    go.set()
    await stopping
    assert ended.is_set()


async def test_stages_tell_what_is_under_way_and_how_far() -> None:
    timers = Timers(lambda _: None)
    begun, go, done = asyncio.Event(), asyncio.Event(), [0]

    async def work() -> None:
        begun.set()
        await go.wait()

    timers.every(0.001, work, mark=lambda: done[0])
    await begun.wait()
    ((name, first),) = timers.stages().items()
    assert "work" in name
    assert first.busy
    assert timers.stages()[name] == first
    done[0] += 1
    assert timers.stages()[name].mark != first.mark
    go.set()
    await timers.stop()
    assert not timers.stages()[name].busy


async def test_an_action_rests_for_what_it_spent_and_not_for_what_it_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing waits for the broker, and while it does other work goes on: that is no reason to rest."""
    spent, pauses, rested = [0.0], [], asyncio.Event()
    timers = Timers(lambda _: None)

    async def pause(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) == 4:
            rested.set()
        return len(pauses) == 4

    async def work() -> None:
        await asyncio.sleep(0.01)  # by the clock of `spent` no time at all
        spent[0] += (0.0, 0.25, 100.0)[len(pauses) - 1]

    monkeypatch.setattr(timers, "_stops_within", pause)
    timers.every(0.001, work, rest=3, spent=lambda: spent[0])
    await rested.wait()
    await timers.stop()
    assert pauses == [0.001, 0.001, 0.75, LONGEST_REST]
