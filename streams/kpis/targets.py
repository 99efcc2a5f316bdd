"""Targets of KPIs: bounds on a value, in the value's published unit."""

import msgspec


class AtMost(msgspec.Struct, frozen=True, tag="at_most"):
    """The value should not exceed the bound."""

    bound: float

    def met(self, value: float) -> bool:
        """Whether a value keeps the target."""
        return value <= self.bound

    def as_record(self) -> dict[str, float]:
        """The target as records show it."""
        return {"at_most": self.bound}


class AtLeast(msgspec.Struct, frozen=True, tag="at_least"):
    """The value should reach the bound."""

    bound: float

    def met(self, value: float) -> bool:
        """Whether a value keeps the target."""
        return value >= self.bound

    def as_record(self) -> dict[str, float]:
        """The target as records show it."""
        return {"at_least": self.bound}


Target = AtMost | AtLeast
