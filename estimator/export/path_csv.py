"""Every move of every layer as a row of a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from estimator.beads import Kind
from estimator.estimate import Estimate
from estimator.export.layers import KIND_NAMES, Layers, printed_areas_m2, seconds_of_moves

COLUMNS = (
    "layer", "z_m", "kind", "x0_m", "y0_m", "x1_m", "y1_m", "width_m", "length_m", "seconds", "printed_volume_m3",
)  # fmt: skip


def path_csv(estimate: Estimate, layers: Layers) -> Iterator[bytes]:
    """The moves of the layers as CSV.

    Parameters
    ----------
    estimate : Estimate
    layers : Layers

    Yields
    ------
    bytes
        The line of names, then the rows of one layer after the other. The volume is that in the
        walls from the first row on, over-extrusion included.
    """
    path = estimate.toolpath
    seconds = seconds_of_moves(estimate)
    is_bead = path.kind != Kind.TRAVEL
    volume = np.where(is_bead, printed_areas_m2(estimate) * path.length_m, 0.0)
    names = np.array([KIND_NAMES[k] for k in sorted(KIND_NAMES)], dtype=object)
    rows: dict[int, str] = {}
    sums = {}
    for section in np.unique(layers.path).tolist():
        own = slice(int(path.first[section]), int(path.first[section + 1]))
        table = np.column_stack(
            (
                names[path.kind[own]], path.start_m[own], path.end_m[own], path.width_m[own], path.length_m[own],
                seconds[own],
            )
        )  # fmt: skip
        form = "\0%s,%.6f,%.6f,%.6f,%.6f,%.5f,%.6f,%.4f,%%.9f\n"
        rows[section] = (form * len(table)) % tuple(table.ravel().tolist())
        sums[section] = np.cumsum(volume[own])
    yield (",".join(COLUMNS) + "\n").encode("ascii")
    printed = 0.0
    for number, section, bottom_m in zip(
        layers.number.tolist(), layers.path.tolist(), layers.bottom_m.tolist(), strict=True
    ):
        head = f"{number},{bottom_m + path.layer_height_m:.4f},"
        volumes = printed + sums[section]
        yield (rows[section].replace("\0", head) % tuple(volumes.tolist())).encode("ascii")
        printed = float(volumes[-1]) if len(volumes) else printed
