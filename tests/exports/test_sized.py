"""JSON that is kept."""

import tracemalloc

from streams.exports import sized


def test_what_is_kept_takes_memory_of_its_own_size() -> None:
    value = {"kpi": "csat", "value": 0.5, "labels": {"channel": "email"}}
    tracemalloc.start()
    try:
        kept = [sized.dumps({**value, "n": number}) for number in range(100)]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 2 * sum(map(len, kept)) + 100 * len(kept)
