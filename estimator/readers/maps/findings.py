"""Findings of the reader of GeoJSON and IMDF maps."""

from __future__ import annotations

from typing import Final

from estimator.readers.notes import Sentences

SENTENCES: Final[Sentences] = {
    "geo-feature-left-out": ("warning", "{n} feature{s} left out: {detail}."),
    "geo-level-unknown": ("warning", "{n} room{s} on levels that are not given: name their file with --with."),
    "geo-rooms-outside": ("warning", "{n} room{s} outside the outline of their level, kept: other buildings?"),
    "geo-open-areas": ("note", "{n} area{s} without walls of their own."),
    "geo-gap-walls": ("note", "Rooms lie apart: the gaps are the walls; outer walls are {detail} m thick like them."),
    "geo-elevations": ("note", "The levels have no elevation; {detail}."),
    "geo-opening-level": ("note", "{n} opening{s} on no known level, placed {detail}."),
    "geo-opening-size": ("warning", "{n} opening{s} given as points; {detail} m wide taken."),
    "geo-id-twice": ("note", "{n} feature{s} with an id used before, renamed."),
}
"""Codes with severity and sentence."""
