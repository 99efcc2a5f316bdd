"""`make bench`: ours and the peers on the same events, one real Kafka, one machine, in alternating rounds."""

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bench.contest import NAMES, Size, contestants
from bench.figures import Figure, Medians, table
from bench.load import kafka
from bench.wanted import NAIVE, RAW, WANTED


def _names(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:  # noqa: ARG001
    chosen = tuple(name.strip() for name in text.split(";")) if text else NAMES
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        raise click.BadParameter(f"no contestant {', '.join(unknown)}; there are: {'; '.join(NAMES)}")
    return chosen


@click.command()
@click.option("--orders", default=200_000, show_default=True, help="Order entries; slow peers get the first of them.")
@click.option("--mix", default=200_000, show_default=True, help="Events of all kinds, for the whole catalogue.")
@click.option("--rate", default=100.0, show_default=True, help="Events of the mix a second of event time.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--partitions", default=4, show_default=True)
@click.option("--only", callback=_names, help="Contestants, parted by semicolons. Default: all.")
@click.option("--broker", help="A Kafka that runs already; otherwise one is started and stopped.")
def main(
    *, orders: int, mix: int, rate: float, rounds: int, partitions: int, only: tuple[str, ...], broker: str | None
) -> None:
    """Check every contestant's result, then print medians over the rounds, and what was wanted of their ratios."""
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name, kafka(Path(name), broker) as address:
        size = Size(orders, mix, rate, partitions)
        click.echo(report(_measured(address, Path(name), size, rounds, only)))


def _measured(broker: str, folder: Path, size: Size, rounds: int, names: Sequence[str]) -> dict[str, list[Figure]]:
    figures: dict[str, list[Figure]] = {}
    with contestants(broker, f"bench-{uuid.uuid4().hex[:6]}-", size, names) as chosen:
        for turn in range(rounds):
            for number, (name, run) in enumerate(chosen.items()):
                figure = run(folder / f"r{turn}-{number}")
                figures.setdefault(name, []).append(figure)
                told = f"{figure.rate:,.0f} events/s, {figure.cpu_per_million:.1f} CPU s a million"
                click.echo(f"round {turn + 1}: {name}: {told}", err=True)
    return figures


def report(figures: Mapping[str, Sequence[Figure]]) -> str:
    """The contestants' medians beside the raw read limit and naive Faust, and the ratios wanted."""
    medians = {name: Medians.of(rounds) for name, rounds in figures.items()}
    head = ("", "events", "events/s", "CPU s a million", "of the limit", "of naive Faust")
    rows = [
        (
            name,
            f"{one.events:,}",
            f"{one.rate:,.0f}",
            f"{one.cpu:.1f}",
            _over(one, medians, RAW),
            _over(one, medians, NAIVE),
        )
        for name, one in medians.items()
    ]
    ratios = [row for wanted in WANTED if (row := wanted.row(medians))]
    return "\n\n".join([table(head, rows), table(("ratio", "wanted", "measured", "by CPU", "reached"), ratios)])


def _over(one: Medians, medians: Mapping[str, Medians], name: str) -> str:
    return f"{one.rate / medians[name].rate:.2f}" if name in medians else ""


if __name__ == "__main__":
    main()
