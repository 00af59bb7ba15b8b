"""Buildings whose section changes with every layer, from the mesh to the whole estimate."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from shapely import Point

from estimator import estimate
from estimator.options import ReadOptions
from estimator.plan import Plan, Slab, Storey, Wall
from estimator.readers.mesh.reader import read
from estimator.slicing import slice_bands
from estimator.walls import wall_pieces
from tests import mesh_models as m

DOME_M3 = 2 / 3 * math.pi * (3.0**3 - 2.75**3)
CONE_M3 = math.pi * 3.0 * 0.3 * (3.0 + 2.0 - 0.3)


def plan_of(solid: m.Solid, folder: Path) -> Plan:
    path = folder / "shell.stl"
    path.write_bytes(m.stl(solid))
    return read(path, ReadOptions(), "stl")


@pytest.mark.parametrize("layer_height_m", [0.01, 0.02, 0.05])
@pytest.mark.parametrize(
    ("solid", "volume_m3"),
    [(m.dome(), DOME_M3), (m.cone(), CONE_M3), (m.leaning_ring(), m.RING_M2 * 2.8)],
    ids=["dome", "cone", "leaning"],
)
def test_bands_of_a_shell_hold_its_volume_whatever_the_layer_height(
    solid: m.Solid, volume_m3: float, layer_height_m: float, tmp_path: Path
) -> None:
    plan = plan_of(solid, tmp_path)
    bands = slice_bands(plan, wall_pieces(plan), layer_height_m, "double-leaf")
    assert bands.net_volume_m3() == pytest.approx(volume_m3, rel=0.01)
    assert bands.top_m[:-1] == pytest.approx(bands.base_m[1:])
    height_m = plan.walls[0].top_m - plan.walls[0].base_m
    assert bands.layers.sum() == pytest.approx(height_m / layer_height_m, abs=1)


def test_two_leaves_of_a_cone_are_as_long_as_its_faces_are_round(tmp_path: Path) -> None:
    made = estimate(plan_of(m.cone(), tmp_path), printer="cobod-bod2", wall_system="double-leaf", samples=0)
    layers = 3.0 / made.toolpath.layer_height_m
    # each leaf lies half a bead inside its face, so the two are as long as the two faces: 2π(R + R − t)
    mean_m = 2 * math.pi * (2.5 + 2.5 - 0.3)
    assert made.toolpath.extruded_length_m() == pytest.approx(layers * mean_m, rel=0.01)


def test_a_round_wall_too_narrow_on_one_side_is_one_finding_with_its_layers() -> None:
    # 0.2 m thick; in its upper 20 layers the hole lies 0.14 m and more off its middle, so that two beads of 0.05 m
    # share what is left on one side, and no two layers are alike
    off_m = [0.001 * k for k in range(30)] + [0.14 + 0.0005 * k for k in range(20)]
    slabs = tuple(
        Slab(0.02 * k, 0.02 * (k + 1), Point(0.0, 0.0).buffer(3.0, 64) - Point(e, 0.0).buffer(2.8, 64))
        for k, e in enumerate(off_m)
    )
    wall = Wall("ring", 0, slabs[0].footprint, 0.0, 1.0, thickness_m=0.2, slabs=slabs)
    plan = Plan("ring", "ring", (Storey("0", "ground", 0.0, 1.0),), (wall,))
    made = estimate(plan, printer="cobod-bod2", wall_system="double-leaf", samples=0)
    (found,) = [f for f in made.findings if f.code == "bead-overlap"]
    assert found.where == "ring"
    assert "lies twice in 20 layers" in found.message
    lapped = made.covered.overlap_m2[made.bands.section] > 0.0
    assert lapped.tolist() == [e > 0.1 for e in off_m]
