"""The survey scales of [R35]: which answers fit. An answer on any other scale is refused, never rescaled."""

from streams.events import wire
from streams.events.faults import UNSUPPORTED_SCALE, Fault

LABELS = {
    "yes_no": ("yes", "no"),
    "five_level": ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"),
    "emoji": ("😀", "🙂", "😐", "🙁", "😡", "😞"),
}
"""Answered in words, by `label`."""
RANGES = {"0:10": (0, 10), "1:5": (1, 5), "1:7": (1, 7), "1:10": (1, 10), "stars": (1, 5)}
"""Answered in numbers, by `score`."""
NAMES: dict[tuple[float, float], str] = {bounds: name for name, bounds in RANGES.items() if name != "stars"}
SCALES: dict[str, tuple[str | None, ...]] = {
    "nps": (None, "0:10"),
    "csat": (None, "1:5", "1:10", "yes_no", "five_level", "emoji", "stars"),
    "ces": (None, "1:7"),
    "review": (None, "stars"),
    "servqual": (None,),
}
"""What each kind of survey may name; `None` is an event without `scale`."""
IMPLIED = {"nps": "0:10", "csat": "1:5", "ces": "1:7", "review": "stars", "servqual": "servqual"}
"""The scale of an event that names none; that of servqual has neither numbers nor labels."""
NOTHING = (1, 0)


def scale_of(survey: wire.SurveySubmitted) -> str | None:
    """The scale's name, `min:max`, or None where the event had none, after a check that the answer fits it."""
    scale = _name(survey.scale)
    if scale not in SCALES[survey.kind]:
        expected = ", ".join("no scale" if name is None else name for name in SCALES[survey.kind])
        raise Fault(UNSUPPORTED_SCALE, "/scale", f"expected {expected} for {survey.kind}, got {str(scale)[:40]!r}")
    _check_answer(survey, scale or IMPLIED[survey.kind])
    return scale


def _name(scale: wire.Scale | str | None) -> str | None:
    if isinstance(scale, wire.Scale):
        return NAMES.get((scale.min, scale.max)) or f"{scale.min:g}:{scale.max:g}"
    return scale


def _check_answer(survey: wire.SurveySubmitted, scale: str) -> None:
    score, label = survey.score, survey.label
    if label is not None and label not in LABELS.get(scale, ()):
        raise _misfit("/label", label, scale)
    if score is not None:
        low, high = RANGES.get(scale, NOTHING)
        if not low <= score <= high or (survey.kind == "nps" and score != int(score)):
            raise _misfit("/score", score, scale)
    if survey.servqual is not None and survey.kind != "servqual":
        raise Fault(UNSUPPORTED_SCALE, "/servqual", f"expected no servqual answer to a survey of kind {survey.kind}")


def _misfit(pointer: str, got: float | str, scale: str) -> Fault:
    words, numbers = LABELS.get(scale), RANGES.get(scale)
    if words:
        expected = f"a label of {scale}: {', '.join(words)}"
    else:
        expected = f"a score from {numbers[0]} to {numbers[1]}" if numbers else "a servqual object alone"
    return Fault(UNSUPPORTED_SCALE, pointer, f"expected {expected}, got {str(got)[:40]!r}")
