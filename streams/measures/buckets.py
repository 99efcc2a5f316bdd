"""Logarithmic buckets: a mergeable sketch of non-negative integers with a stated relative error.

Bucket `i` holds the integers in `(g^(i-1), g^i]` with `g = (1 + a) / (1 - a)`, and reads as `2 g^i / (g + 1)`, which
is within the share `a` of every value in it. Source: Masson, Rim, Lee, "DDSketch", VLDB 12 (2019), section 2.1.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import ceil, log

ACCURACY = 0.01
"""Greatest relative error of a quantile."""
_BASE = (1 + ACCURACY) / (1 - ACCURACY)
_SCALE = 1 / log(_BASE)

ZERO = 0
"""The bucket of the value 0; the buckets of positive values follow from 1 on."""


@lru_cache(maxsize=65_536)
def bucket_of(value: int) -> int:
    """The bucket of a non-negative integer.

    >>> bucket_of(0), bucket_of(1), bucket_of(2)
    (0, 1, 36)
    """
    return ceil(log(value) * _SCALE) + 1 if value > 0 else ZERO


@lru_cache(maxsize=4_096)
def value_of(bucket: int) -> float:
    """The value that a bucket reads as; exact for 0.

    >>> abs(value_of(bucket_of(86_400_000)) / 86_400_000 - 1) <= ACCURACY
    True
    """
    return 2 * _BASE ** (bucket - 1) / (_BASE + 1) if bucket > ZERO else 0.0


def quantiles(counts: Iterable[tuple[int, int]], qs: Sequence[float]) -> list[float]:
    """The nearest-rank sample quantiles, the ceil(q n)-th smallest [R12], of (bucket, count) pairs; `qs` ascending.

    Raises `ValueError` where there is no sample.

    >>> quantiles([(ZERO, 9), (bucket_of(1000), 1)], (0.5, 0.9))
    [0.0, 0.0]
    """
    ordered = sorted(counts)
    total = sum(count for _, count in ordered)
    if total <= 0:
        raise ValueError("an empty sample has no quantile")
    found, below, rest = [], 0, iter(ordered)
    bucket, count = next(rest)
    for q in qs:
        rank = max(1, ceil(round(q * total, 9)))
        while below + count < rank:
            below += count
            bucket, count = next(rest)
        found.append(value_of(bucket))
    return found
