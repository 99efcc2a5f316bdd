"""Aggregates: `lift` turns a sample into parts of a vector; the components below say what each part is.

An aggregate has no state of its own: its state is a `Vector`, merged and taken back by `vector.add`. What numbers a
vector gives is read in `kpis.reading`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from streams.measures.buckets import bucket_of
from streams.measures.vector import Vector
from streams.units import HOUR, MILLIONTHS, SECOND

Parts = Iterable[tuple[int, int]]

COUNT = 0
SUM = 1
HITS = 1
PROMOTERS = 1
DETRACTORS = 2
FINE = 2
FIRST_BUCKET = 16
WIDTH = 12
"""Components of one aggregate lie below `2 ** WIDTH`."""


class Aggregate(msgspec.Struct, frozen=True, tag=True):
    """How samples of one measure are summed up."""

    def lift(self, sample: Any, base: int = 0) -> Parts:
        """What one sample adds to a vector, as (component, amount) above `base`; amounts of 0 are left out."""
        raise NotImplementedError

    def total(self, samples: Sequence[Any], base: int = 0) -> Parts:
        """What many samples add together; a component may come more than once."""
        return chain.from_iterable([self.lift(sample, base) for sample in samples])


class Count(Aggregate, frozen=True):
    """How many; the sample is the number to count.

    >>> list(Count().lift(1))
    [(0, 1)]
    """

    def lift(self, sample: int, base: int = 0) -> Parts:
        """Components: COUNT."""
        return ((base, sample),)

    def total(self, samples: Sequence[int], base: int = 0) -> Parts:
        """The same, summed up at once."""
        return ((base, sum(samples)),)


class Sum(Aggregate, frozen=True):
    """Count and exact sum of integers of either sign.

    >>> list(Sum().lift(-3))
    [(0, 1), (1, -3)]
    """

    def lift(self, sample: int, base: int = 0) -> Parts:
        """Components: COUNT, SUM."""
        return ((base, 1), (base + SUM, sample)) if sample else ((base, 1),)

    def total(self, samples: Sequence[int], base: int = 0) -> Parts:
        """The same, summed up at once."""
        return (base, len(samples)), (base + SUM, sum(samples))


class FineSum(Aggregate, frozen=True):
    """Count and exact sum of millionths; the whole ones are kept apart, so that no part outgrows a machine integer.

    >>> list(FineSum().lift(2_500_000)), list(FineSum().lift(-1))
    ([(0, 1), (1, 2), (2, 500000)], [(0, 1), (1, -1), (2, 999999)])
    """

    def lift(self, sample: int, base: int = 0) -> Parts:
        """Components: COUNT, SUM (whole ones) and FINE (millionths on top)."""
        whole, fine = divmod(sample, MILLIONTHS)
        parts = ((base, 1), (base + SUM, whole), (base + FINE, fine))
        return tuple([part for part in parts if part[1]])

    @staticmethod
    def total_of(vector: Vector) -> int:
        """The sum, in millionths."""
        return vector.get(SUM, 0) * MILLIONTHS + vector.get(FINE, 0)


class Ratio(Aggregate, frozen=True):
    """Hits of trials; the sample is a truth value, or (hits, trials).

    >>> list(Ratio().lift(True)), list(Ratio().lift((17, 20)))
    ([(0, 1), (1, 1)], [(0, 20), (1, 17)])
    """

    def lift(self, sample: bool | tuple[int, int], base: int = 0) -> Parts:
        """Components: COUNT (trials) and HITS."""
        hits, trials = sample if isinstance(sample, tuple) else (sample, 1)
        return ((base, trials), (base + HITS, int(hits))) if hits else ((base, trials),)

    def total(self, samples: Sequence[bool | tuple[int, int]], base: int = 0) -> Parts:
        """The same, summed up at once."""
        if isinstance(samples[0], tuple):
            hits, trials = (sum(column) for column in zip(*samples, strict=True))
            return (base, trials), (base + HITS, hits)
        return (base, len(samples)), (base + HITS, samples.count(True))


class BySize(Aggregate, frozen=True):
    """Hits of trials for each window size apart: for what counts once in each window, such as a customer.

    A sample names the sizes in whose windows it counts, by their numbers, each with its trials and hits.

    >>> list(BySize().lift(((3, 1, 1), (4, 1, 0))))
    [(6, 1), (7, 1), (8, 1)]
    """

    def lift(self, sample: tuple[tuple[int, int, int], ...], base: int = 0) -> Parts:
        """Components: 2 × size + COUNT and 2 × size + HITS."""
        parts = [((base + 2 * size, trials), (base + 2 * size + HITS, hits)) for size, trials, hits in sample]
        return [part for pair in parts for part in pair if part[1]]

    def total(self, samples: Sequence[tuple[tuple[int, int, int], ...]], base: int = 0) -> Parts:
        """The same, summed up by kinds of samples: of many there are few."""
        for sample, times in Counter(samples).items():
            yield from ((component, amount * times) for component, amount in self.lift(sample, base))

    @staticmethod
    def of_size(vector: Vector, size: int) -> Vector:
        """The trials and hits of one window size."""
        parts = ((component, vector.get(2 * size + component, 0)) for component in (COUNT, HITS))
        return {component: amount for component, amount in parts if amount}


class Distribution(Aggregate, frozen=True):
    """Count, exact sum and logarithmic buckets of non-negative integers.

    >>> list(Distribution().lift(1))
    [(0, 1), (1, 1), (17, 1)]
    """

    def lift(self, sample: int, base: int = 0) -> Parts:
        """Components: COUNT, SUM, and from FIRST_BUCKET on the buckets."""
        bucket = (base + FIRST_BUCKET + bucket_of(sample), 1)
        return ((base, 1), (base + SUM, sample), bucket) if sample else ((base, 1), bucket)

    def total(self, samples: Sequence[int], base: int = 0) -> Parts:
        """The same, summed up by the interpreter's own loops."""
        first = base + FIRST_BUCKET
        buckets = Counter(map(bucket_of, samples))
        yield base, len(samples)
        yield base + SUM, sum(samples)
        yield from ((first + bucket, count) for bucket, count in buckets.items())


class Starts(Aggregate, frozen=True):
    """How what is not over yet stands, and in which second of its hour each began.

    Cells of different hours are not to be merged by those who ask for beginnings.

    >>> list(Starts().lift(((2, 3_601_500),)))
    [(2, 1), (17, 1)]
    """

    def lift(self, sample: tuple[tuple[int, int], ...], base: int = 0) -> Parts:
        """Components: WITHIN, AT_RISK and OVERDUE of the facts, and from FIRST_BUCKET on the seconds."""
        second = base + FIRST_BUCKET
        return [part for how, at in sample for part in ((base + how, 1), (second + at % HOUR // SECOND, 1))]

    def total(self, samples: Sequence[tuple[tuple[int, int], ...]], base: int = 0) -> Parts:
        """The same, summed up: many stand alike, and begin in the same second."""
        pairs = [pair for sample in samples for pair in sample]
        standing = Counter([how for how, _ in pairs])
        seconds = Counter([at % HOUR // SECOND for _, at in pairs])
        yield from ((base + how, number) for how, number in standing.items())
        yield from ((base + FIRST_BUCKET + second, number) for second, number in seconds.items())


class Promoters(Aggregate, frozen=True):
    """Promoters (9–10) and detractors (0–6) of 0–10 answers.

    Source: Reichheld, "The one number you need to grow", Harvard Business Review, December 2003.

    >>> list(Promoters().lift(10)), list(Promoters().lift(7))
    ([(0, 1), (1, 1)], [(0, 1)])
    """

    def lift(self, sample: int, base: int = 0) -> Parts:
        """Components: COUNT, PROMOTERS, DETRACTORS."""
        if sample >= 9:
            return ((base, 1), (base + PROMOTERS, 1))
        return ((base, 1), (base + DETRACTORS, 1)) if sample <= 6 else ((base, 1),)
