"""Bad records of every kind, duplicates, late events, absurd times: everything is accounted for."""

from collections import Counter

from streams import names
from tests.soak import poisoned
from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario(
    "poison",
    "1 % bad records of every kind, 5 % twice, 10 % late, times in 2099 and 1970",
    runs=5,
    defects=(
        "letters_lost",
        "future_accepted",
    ),
)
def poison(run: Run) -> None:
    """A dead letter for each record that is refused, with its reason; the rest counts."""
    given = poisoned.made(run.folder, run.seed, run.size.events)
    run.open(given.events, replay_retention_days=poisoned.RETENTION_DAYS)
    run.fleet.start("a")
    run.feed(seconds=0, lines=given.head).join()
    run.await_watermarks()
    run.feed(lines=given.events.lines[len(given.head) :])
    run.random_instant(run.size.load)
    run.fleet.kill("a")
    run.fleet.start("a")
    run.finish()
    letters = Counter(_letters(run).values())
    run.notes["dead_letters"] = letters.total()
    run.faults += [
        f"dead letters {reason}: {letters[reason]}, expected {given.letters[reason]}"
        for reason in letters | given.letters
        if letters[reason] != given.letters[reason]
    ]


def _letters(run: Run) -> dict[str, str]:
    """Reasons of dead letters by their id, which names the record: one that was told twice is one."""
    heads = (dict(message.headers() or ()) for message in run.topics.read(names.DEAD_LETTER))
    return {head["ce_id"].decode(): head["dead_letter_reason"].decode() for head in heads}
