"""Exchange rates of the years whose prices are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from .facts import Fact, TableError, raise_if
from .schema import QUANTITIES
from .sources import packaged_sources
from .tables import Folder, limit_problem, packaged_tables, read_rows


def read_exchange(folder: Folder | None = None) -> Mapping[tuple[str, int], Fact]:
    """Units of currency per US dollar in a folder of tables, by currency and year."""
    problems: list[str] = []
    place = packaged_tables() if folder is None else folder
    quantity = QUANTITIES["exchange"][0]
    rates: dict[tuple[str, int], Fact] = {}
    for row in read_rows(place.joinpath("exchange.csv"), packaged_sources(), problems):
        wrong = [limit_problem(quantity, row.fact)]
        if row.quantity != quantity.quantity:
            wrong.append(f"the quantity must be {quantity.quantity}")
        if row.unit != f"{row.item}/USD":
            wrong.append(f"the unit is {row.unit!r}; give the value in {row.item}/USD")
        if row.price_year is None:
            wrong.append("price_year is missing; a rate names its year")
        else:
            rates[row.item, row.price_year] = row.fact
        problems += [f"{row.at}: {row.item}, {row.quantity}: {clause}" for clause in wrong if clause]
    raise_if(problems)
    return MappingProxyType(rates)


_exchange = cache(read_exchange)


def exchange_rate(currency: str, year: int) -> Fact:
    """Units of `currency` per US dollar, mean of `year`.

    Raises
    ------
    TableError
        If there is no rate for that currency and year, listing those there are.
    """
    if currency == "USD":
        return Fact(1, 1, 1, "derived", note="a dollar is a dollar")
    rates = _exchange()
    if (currency, year) not in rates:
        known = ", ".join(f"{name} {of}" for name, of in sorted(rates))
        raise TableError(f"there is no exchange rate for {currency} in {year}; known: {known}")
    return rates[currency, year]


def nearest_exchange_year(currency: str, year: int) -> int:
    """Year nearest to `year` for which the rate of `currency` is known; `year` itself if none is."""
    years = [known for name, known in _exchange() if name == currency]
    return min(years, key=lambda known: (abs(known - year), known), default=year)
