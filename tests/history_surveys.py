"""Random surveys of every kind and scale: invited, answered, answered again, dismissed."""

from tests.history_writer import AGENTS, DAY, DEPARTMENTS, HOUR, Body, Writer


def survey(w: Writer, number: int) -> None:
    at, kind = w.near(), w.rng.choice(("nps", "nps", "nps", "csat", "csat", "csat", "ces", "review", "servqual"))
    for _ in range(w.rng.choice((1, 1, 1, 2, 3))):
        kind = kind if w.rng.random() < 0.9 else "csat"
        outcome = w.rng.random()
        answer = {} if outcome < 0.15 else {"dismissed": True} if outcome < 0.25 else _answer(w, kind)
        if answer and outcome > 0.95:
            answer |= {"dismissed": True}
        w.write(
            "survey-submitted",
            at,
            survey_id=f"s{number}",
            kind=kind,
            timing=w.some(("hot", "cold"), 0.7),
            agent_id=w.some(AGENTS, 0.6),
            department=w.some(DEPARTMENTS, 0.6),
            ticket_id=w.maybe("t1", 0.3),
            order_id=w.maybe("o1", 0.2),
            invited_at=w.time(w.maybe(at - DAY, 0.3)),
            comment=w.maybe("so so", 0.1),
            **answer,
        )
        at += w.rng.choice((0, 1, HOUR, DAY, -HOUR))


LABELS = {
    "yes_no": ("yes", "no"),
    "five_level": ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied"),
    "emoji": ("😀", "🙂", "😐", "🙁", "😡", "😞"),
}


def _answer(w: Writer, kind: str) -> Body:
    if kind == "nps":
        return {"score": w.rng.choice((0, 5, 6, 7, 8, 9, 10)), "scale": w.maybe({"min": 0, "max": 10}, 0.2)}
    if kind == "ces":
        return {"score": w.rng.choice((1, 2, 3, 4, 4.9, 5, 5.25, 6, 7)), "scale": w.maybe({"min": 1, "max": 7}, 0.3)}
    if kind == "review":
        return {"score": w.rng.choice((1, 2, 3, 4, 4.5, 5)), "scale": w.maybe("stars")}
    if kind == "servqual":
        return {"servqual": _servqual(w)}
    return _csat(w)


def _csat(w: Writer) -> Body:
    scale = w.rng.choice((None, "five", "ten", "stars", *LABELS))
    if scale in LABELS:
        return {"scale": scale, "label": w.rng.choice(LABELS[scale])}
    if scale == "ten":
        return {"scale": {"min": 1, "max": 10}, "score": w.rng.choice((1, 4, 5, 7, 8, 10))}
    return {"scale": {"min": 1, "max": 5} if scale == "five" else scale, "score": w.rng.randint(1, 5)}


def _servqual(w: Writer) -> Body:
    """Ratings of which some dimensions have too few, often just enough; most are whole."""
    share = w.rng.choice((0.0, 0.0, 0.1, 0.4))
    return {
        "instrument": w.rng.choice(("servqual-1988", "servqual-1991")),
        "expectations": [None if w.rng.random() < share else w.rng.choice((4, 5, 6, 7)) for _ in range(22)],
        "perceptions": [None if w.rng.random() < share else w.rng.choice((1, 3, 5, 6.5, 7)) for _ in range(22)],
        "weights": w.some(WEIGHTS, 0.5),
    }


WEIGHTS = tuple(
    dict(zip(("tangibles", "reliability", "responsiveness", "assurance", "empathy"), points, strict=True))
    for points in ((20, 20, 20, 20, 20), (11, 32, 22, 19, 16), (0, 0, 100, 0, 0), (12.5, 37.5, 20, 20, 10))
)
