"""What the figures of a run have to reach, as ratios of its contestants."""

from collections.abc import Mapping

import msgspec

from bench.figures import Medians


class Wanted(msgspec.Struct, frozen=True):
    """`one` against the best of `others`: events/s at least, or CPU seconds at most, so many times theirs."""

    one: str
    others: tuple[str, ...]
    times: float
    cpu: bool = False

    def row(self, figures: Mapping[str, Medians]) -> tuple[str, str, str, str, str] | None:
        """What, wanted, measured, the same by CPU seconds, reached; None where one of them did not run."""
        if self.one not in figures or not all(other in figures for other in self.others):
            return None
        ratio = self.ratio(figures)
        reached = ratio <= self.times if self.cpu else ratio >= self.times
        what = f"{self.one} against {' and '.join(self.others)}{', CPU' if self.cpu else ''}"
        wanted = f"{'≤' if self.cpu else '≥'} {self.times:g} ×"
        return what, wanted, f"{ratio:.2f} ×", self._by_cpu(figures), "yes" if reached else "no"

    def ratio(self, figures: Mapping[str, Medians]) -> float:
        """The ratio of this run."""
        others = [figures[other] for other in self.others]
        if self.cpu:
            return figures[self.one].cpu / min(other.cpu for other in others)
        return figures[self.one].rate / max(other.rate for other in others)

    def _by_cpu(self, figures: Mapping[str, Medians]) -> str:
        """How many times fewer CPU seconds than the best of the others: what is left of a ratio on a busy machine."""
        least = min(figures[other].cpu for other in self.others)
        return "" if self.cpu else f"{least / figures[self.one].cpu:.2f} ×"


ONE, WHOLE, MIX, COMPUTE = "ours, one KPI", "ours, whole catalogue", "ours, whole catalogue, mix", "compute, mix"
RAW, NAIVE, TAKE = "raw read limit", "Faust, naive", "Faust, take"
QUIX, BYTEWAX, DSL, PROCESSOR = "Quix Streams", "Bytewax", "Kafka Streams, DSL", "Kafka Streams, processor"
COMPUTE_ORDERS = "compute"
FIRST, FIRST_TWICE = "ours, first families, mix", "ours, first families, mix, 2 processes"
COMPUTE_FIRST = "compute, first families, mix"
WANTED = (
    Wanted(ONE, (NAIVE,), 60),
    Wanted(ONE, (RAW,), 0.8),
    Wanted(ONE, (QUIX, BYTEWAX), 5),
    Wanted(ONE, (PROCESSOR,), 0.6, cpu=True),
    Wanted(WHOLE, (NAIVE,), 15),
    Wanted(MIX, (NAIVE,), 15),
    Wanted(COMPUTE, (MIX,), 2),
)
