"""Buildings whose section changes with every layer, from the mesh to the whole estimate."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from estimator import estimate
from estimator.options import ReadOptions
from estimator.plan import Plan
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


def test_a_shell_too_narrow_at_its_top_is_one_finding_with_its_layers(tmp_path: Path) -> None:
    # 0.3 m thick at its foot and 0.07 m at its top: above 2.6 m there is no room for two beads of 0.05 m
    tapered = m.revolved([(3.0, 0.0), (3.0, 3.0), (2.93, 3.0), (2.7, 0.0)])
    made = estimate(plan_of(tapered, tmp_path), printer="cobod-bod2", wall_system="double-leaf", samples=0)
    found = [f for f in made.findings if f.code == "bead-overlap"]
    assert len(found) == 1
    lapped = made.covered.overlap_m2 > 0.0
    layers = int(made.bands.layers[lapped[made.bands.section]].sum())
    assert f"lies twice in {layers} layers" in found[0].message
    # the lowest of them are at most a section lower than where the wall is two beads thick
    assert layers * made.toolpath.layer_height_m == pytest.approx(3.0 - 0.2 / 0.23 * 3.0, abs=0.25)
