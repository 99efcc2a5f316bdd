"""`python -m tests.soak`, `make soak`: faults against real workers and brokers, compared with compute."""

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tests.soak import plan
from tests.soak.defects import DEFECTS
from tests.soak.kafka import ROOT, Kafka
from tests.soak.plan import Turn
from tests.soak.play import play
from tests.soak.report import Record, append, read, table
from tests.soak.run import Given
from tests.soak.scenario import Scenario
from tests.soak.scenarios import SCENARIOS
from tests.soak.size import FULL, SHORT

EPILOG = """\b
Examples
  python -m tests.soak --list                                     what there is
  python -m tests.soak --scenario kill_only_same_disk --runs 30   one line of the table, seeds 1 to 30
  python -m tests.soak --scenario join_on_backlog --seed 17       the run of this seed again
  python -m tests.soak --minutes 60 --seed 1000                   all scenarios in turn for an hour
  python -m tests.soak --as-table --report soak.jsonl             all that docs/reliability.md shows
  python -m tests.soak --scenario kill_intake --defect ack_before_acknowledge --runs 5
  python -m tests.soak --catch --short --runs 5                   each scenario with each defect that it catches
  python -m tests.soak --report soak.jsonl ...                    one JSON line a run is added to the file
  python -m tests.soak --table soak.jsonl                         the table of such files
make soak takes MINUTES, SEED, SCENARIO and RUNS.

A run passes if the final values and the breaches are those of compute, byte for byte, nothing hung, each series is
exported by one worker, and what else the scenario asks for holds. Random instants come from the seed; a run of the same
seed, size and scenario draws the same, but processes are not in step, so a rare failure may take several runs to show.

Exit codes: 0 all runs passed (with planted defects: each was caught at least once), 1 not so, 2 usage.
"""


KEEP = ROOT / "var" / "soak"


def _chosen(context: click.Context, parameter: click.Parameter, names: str | None) -> list[Scenario]:  # noqa: ARG001
    wanted = names.split(",") if names else list(SCENARIOS)
    unknown = [name for name in wanted if name not in SCENARIOS]
    if unknown:
        raise click.BadParameter(f"no scenario {', '.join(unknown)}; --list shows those that there are")
    return [SCENARIOS[name] for name in wanted]


def _planted(context: click.Context, parameter: click.Parameter, names: str | None) -> tuple[str, ...]:  # noqa: ARG001
    wanted = names.split(",") if names else []
    unknown = [name for name in wanted if name not in DEFECTS]
    if unknown:
        raise click.BadParameter(f"no defect {', '.join(unknown)}; --list shows those that there are")
    return tuple(wanted)


@click.command(epilog=EPILOG, context_settings={"max_content_width": 110})
@click.option("--scenario", "scenarios", metavar="NAME,…", callback=_chosen, help="Which; all of them by default.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the first run; the next one has the next.")
@click.option("--runs", type=click.IntRange(1), help="Runs of each scenario. Default: 1.")
@click.option("--as-table", is_flag=True, help="As many runs of each as docs/reliability.md has.")
@click.option("--minutes", type=float, help="Take the scenarios in turn for so long instead.")
@click.option("--defect", "defects", metavar="NAME,…", callback=_planted, help="Plant defects in the workers.")
@click.option("--catch", is_flag=True, help="Plant what a scenario is known to catch, with up to RUNS seeds each.")
@click.option("--short", is_flag=True, help="Fewer events, shorter faults, as in the broker tests.")
@click.option("--events", type=click.IntRange(1), help="So many events a run.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Add a JSON line a run to this file.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    default=KEEP,
    help="Keep logs of runs that fail here. Default: var/soak.",
)
@click.option("--list", "listing", is_flag=True, help="Say what scenarios and defects there are.")
@click.option("--table", "files", is_flag=True, help="Print the table of the report files named as arguments.")
@click.argument("reports", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(
    *,
    scenarios: list[Scenario],
    seed: int,
    runs: int | None,
    as_table: bool,
    minutes: float | None,
    defects: tuple[str, ...],
    catch: bool,
    short: bool,
    events: int | None,
    report: Path | None,
    keep: Path,
    listing: bool,
    files: bool,
    reports: tuple[Path, ...],
) -> None:
    """Kill, stop and disturb real workers and brokers at random instants, and compare the final values with compute's.

    Everything runs on 127.0.0.1 and is gone in the end. All instants come from the seed, which every run prints.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # as Ctrl-C: nothing is left behind
    if listing:
        click.echo(_listing())
    elif files:
        click.echo(table(read(reports), list(SCENARIOS)))
    else:
        size = SHORT if short else FULL
        given = Given(Kafka(Path()), Path(), seed, size._replace(events=events) if events else size)
        records: list[Record] = []
        if catch:
            turns = plan.catching(scenarios, seed, runs or 1, lambda: not records[-1].passed)
        elif minutes is not None:
            turns = plan.minutes(scenarios, seed, minutes, defects)
        else:
            turns = plan.times(scenarios, seed, None if as_table else runs or 1, defects)
        for record in _played(turns, given, keep):
            records.append(record)
            if report is not None:
                append(report, record)
        sys.exit(_code(records))


def _listing() -> str:
    lines = ["scenarios"]
    for one in SCENARIOS.values():
        lines.append(f"  {one.name:28} {one.says}")
        lines += [f"  {'':28}   catches {', '.join(one.defects)}"] if one.defects else []
    return "\n".join([*lines, "defects", *(f"  {name:28} {one.says}" for name, one in DEFECTS.items())])


def _played(turns: Iterator[Turn], given: Given, keep: Path) -> Iterator[Record]:
    """Play one after the other, all on one broker."""
    with tempfile.TemporaryDirectory(prefix="soak-") as name, Kafka(Path(name) / "kafka") as kafka:
        for scenario, seed, defects in turns:
            with_defect = f" with {','.join(defects)}" if defects else ""
            click.echo(f"{scenario.name} seed {seed}{with_defect} … ", nl=False)
            own = given._replace(kafka=kafka, folder=Path(name), seed=seed, defects=defects)
            record = play(scenario, own, keep)
            click.echo(_say(record))
            yield record


def _say(record: Record) -> str:
    ready = f", ready again after {', '.join(map(str, record.ready_seconds))} s" if record.ready_seconds else ""
    ends = f", {len(record.exits)} exits" if record.exits else ""
    word = "exact" if record.passed else "HANG" if record.hang else "FAILED"
    lines = [f"{word} in {record.seconds} s{ready}{ends} {record.notes}", *_counted(record.exits), *record.what]
    lines += [f"logs: {record.logs}"] if record.logs else []
    return "\n    ".join(lines)


def _counted(texts: Sequence[str]) -> list[str]:
    return [f"{count} × {text}" for text, count in Counter(texts).items()]


def _code(records: Sequence[Record]) -> int:
    planted = {(record.scenario, record.defect) for record in records if record.defect}
    caught = {(record.scenario, record.defect) for record in records if record.defect and not record.passed}
    return int(planted != caught or not all(record.passed for record in records if not record.defect))


if __name__ == "__main__":
    main()
