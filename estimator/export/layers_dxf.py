"""The layers as a DXF drawing: each bead a polyline as wide as the bead, at the height of its layer."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np

from estimator.beads import Kind
from estimator.errors import UsageError
from estimator.estimate import Estimate
from estimator.export.layers import KIND_NAMES, Layers

COLOURS = {Kind.TRAVEL: 1, Kind.CONTOUR: 5, Kind.INFILL: 30}
"""AutoCAD colour of each layer of the drawing."""

MOST_MOVES = 2_000_000
"""Moves that a drawing may hold; with more, few programs open it."""

METRES = 6
"""Of ``$INSUNITS``."""


def layers_dxf(estimate: Estimate, layers: Layers) -> bytes:
    """The layers as DXF in metres, one layer of the drawing for each kind of move.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers

    Returns
    -------
    bytes

    Raises
    ------
    UsageError
        The library is missing, or the drawing would be too large.
    """
    try:
        from ezdxf._options import options
        from ezdxf.filemanagement import new
        from ezdxf.lldxf.const import DXFError
    except ImportError:
        raise UsageError("DXF needs a library; install it with: pip install 'printhouse[dxf]', or write CSV") from None
    path = estimate.toolpath
    moves = int(np.diff(path.first)[layers.path].sum())
    if moves > MOST_MOVES:
        raise UsageError(
            f"the layers have {moves:,} moves and a drawing may hold {MOST_MOVES:,}; choose fewer with --layers, or "
            "write CSV"
        )
    fixed = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True  # no clock: the same layers are the same file
    try:
        drawing = new("R2010", units=METRES)
        drawing.header["$MEASUREMENT"] = 1
        for kind, colour in COLOURS.items():
            drawing.layers.add(KIND_NAMES[kind], color=colour)
        space = drawing.modelspace()
        runs = {s: _runs(estimate, s) for s in np.unique(layers.path).tolist()}
        for section, bottom_m in zip(layers.path.tolist(), layers.bottom_m.tolist(), strict=True):
            z_m = round(bottom_m + path.layer_height_m, 6)
            for points, kind, width_m, closed in runs[section]:
                space.add_lwpolyline(
                    points, format="xy", close=closed,
                    dxfattribs={"layer": KIND_NAMES[kind], "const_width": width_m, "elevation": z_m},
                )  # fmt: skip
        text = io.StringIO(newline="")
        drawing.write(text)
    except DXFError as error:
        raise UsageError(f"the drawing cannot be written: {error}") from None
    finally:
        options.write_fixed_meta_data_for_testing = fixed
    return text.getvalue().encode(drawing.output_encoding)


def _runs(estimate: Estimate, section: int) -> list[tuple[list[list[float]], Kind, float, bool]]:
    """Beads and travel of a section as points, kind, width [m], and whether the line closes."""
    path = estimate.toolpath
    low, high = int(path.first[section]), int(path.first[section + 1])
    bead, kind = path.bead[low:high], path.kind[low:high]
    other = (bead[1:] != bead[:-1]) | (kind[1:] != kind[:-1])
    bounds = [0, *(np.flatnonzero(other) + 1).tolist(), high - low] if high > low else []
    runs = []
    for a, b in pairwise(bounds):
        points = np.concatenate((path.start_m[low + a : low + b], path.end_m[low + b - 1 : low + b]))
        closed = kind[a] != Kind.TRAVEL and b - a > 2 and bool(np.all(np.abs(points[0] - points[-1]) < 1e-9))
        width_m = 0.0 if kind[a] == Kind.TRAVEL else round(float(path.width_m[low + a]), 6)
        runs.append(((points[:-1] if closed else points).round(6).tolist(), Kind(int(kind[a])), width_m, closed))
    return runs
