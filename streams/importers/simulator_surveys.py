"""What customers answer: hot after an order or a ticket, cold about the relation as a whole."""

from collections.abc import Iterator

from streams.importers.simulator_world import Customer, Draw, Moment, Story, Value, World
from streams.names import SURVEY_SUBMITTED
from streams.units import HOUR, MINUTE

_CHANNEL = Draw({"email": 60, "web": 30, "phone": 10})
_COLD = Draw({"nps": 80, "servqual": 12, "review": 8})
_CSAT = Draw({"1:5": 40, "1:10": 15, "stars": 15, "five_level": 12, "yes_no": 10, "emoji": 8})
_LABELS = {
    "five_level": ("very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied"),
    "yes_no": ("no", "yes"),
    "emoji": ("😡", "🙁", "😐", "🙂", "😀"),
}
_RANGES = {"1:5": (1, 5), "1:10": (1, 10), "1:7": (1, 7), "stars": (1, 5)}
_REVERSED = frozenset((*range(9, 13), *range(17, 22)))
"""Questions 10 to 13 and 18 to 22, counted from 0."""
_DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
_WEIGHTS = ((20, 20, 20, 20, 20), (11, 32, 22, 19, 16), (5, 40, 30, 15, 10))
_COMMENTS = ("quick and friendly", "took too long", "nothing to add", "the third time I asked", "thank you")


def cold(world: World, at: int, number: str) -> Story:
    """The relation as a whole: an invitation, then most often nothing."""
    customer = world.customer()
    kind = _COLD(world.random())
    survey = _Survey(world, f"survey-{number}", customer, kind, "cold")
    yield from survey.told(at, 0.55 + 0.4 * world.random(), answering=0.35)


def after_order(world: World, at: int, customer: Customer, order_id: str, mood: float) -> Iterator[Moment]:
    """Some are asked how the order went; `mood` from 0 to 1 colours the answer."""
    chance = world.random()
    if chance > 0.3:
        return
    kind = "nps" if chance < 0.12 else "csat" if chance < 0.25 else "review"
    survey = _Survey(world, f"survey-{order_id}", customer, kind, "hot", order_id=order_id)
    yield from survey.told(at + 30 * MINUTE, mood, answering=0.4)


def after_ticket(world: World, at: int, customer: Customer, mood: float, about: dict[str, str]) -> Iterator[Moment]:
    """Half are asked how the ticket went; `about` has its ticket_id, department and agent_id."""
    chance = world.random()
    if chance > 0.5:
        return
    kind = "csat" if chance < 0.35 else "ces" if chance < 0.43 else "nps"
    survey = _Survey(world, f"survey-{about['ticket_id']}", customer, kind, "hot", **about)
    yield from survey.told(at + 5 * MINUTE, mood, answering=0.45)


class _Survey:
    def __init__(self, world: World, survey_id: str, customer: Customer, kind: str, timing: str, **about: str) -> None:
        self.world = world
        self.customer = customer
        self.channel = _CHANNEL(world.random())
        self.fields = {"survey_id": survey_id, "kind": kind, "timing": timing, **about}

    def told(self, at: int, mood: float, answering: float) -> Iterator[Moment]:
        """The invitation; then an answer, a dismissal or silence. Reviews come uninvited."""
        invited = self.fields["kind"] != "review"
        if invited:
            yield at, SURVEY_SUBMITTED, self._value(at, "invited", at)
        chance = self.world.random()
        if invited and chance > answering + 0.1:
            return
        then = at + self.world.lasting(3 * HOUR)
        value = self._value(then, "answered", at if invited else None)
        if invited and chance > answering:
            value["dismissed"] = True
        else:
            self._answer(value, mood)
        yield then, SURVEY_SUBMITTED, value
        if not invited and chance < 0.06:
            yield self._edited(then, mood)

    def _edited(self, since: int, mood: float) -> Moment:
        """A review that its author writes anew."""
        at = since + self.world.lasting(30 * HOUR)
        value = self._value(at, "edited", None)
        self._answer(value, mood)
        return at, SURVEY_SUBMITTED, value

    def _value(self, at: int, what: str, invited: int | None) -> Value:
        value: Value = {
            "event_id": f"{self.fields['survey_id']}-{what}",
            "source": "survey",
            "occurred_at": self.world.stamp(at),
            "customer_id": self.customer.name,
            **self.fields,
            "channel": self.channel,
            "region": self.customer.region,
        }
        if invited is not None:
            value["invited_at"] = self.world.stamp(invited)
        return value

    def _answer(self, value: Value, mood: float) -> None:
        """Feelings scatter around the mood: 0 is the worst answer of a scale, 1 the best."""
        random = self.world.random
        kind = self.fields["kind"]
        if kind == "servqual":
            value["servqual"] = self._servqual(mood)
            return
        felt = min(max(mood + 0.5 * (random() + random() - 1.0), 0.0), 0.9999)
        if kind == "nps":
            value["score"] = int(felt * 11)
        else:
            self._scaled(value, felt, "stars" if kind == "review" else "1:7" if kind == "ces" else _CSAT(random()))
        if random() < 0.2:
            value["comment"] = _COMMENTS[int(random() * len(_COMMENTS))]

    def _scaled(self, value: Value, felt: float, scale: str) -> None:
        if scale in _LABELS:
            value["scale"] = scale
            value["label"] = _LABELS[scale][int(felt * len(_LABELS[scale]))]
            return
        low, high = _RANGES[scale]
        value["scale"] = scale if scale == "stars" else {"min": low, "max": high}
        value["score"] = low + int(felt * (high - low + 1))

    def _servqual(self, mood: float) -> Value:
        """Hopes, what was met with, and sometimes how much each dimension weighs; few answer every question."""
        random = self.world.random
        hoped = [5 + int(3 * random()) for _ in range(22)]
        gaps = [int(mood * 2 + 2 * random()) - 2 for _ in hoped]
        met = [min(max(hope + gap, 1), 7) for hope, gap in zip(hoped, gaps, strict=True)]
        answer: Value = {"instrument": "servqual-1991"}
        if random() < 0.3:  # the older wording asks some questions the other way round
            answer["instrument"] = "servqual-1988"
            hoped, met = ([8 - n if item in _REVERSED else n for item, n in enumerate(all_)] for all_ in (hoped, met))
        answer["expectations"] = hoped
        answer["perceptions"] = [n if random() < 0.95 else None for n in met]
        if random() < 0.25:
            answer["weights"] = dict(zip(_DIMENSIONS, _WEIGHTS[int(random() * len(_WEIGHTS))], strict=True))
        return answer
