"""What is told of a case's obligations when its findings change: transitions and warnings, each told once."""

from collections.abc import Container

from msgspec.structs import replace

from streams.cases.case import Case
from streams.cases.findings import BREACHED, MET, OPEN, VOID, Findings
from streams.cases.handed import InHand
from streams.engine.flush import Caution, Transition


class Announcements:
    """What the next flush tells of obligations, of the `promised` clocks, and of whose hands tickets are in."""

    def __init__(self, promised: Container[str]) -> None:
        self._promised = promised
        self.transitions: list[Transition] = []
        self.cautions: list[Caution] = []
        self.handed: dict[str, InHand | None] = {}

    def tell(self, ref: str, case: Case, new: Findings, trace: str | None) -> None:
        """A case, which still has its old findings, comes to new ones by the event of a trace."""
        old = case.findings
        if old.obligations != new.obligations:
            told = transitions(ref, case, new, trace)
            self.transitions.extend([one for one in told if one.obligation.clock in self._promised])
        if new.warnings:
            given = cautions(ref, old, new, trace)
            self.cautions.extend([one for one in given if one.warned.obligation.clock in self._promised])
        if old.in_hand != new.in_hand:
            self.handed[ref] = new.in_hand

    def flushed(self) -> None:
        """They are told; the lists are the flush's own."""
        self.transitions, self.cautions, self.handed = [], [], {}


def transitions(ref: str, case: Case, new: Findings, trace: str | None) -> list[Transition]:
    """The obligations of a case that stand otherwise than before."""
    old = case.findings
    if not old.obligations:
        return [Transition(ref, o, None, trace) for o in new.obligations if o.outcome is not OPEN]
    before = {o.key: o for o in old.obligations}
    moved = [(o, before.pop(o.key, None)) for o in new.obligations]
    gone = [(replace(o, outcome=VOID, decided_at=None), o) for o in before.values()]
    return [
        _numbered(case, Transition(ref, o, was.outcome if was else None, trace))
        for o, was in [*moved, *gone]
        if o != was and (o.outcome is not OPEN or was is not None)
    ]


def _numbered(case: Case, made: Transition) -> Transition:
    """The same, with how often each was told before: what is told a second time is another event, of another id."""
    was, now = made.was, made.obligation.outcome
    if was not in {MET, BREACHED} and not case.told:
        return made
    name = "{}/{}/{}".format(*made.obligation.key)
    before = case.told.get(name, (int(was is MET), int(was is BREACHED), 0))
    taken_back = was is BREACHED and now is not BREACHED
    case.told[name] = (before[0] + (now is MET), before[1] + (now is BREACHED), before[2] + taken_back)
    return replace(made, again=before)


def cautions(ref: str, old: Findings, new: Findings, trace: str | None) -> list[Caution]:
    """The warnings that were not given before."""
    known = {one.key for one in old.warnings}
    return [Caution(ref, one, trace) for one in new.warnings if one.key not in known]
