"""Play a scenario once, and tell what came of it."""

import shutil
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.soak import checks
from tests.soak.ending import HangError
from tests.soak.report import Record
from tests.soak.run import Given, Run
from tests.soak.scenario import Scenario

TAIL = 200
"""Lines of each log that a diagnosis shows."""


def play(scenario: Scenario, given: Given, keep: Path) -> Record:
    """One run in a folder of its own below the given one; if it fails, its logs are kept below `keep`."""
    folder = Path(tempfile.mkdtemp(prefix=f"{scenario.name}-{given.seed}-", dir=given.folder))
    record = Record(scenario.name, given.seed, passed=False, exact=False, seconds=0.0, ready_bound=scenario.bound)
    record.defect, record.events = ",".join(given.defects), given.size.events
    began = time.monotonic()
    with ExitStack() as stack:
        run = Run(stack, given._replace(folder=folder))
        _judge(scenario, run, record)
        if run.opened:
            _measure(run, record)
        if not record.passed and run.opened:
            (folder / "diagnosis.txt").write_text(diagnosis(run, hang=record.hang))
    record.seconds = round(time.monotonic() - began, 1)
    if not record.passed:
        record.logs = str(_kept(folder, keep))
    shutil.rmtree(folder, ignore_errors=True)
    return record


def _judge(scenario: Scenario, run: Run, record: Record) -> None:
    try:
        scenario.play(run)
        found = checks.Verdict(exact=True, faults=[]) if run.unequal else checks.verdict(run)
        record.exact = found.exact
        record.what = [*found.faults, *run.faults]
    except HangError as error:
        record.hang, record.what = True, [str(error), *run.faults]
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        record.what = [f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})", *run.faults]
    record.passed = record.exact and not record.what


def _measure(run: Run, record: Record) -> None:
    record.ready_seconds, record.notes = run.ready_seconds, run.notes
    record.log_lines, record.rss = run.fleet.log_lines(), run.sampler.peak
    record.exits = [f"{ended.name} ended with {ended.code}: {ended.why}" for ended in run.fleet.exits]


def diagnosis(run: Run, *, hang: bool) -> str:
    """What the workers say of themselves, and the ends of their logs; after a hang with the stack of every thread."""
    living = run.fleet.living()
    told = [f"{worker.name}: {path} {worker.ask(path)}" for worker in living for path in ("/readyz", "/api/positions")]
    if hang:
        run.fleet.supervised = False
        for worker in living:
            worker.abort()
    tails = [f"\n--- {log.name}\n" + "\n".join(_tail(log)) for log in run.fleet.logs]
    return "\n".join([*told, *tails])


def _tail(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-TAIL:]


def _kept(folder: Path, keep: Path) -> Path:
    shutil.copytree(folder, keep / folder.name, ignore=shutil.ignore_patterns("disk-*", "*.jsonl"))
    return keep / folder.name
