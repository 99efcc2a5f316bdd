"""Conditions that no setting brings about, patched into the worker's process as defects are; they are no defects."""

from functools import cached_property

import msgspec

from tests.soak.defect import Defect


def bounded() -> None:
    """A live worker lets state leave; one whose clock is that of the events keeps it, unless this is planted."""
    from streams.engine.terms import Terms
    from streams.worker.settings import Settings

    terms = Settings.__dict__["terms"].func

    def leaving(self: Settings) -> Terms:
        before: Terms = terms(self)
        return msgspec.structs.replace(before, bounded=True)

    changed = cached_property(leaving)
    changed.__set_name__(Settings, "terms")
    type.__setattr__(Settings, "terms", changed)


CONDITIONS = {"bounded": Defect("state leaves behind the horizon, as it does live", bounded)}
