"""The open deadlines of a partition, earliest first."""

from heapq import heappop, heappush


class Deadlines:
    """A heap of (due, reference); an entry that a case has outlived costs one needless review and no more."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []
        self._due: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._due)

    @property
    def earliest(self) -> int | None:
        """The next instant, in ms, at which something may be breached."""
        return self._heap[0][0] if self._heap else None

    def due(self, ref: str) -> int | None:
        """The earliest open deadline of a case, in ms."""
        return self._due.get(ref)

    def before(self, instant: int) -> list[str]:
        """The cases with a deadline before an instant, in ms; they stay."""
        return [ref for ref, due in self._due.items() if due < instant]

    def set(self, ref: str, due: int | None) -> None:
        """The earliest open deadline of a case; None where it has none."""
        if due == self._due.get(ref):
            return
        if due is None:
            self._due.pop(ref, None)
            return
        self._due[ref] = due
        heappush(self._heap, (due, ref))

    def passed(self, watermark: int) -> list[str]:
        """The cases with a deadline before the watermark; they leave the heap."""
        refs = []
        while self._heap and self._heap[0][0] < watermark:
            due, ref = heappop(self._heap)
            if self._due.get(ref) == due:
                del self._due[ref]
                refs.append(ref)
        return refs
