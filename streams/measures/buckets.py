"""Logarithmic buckets: a mergeable sketch of non-negative integers with a stated relative error.

Bucket `i` holds the integers in `(g^(i-1), g^i]` with `g = (1 + a) / (1 - a)`, and reads as `2 g^i / (g + 1)`, which
is within the share `a` of every value in it. Source: Masson, Rim, Lee, "DDSketch", VLDB 12 (2019), section 2.1.
"""

from collections.abc import Iterable
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


def value_of(bucket: int) -> float:
    """The value that a bucket reads as; exact for 0.

    >>> abs(value_of(bucket_of(86_400_000)) / 86_400_000 - 1) <= ACCURACY
    True
    """
    return 2 * _BASE ** (bucket - 1) / (_BASE + 1) if bucket > ZERO else 0.0


def quantile(counts: Iterable[tuple[int, int]], q: float) -> float:
    """The nearest-rank sample quantile, the ceil(q n)-th smallest [R12], of (bucket, count) pairs.

    Raises `ValueError` where there is no sample.
    """
    ordered = sorted(counts)
    rank = ceil(round(q * sum(count for _, count in ordered), 9)) or 1
    for bucket, count in ordered:
        rank -= count
        if rank <= 0:
            return value_of(bucket)
    raise ValueError("an empty sample has no quantile")
