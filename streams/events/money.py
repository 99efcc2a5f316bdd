"""Money on the wire: a decimal string or a JSON number, read exactly, and rounded to minor units half-even."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from iso4217 import Currency

from streams.events.faults import OUT_OF_BOUNDS, UNSUPPORTED_CURRENCY, WRONG_TYPE, Fault

MAX_MAJOR = Decimal(10**12)
"""Money stays below this many major units, either sign; so does what a line amounts to."""
MAX_DECIMALS = 18

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_EXACT = Context(prec=64, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=1 << 16)
def exact(amount: str | int | float) -> Decimal:
    """Major units without a rounding and in one spelling per value; prices repeat, so they are remembered.

    Raises a `Fault` with an empty pointer: not a decimal, too large, or finer than 18 decimals.

    >>> exact(19.99), exact("19.990"), exact(1e3), exact("-0")
    (Decimal('19.99'), Decimal('19.99'), Decimal('1000'), Decimal('0'))
    """
    if isinstance(amount, str) and not _PLAIN.fullmatch(amount):
        raise Fault(WRONG_TYPE, "", f'expected a number or a decimal string such as "19.99", got {amount[:40]!r}')
    # Length first: turning thousands of digits into a Decimal, or back, is work that a producer must not order.
    if len(amount) > 64 if isinstance(amount, str) else abs(amount) >= MAX_MAJOR:
        raise _bounds()
    value = Decimal(amount if isinstance(amount, str | int) else repr(amount))
    if not -MAX_MAJOR < value < MAX_MAJOR:
        raise _bounds()
    return _spelt(value)


def _spelt(value: Decimal) -> Decimal:
    """Without an exponent above zero, trailing zeros or a negative zero."""
    short = value.normalize(_EXACT)
    exponent = int(short.as_tuple().exponent)
    if exponent < -MAX_DECIMALS:
        raise _bounds()
    whole = short.quantize(Decimal(1), context=_EXACT) if exponent > 0 else short
    return whole if whole else Decimal(0)


def _bounds() -> Fault:
    return Fault(OUT_OF_BOUNDS, "", f"expected less than 10^12 in major units, with at most {MAX_DECIMALS} decimals")


class Ledger:
    """The reporting currency: which code an event may name, and how many minor units make one."""

    def __init__(self, currency: str) -> None:
        digits = Currency(currency).exponent
        if digits is None:
            raise ValueError(f"{currency} has no minor unit")
        self.currency = currency
        self._digits = digits

    def check(self, currency: str) -> None:
        """Refuse any other currency: nothing here converts."""
        if currency != self.currency:
            message = f"expected {self.currency}, the reporting currency, got {currency[:40]!r}"
            raise Fault(UNSUPPORTED_CURRENCY, "/currency", message)

    def minor(self, amount: str | int | float) -> int:
        """Integer minor units, half-even [R13]; faults as `exact`.

        >>> Ledger("EUR").minor("0.125"), Ledger("EUR").minor(0.135), Ledger("JPY").minor(1.5)
        (12, 14, 2)
        """
        return _minor(amount, self._digits)

    def major(self, minor: int) -> str:
        """The decimal string of minor units; `minor` takes it back.

        >>> Ledger("EUR").major(-5), Ledger("JPY").major(12)
        ('-0.05', '12')
        """
        return f"{Decimal(minor).scaleb(-self._digits, _EXACT):f}"


@lru_cache(maxsize=1 << 12)
def _minor(amount: str | int | float, digits: int) -> int:
    return int(exact(amount).scaleb(digits, _EXACT).quantize(Decimal(1), context=_EXACT))
