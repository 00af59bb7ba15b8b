"""The toolpath in the estimate document: its lengths, its parts, what its beads cover."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.beads import Kind
from estimator.estimate import Estimate
from estimator.values import rounded

Object = dict[str, Any]


def toolpath_object(e: Estimate) -> Object:
    """The object ``toolpath`` of the estimate document.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    dict
    """
    path, layers, lifted = e.toolpath, e.toolpath.layers, e.load.elements
    return {
        "layers": int(layers.sum()),
        "layer_height_m": rounded(path.layer_height_m, 6),
        "bands": len(e.bands.layers),
        "sections": len(e.bands.sections),
        "beads": int(path.bead_count() @ layers),
        "segments": int(np.diff(path.first) @ layers),
        "extruded_length_m": rounded(path.extruded_length_m(), 2),
        "travel_length_m": rounded(path.travel_length_m(), 2),
        "travel_min_m": None if path.travel_min_m is None else rounded(path.travel_min_m @ layers, 2),
        "seam_shift_m": rounded(path.seam_shift_m, 4),
        "starts": int(_starts_per_layer(e) @ layers),
        "starts_min": _starts_min(e),
        "stations": e.work.set_ups,
        "elements": e.work.elements,
        "element_kinds": 0 if lifted is None else lifted.kinds,
        "heaviest_element_kg": None if lifted is None else rounded(lifted.mass_kg.max(), 1),
        "lorry_trips": e.load.lorry_trips,
        "joints": len(e.layout.joints),
        "joint_length_m": rounded(e.load.joint_length_m, 3),
        "stations_gap": rounded(e.layout.gap, 4),
        "parts": _parts(e),
        "coverage": _coverage(e),
    }


def _parts(e: Estimate) -> list[Object]:
    """What is printed in one go, and from where."""
    bead_m = e.toolpath.per_section(np.where(e.toolpath.kind != Kind.TRAVEL, e.toolpath.length_m, 0.0))
    count = len(e.layout.parts)
    extent_m = _extents_m(e)
    layers = np.bincount(e.bands.part, weights=e.bands.layers, minlength=count).astype(int).tolist()
    length_m = np.bincount(e.bands.part, weights=e.bands.layers * bead_m[e.bands.section], minlength=count).tolist()
    return [
        {
            "storey": e.plan.storeys[part.storey].id,
            "set_up": part.set_up + 1,
            "x_m": None if part.place_m is None else rounded(part.place_m[0], 3),
            "y_m": None if part.place_m is None else rounded(part.place_m[1], 3),
            "turn_deg": rounded(np.rad2deg(part.turn_rad), 3),
            "extent_x_m": rounded(extent_m[k, 0], 3),
            "extent_y_m": rounded(extent_m[k, 1], 3),
            "layers": layers[k],
            "extruded_length_m": rounded(length_m[k], 2),
        }
        for k, part in enumerate(e.layout.parts)
    ]


def _extents_m(e: Estimate) -> NDArray[np.float64]:
    """How far the head goes along both axes of the machine for each part, (p, 2). [m]"""
    path, bands = e.toolpath, e.bands
    start = path.to_machine(path.start_m, np.arange(len(path.kind)))
    filled = np.flatnonzero(np.diff(path.first))
    low = np.full((len(path.layers), 2), np.inf)
    high = -low
    if len(filled):
        low[filled] = np.minimum.reduceat(start, path.first[filled])
        high[filled] = np.maximum.reduceat(start, path.first[filled])
    least, most = np.full((len(e.layout.parts), 2), np.inf), np.full((len(e.layout.parts), 2), -np.inf)
    np.minimum.at(least, bands.part, low[bands.section])
    np.maximum.at(most, bands.part, high[bands.section])
    return np.asarray(np.maximum(most - least, 0.0))


def _coverage(e: Estimate) -> list[Object]:
    """Areas of one layer of each band: what beads deposit, what the wall system intends."""
    bands, c = e.bands, e.covered
    areas = np.round(np.stack((c.deposited_m2, c.intended_m2, c.overlap_m2, c.gap_m2), axis=1)[bands.section], 5)
    keys = ("base_m", "top_m", "layers", "deposited_m2", "intended_m2", "overlap_m2", "gap_m2")
    ends = np.round(np.stack((bands.base_m, bands.top_m), axis=1), 4).tolist()
    rows = zip(ends, bands.layers.tolist(), areas.tolist(), strict=True)
    return [dict(zip(keys, (*span, count, *area), strict=True)) for span, count, area in rows]


def _starts_per_layer(e: Estimate) -> np.ndarray[Any, np.dtype[np.int64]]:
    """How often the flow starts in one layer of each section: the machine may not pause at gaps."""
    if e.printer.continuity == "pause":
        return e.toolpath.starts
    return np.full(len(e.toolpath.layers), int(e.printer.continuity == "run-over"))


def _starts_min(e: Estimate) -> int | None:
    """Starts that no order can do without: where the flow never pauses, those that there are."""
    least, layers = e.toolpath.starts_min, e.toolpath.layers
    if e.printer.continuity != "pause":
        return int(_starts_per_layer(e) @ layers)
    return None if least is None else int(least @ layers)
