"""The filter of identities: never a wrong no."""

from hypothesis import given
from hypothesis import strategies as st

from streams.engine import identities
from streams.engine.identities import Known, code_of
from tests.make import opened


def test_codes_are_by_customer_source_and_id() -> None:
    one = opened(0, event_id="e")
    others = (
        opened(0, event_id="f"),
        opened(0, event_id="e", source="crm"),
        opened(0, event_id="e", customer_id="c2"),
    )
    assert code_of(one) == code_of(opened(5, event_id="e"))
    assert code_of(one) not in {code_of(other) for other in others}


def test_source_and_id_do_not_run_together() -> None:
    assert code_of(opened(0, source="ab", event_id="c")) != code_of(opened(0, source="a", event_id="bc"))


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_what_was_added_is_never_denied(codes: list[int]) -> None:
    known = Known()
    for code in codes:
        known.add(code)
    assert all(known.add(code) for code in codes)


def test_it_grows_and_hardly_errs() -> None:
    known, many = Known(), 4 * identities.FIRST
    codes = [n * 2_654_435_761 % 2**32 for n in range(2 * many)]
    wrong = sum(known.add(code) for code in codes[:many])
    assert all(known.add(code) for code in codes[:many])
    wrong += sum(known.add(code) for code in codes[many:])
    assert wrong < 8 * identities.WRONG * 2 * many
