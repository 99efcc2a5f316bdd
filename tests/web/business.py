"""A desk that holds what a worker holds of a simulated business: values of every window, and the cases behind them."""

import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console

from streams.cli.compute import accepted
from streams.cli.inputs import read_lines
from streams.cli.options import replaying
from streams.engine.standing import Standing
from streams.engine.whole import Whole
from streams.exports.finals import final_records
from streams.worker.overall import answer
from tests.pipeline import simulated
from tests.web.desk import Desk

OPTIONS = dict.fromkeys(
    ("tz", "currency", "min_n", "windows", "tolerance", "retention", "now", "clock", "config", "only")
)


def business(events: int, seed: int = 1) -> Desk:
    """A desk after so many events."""
    with tempfile.TemporaryDirectory() as folder:
        file = simulated(Path(folder) / "events.jsonl", events, "--seed", seed, "--rate", 0.03)
        setup = replaying(**OPTIONS)  # type: ignore[arg-type]
        whole = Whole(setup.terms)
        whole.absorb(accepted(read_lines((str(file),), Console(stderr=True)), setup, Counter()))
    desk, standing = Desk(), Standing(setup.terms.catalogue().standing)
    for record in final_records(whole.values(), whole.watermark, setup.terms):
        desk.hold(record)
    for (scope, pane), vector in whole.partition.cells.changed():
        standing.add(scope, pane, vector)
    desk.standing = answer(standing, whole.watermark)
    desk.cases.apply(whole.partition.flush().cases, 1)
    return desk
