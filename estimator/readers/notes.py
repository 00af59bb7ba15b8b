"""What a reader understood, repaired or left out: collected by code, told once each."""

from __future__ import annotations

from collections.abc import Mapping

from estimator.errors import Finding, Severity

NAMED = 20
"""Elements named in one finding; the rest is counted."""

Sentences = Mapping[str, tuple[Severity, str]]

COMMON: dict[str, tuple[Severity, str]] = {
    "unit-evidence": ("note", "Lengths are in {detail}."),
    "unit-contradicted": ("warning", "The file's own unit is not believed: {detail}; --unit overrides."),
    "unit-doubtful": ("warning", "The unit of length is uncertain: {detail}; say it with --unit or --width."),
    "height-default": ("warning", "The file gives no wall height; {detail} m taken: say it with --height."),
    "thickness-default": ("warning", "{n} wall{s} drawn without thickness; {detail} m taken: say it with --thickness."),
    "heads-default": ("note", "The file gives {n} opening{s} no sill or head; {detail} taken."),
    "plan-shifted": ("note", "The plan lies far from its origin; it was moved by {detail} m."),
    "walls-irregular": ("note", "{n} piece{s} of wall without a straight course, kept by outline alone."),
    "storeys-on-sheet": ("note", "The sheet shows {n} storeys ({detail}); --storey reads one of them."),
    "openings-united": ("note", "{n} opening{s} overlapping another in the same wall, united."),
    "opening-off-wall": ("warning", "{n} opening{s} in no wall, left out: check them in the drawing."),
    "opening-cut-short": ("note", "{n} opening{s} reaching above the wall, cut off at its top."),
    "opening-clipped": ("note", "{n} opening{s} reaching past an end of the wall, cut off there."),
    "wall-sloping": ("note", "{n} wall{s} with a sloping top, kept as steps of {detail} m."),
    "rooms-odd": ("warning", "{n} room{s} with an outline that crosses itself, mended."),
}
"""Findings that several readers make. ``{n}`` elements, ``{s}`` plural ending, ``{detail}`` what the reader adds."""


class Notes:
    """Elements by finding code.

    Parameters
    ----------
    own : mapping of str to (severity, sentence)
        Codes of one reader, beside :data:`COMMON`.
    """

    def __init__(self, own: Sentences | None = None) -> None:
        self._sentences: Sentences = {**(own or {}), **COMMON}
        self._ids: dict[str, list[str]] = {}
        self._details: dict[str, list[str]] = {}

    def add(self, code: str, where: str, detail: str = "") -> None:
        """Note one element.

        Parameters
        ----------
        code : str
            A known code.
        where : str
            Element id.
        detail : str
            For the sentence; several are joined by commas, each told once.
        """
        if code not in self._sentences:
            raise KeyError(code)
        self._ids.setdefault(code, []).append(where)
        if detail and detail not in self._details.setdefault(code, []):
            self._details[code].append(detail)

    def findings(self) -> tuple[Finding, ...]:
        """One finding for each code noted.

        Returns
        -------
        tuple of Finding
            In the order of the sentences.
        """
        found = []
        for code, (severity, sentence) in self._sentences.items():
            ids = self._ids.get(code)
            if ids is None:
                continue
            where = ", ".join(ids[:NAMED]) + (f" and {len(ids) - NAMED} more" if len(ids) > NAMED else "")
            detail = ", ".join(self._details.get(code, ()))
            message = sentence.format(n=len(ids), s="" if len(ids) == 1 else "s", detail=detail)
            found.append(Finding(code, severity, where, message))
        return tuple(found)
