"""Conventions: under which facts differ."""

from msgspec.structs import replace

from streams.cases.conventions import DEFAULT
from streams.cases.counting import Counting
from streams.engine.terms import Terms
from streams.windows.sizes import Calendar


def test_the_fingerprint_tells_what_changes_facts() -> None:
    berlin, utc = Counting(Calendar("Europe/Berlin"), ((4, "1d"),)), Counting(Calendar("UTC"), ((4, "1d"),))
    others = [
        replace(DEFAULT, digits=0),
        replace(DEFAULT, tolerance=1),
        replace(DEFAULT, counting=utc),
        replace(DEFAULT, counting=berlin),
        replace(DEFAULT, counting=Counting(Calendar("UTC"), ((3, "1h"), (4, "1d")))),
    ]
    assert len({one.fingerprint for one in (DEFAULT, *others)}) == 6


def test_terms_tell_the_windows_in_which_customers_count() -> None:
    """[R5]"""
    told = Terms(tz="Europe/Berlin", windows=("1mo", "1d")).told
    assert told.counting is not None
    assert told.counting.name == "Europe/Berlin-1d,1mo"
    assert Terms().conventions.counting is None
