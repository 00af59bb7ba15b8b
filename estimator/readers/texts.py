"""Texts in drawings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Text:
    """A line or paragraph of text.

    Attributes
    ----------
    layer : str
    text : str
        Without format codes; lines parted by line feeds.
    at : (2,) float
        About its middle, in drawing units or metres. [-]
    height : float
        Of the letters, in the same unit. [-]
    insert : int
        Index of the block reference, -1 if none.
    """

    layer: str
    text: str
    at: Floats
    height: float
    insert: int = -1
