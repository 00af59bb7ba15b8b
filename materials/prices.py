"""Prices that move with the region: a fixed part plus amounts bought at regional rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from .facts import Fact, TableError
from .records import Record
from .regions import Region

NONE_OF_IT = Fact(0, 0, 0, "derived", note="the table names no such part of the price")


@dataclass(frozen=True, kw_only=True, eq=False)
class Priced(Record):
    """An item whose price is linear in the rates of a region.

    Attributes
    ----------
    currency : str
        Currency of the fixed part.
    price_year : int
        Year of the fixed part.
    """

    FIXED: ClassVar[str]
    BOUGHT: ClassVar[Mapping[str, str]]

    currency: str
    price_year: int

    def __post_init__(self) -> None:
        """Fill in the parts of the price that the table leaves out."""
        zeros = dict.fromkeys((self.FIXED, *self.BOUGHT), NONE_OF_IT)
        object.__setattr__(self, "facts", {**zeros, **self.facts})
        super().__post_init__()

    def price_parts(self, region: Region) -> tuple[tuple[float, float], ...]:
        """Amounts and rates whose products add up to the price; the first is the fixed part.

        Parameters
        ----------
        region : Region
            In the currency of the item.

        Returns
        -------
        tuple of (float, float)
            Amount per unit of the item, and rate in the region's currency, in the units of the
            table; parts of zero amount are left out. [-]

        Raises
        ------
        TableError
            If the currencies differ.
        """
        if self.currency != region.currency:
            raise TableError(
                f"{self.id} is priced in {self.currency} and {region.id} in {region.currency}; "
                "convert one of them with exchange_rate"
            )
        parts = [(1.0, float(self.facts[self.FIXED]))]
        for amount, rate in self.BOUGHT.items():
            if float(self.facts[amount]):
                parts.append((float(self.facts[amount]), float(region.facts[rate])))
        return tuple(parts)

    def rate(self, region: Region) -> float:
        """Price of one unit of the item in `region`, in its currency; see :meth:`price_parts`."""
        return sum(amount * rate for amount, rate in self.price_parts(region))
