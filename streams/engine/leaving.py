"""Which cases leave the state: those that are over, when nothing has been heard of them for the retention."""

from collections.abc import Callable

from streams.engine.deadlines import Deadlines


class Leaving:
    """When each case may leave, and those that this flush removes; `retention` in ms, None: none ever does."""

    def __init__(self, retention: int | None) -> None:
        self._retention = retention
        self._ages = Deadlines()
        self.chosen: list[str] = []
        """References of the cases that leave with the next flush."""

    def age(self, ref: str, latest: int, due: int | None) -> None:
        """Count from a case's latest event, in ms; one with a deadline is reviewed then, and counted from there on."""
        if self._retention is not None:
            self._ages.set(ref, latest + self._retention if due is None else None)

    def choose(self, watermark: int, stays: Callable[[str], bool]) -> list[str]:
        """Choose and return what has aged by the watermark of the last flush; what `stays` is looked at again later."""
        chosen: list[str] = []
        for ref in self._ages.passed(watermark):
            if stays(ref):
                self._ages.set(ref, watermark)
            else:
                chosen.append(ref)
        self.chosen += chosen
        return chosen
