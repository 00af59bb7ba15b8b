"""What is said of a machine beside what its record shows."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from .facts import is_number


class Claim(TypedDict):
    """One claim and the record that contradicts it.

    Attributes
    ----------
    quantity : str
        What is meant.
    unit : str
        Unit of both numbers.
    claimed, recorded : float
        In that unit. [-]
    claim, record : str
        A sentence each.
    claim_source, record_source : str
        Keys of sources.
    arithmetic : str
        How the one compares with the other.
    """

    quantity: str
    unit: str
    claimed: float
    recorded: float
    claim: str
    claim_source: str
    record: str
    record_source: str
    arithmetic: str


_NUMBERS = ("claimed", "recorded")
_TEXTS = tuple(name for name in Claim.__annotations__ if name not in _NUMBERS)


def claims_of(tables: object, problems: list[str]) -> tuple[Claim, ...]:
    """Claims from their tables in a profile.

    Parameters
    ----------
    tables : object
        What stands under ``claims``.
    problems : list of str
        Gets a sentence for everything that is wrong.

    Returns
    -------
    tuple of Claim
        The sound ones.
    """
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append("claims is not a list of tables; write [[claims]] before each")
        return ()
    claims = []
    for number, table in enumerate(tables, start=1):
        known = (*_TEXTS, *_NUMBERS)
        found = [f"{name} is unknown; known: {', '.join(known)}" for name in table if name not in known]
        for name in _TEXTS:
            if not isinstance(table.get(name), str) or not table[name].strip():
                found.append(f"{name} is missing; give a text")
        found += [
            f"{name} is {table.get(name)!r}; give a finite number"
            for name in _NUMBERS
            if not is_number(table.get(name))
        ]
        if not found and table["claimed"] == table["recorded"]:
            found.append("claimed and recorded are the same; a claim that the record bears out is no entry")
        problems += [f"claims {number}: {problem}" for problem in found]
        if not found:
            claim: dict[str, Any] = {**table, **{name: float(table[name]) for name in _NUMBERS}}
            claims.append(cast(Claim, claim))
    return tuple(claims)
