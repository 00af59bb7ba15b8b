"""Names from foreign files, made fit for a line of text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from estimator.plan import Plan

LONGEST_NAME = 200
"""Longer names are cut. [characters]"""

_HARMLESS = "\u200c\u200d"  # joiners that Persian and emoji are written with


def is_harmless(character: str) -> bool:
    """Whether a character may stand in a name: it neither controls, turns nor breaks a line.

    Parameters
    ----------
    character : str

    Returns
    -------
    bool
    """
    return character in _HARMLESS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def plain(text: str) -> str:
    """A text without control and direction characters, on one line.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Each such character as a space; cut to :data:`LONGEST_NAME`.
    """
    clean = "".join(c if is_harmless(c) else " " for c in text[: LONGEST_NAME + 1])
    return clean if len(clean) <= LONGEST_NAME else clean[: LONGEST_NAME - 1] + "…"


class _Ids:
    """Cleans ids of one kind, each unlike those before."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._times: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        own = base = plain(text) or "unnamed"
        while own in self._given:
            self._times[base] = self._times.get(base, 1) + 1
            own = plain(f"{base[: LONGEST_NAME - 8]}~{self._times[base]}")
        self._given.add(own)
        return own


def with_plain_names(plan: Plan) -> Plan:
    """A plan whose names and findings can be printed anywhere.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Plan
        Ids that cleaning or cutting made the same are numbered; an empty one becomes "unnamed".
    """
    storey_id, wall_id, opening_id, room_id = _Ids(), _Ids(), _Ids(), _Ids()
    return replace(
        plan,
        name=plain(plan.name),
        source=plain(plan.source),
        storeys=tuple(replace(s, id=storey_id(s.id), name=plain(s.name)) for s in plan.storeys),
        walls=tuple(
            replace(w, id=wall_id(w.id), openings=tuple(replace(o, id=opening_id(o.id)) for o in w.openings))
            for w in plan.walls
        ),
        rooms=tuple(replace(r, id=room_id(r.id), name=plain(r.name)) for r in plan.rooms),
        evidence=tuple(_lines_joined(text) for text in plan.evidence),
        skipped=tuple(_lines_joined(text) for text in plan.skipped),
        findings=tuple(replace(f, where=plain(f.where), message=_lines_joined(f.message)) for f in plan.findings),
    )


def _lines_joined(text: str) -> str:
    return "".join(c if is_harmless(c) else " " for c in text)
