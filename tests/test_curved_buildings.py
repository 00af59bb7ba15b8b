"""Buildings whose section changes with every layer, from the mesh to the whole estimate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon

from estimator import Estimate, estimate
from estimator.beads import bead_area_m2
from estimator.options import ReadOptions
from estimator.plan import Plan, Slab, Storey, Wall
from estimator.readers.mesh.reader import read
from estimator.slicing import slice_bands
from estimator.walls import wall_pieces
from materials import load_terms
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


# --- the whole estimate: against sections drawn by formula ----------------------------------------

WAIST_M, HEIGHT_M, THICK_M, LEAN_M = 2.0, 2.8, 0.25, 0.5


@dataclass(frozen=True)
class Building:
    """A mesh, and what its section is at a height."""

    solid: m.Solid
    height_m: float
    section: Callable[[float], Polygon | MultiPolygon]


def ring(outer_m: float, x_m: float = 0.0, inner_m: float | None = None) -> Polygon:
    inner = outer_m - THICK_M if inner_m is None else inner_m
    hole = Point(x_m, 0.0).buffer(inner, quad_segs=24)
    return Polygon(Point(x_m, 0.0).buffer(outer_m, quad_segs=24).exterior, [hole.exterior])


def hyperboloid() -> Building:
    """A cooling tower: 2 m at its waist, half-way up."""

    def radius(z: m.Floats) -> m.Floats:
        return np.sqrt(WAIST_M**2 + 0.5 * (z - HEIGHT_M / 2) ** 2)

    solid = m.round_shell(radius, lambda z: radius(z) - THICK_M, HEIGHT_M, rings=56)
    return Building(solid, HEIGHT_M, lambda z: ring(float(radius(np.array(z)))))


def double_dome() -> Building:
    """Two domes with skylights, 3 m in radius and 4.6 m apart, that run into each other as those of TECLA do."""
    vertices, triangles = m.open_dome()

    def section(z: float) -> Polygon | MultiPolygon:
        outer, inner = math.sqrt(9.0 - z * z), math.sqrt(2.75**2 - z * z)
        both = shapely.union(ring(outer, 0.0, inner), ring(outer, 4.6, inner))
        assert isinstance(both, Polygon | MultiPolygon)
        return both

    beside = vertices + np.array([4.6, 0.0, 0.0])
    return Building(m.together((vertices, triangles), (beside, triangles)), 2.5, section)


def waves(angle: m.Floats, inwards_m: m.Floats | float) -> m.Floats:
    """Points of a wall of five waves round the origin: (n, 2)."""
    radius = 3.0 + 0.3 * np.cos(5 * angle) - inwards_m
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)


def wavy_wall() -> Building:
    """A wall of five waves that leans over by half a metre."""
    upright, triangles = m.round_shell(lambda z: 0 * z + 2.0, lambda z: 0 * z + 1.0, HEIGHT_M, rings=28, segments=120)
    x, y, z = upright.T
    plan = waves(np.arctan2(y, x), np.where(np.hypot(x, y) > 1.5, 0.0, THICK_M))
    vertices = np.column_stack((plan[:, 0] + z / HEIGHT_M * LEAN_M, plan[:, 1], z))
    angle = np.arange(120) * 2 * np.pi / 120
    outline = Polygon(waves(angle, 0.0), [waves(angle, THICK_M)])
    return Building((vertices, triangles), HEIGHT_M, lambda z: outline)


@pytest.fixture(scope="module", params=[hyperboloid, double_dome, wavy_wall], ids=lambda make: make.__name__)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Building, Estimate]:
    """A building and its estimate with two leaves."""
    building = request.param()
    plan = plan_of(building.solid, tmp_path_factory.mktemp("mesh"))
    return building, estimate(plan, printer="cobod-bod2", wall_system="double-leaf", samples=0, methods=())


def sections_of(building: Building, layer_height_m: float) -> list[Polygon | MultiPolygon]:
    """The section in the middle of every layer."""
    layers = round(building.height_m / layer_height_m)
    return [building.section((k + 0.5) * layer_height_m) for k in range(layers)]


def test_walls_hold_the_volume_of_their_sections(printed: tuple[Building, Estimate]) -> None:
    building, made = printed
    height_m = made.toolpath.layer_height_m
    volume_m3 = sum(s.area for s in sections_of(building, height_m)) * height_m
    assert made.takeoff.net_volume_m3 == pytest.approx(volume_m3, rel=0.01)
    assert made.bands.layers.sum() == round(building.height_m / height_m)


def test_beads_are_as_long_as_the_leaves_of_every_layer(printed: tuple[Building, Estimate]) -> None:
    building, made = printed
    width_m = float(made.printer.bead_width_m)
    leaves = [s.buffer(-width_m / 2, join_style="mitre") for s in sections_of(building, made.toolpath.layer_height_m)]
    length_m = sum(leaf.length for leaf in leaves)
    assert made.toolpath.extruded_length_m() == pytest.approx(length_m, rel=0.01)
    bead_m2 = float(bead_area_m2(width_m, made.toolpath.layer_height_m))
    printed_m3 = float(load_terms().over_extrusion_ratio) * bead_m2 * length_m
    assert float(made.outcome.quantities.printed_volume_m3) == pytest.approx(printed_m3, rel=0.01)


def test_beads_take_as_long_as_their_length_at_printing_speed(printed: tuple[Building, Estimate]) -> None:
    _, made = printed
    bead_m2 = float(bead_area_m2(made.printer.bead_width_m, made.toolpath.layer_height_m))
    speed = min(float(made.printer.print_speed_m_per_s), float(made.printer.flow_max_m3_per_s) / bead_m2)
    least_s = made.toolpath.extruded_length_m() / speed
    # braking at the corners of chords and at cusps comes on top
    assert least_s <= float(made.outcome.times.deposition_s) < 1.05 * least_s


def test_a_round_wall_that_stands_upright_has_one_section(tmp_path: Path) -> None:
    tower = m.round_shell(lambda z: 0 * z + 3.0, lambda z: 0 * z + 2.75, HEIGHT_M, rings=28)
    made = estimate(plan_of(tower, tmp_path), printer="cobod-bod2", samples=0, methods=())
    assert len(made.bands.sections) == 1
    assert made.bands.layers.sum() == round(HEIGHT_M / made.toolpath.layer_height_m)
    assert made.takeoff.net_volume_m3 == pytest.approx(ring(3.0).area * HEIGHT_M, rel=0.005)


def test_each_layer_of_a_cone_has_its_own_section(tmp_path: Path) -> None:
    made = estimate(plan_of(m.cone(), tmp_path), printer="cobod-bod2", samples=0, methods=())
    assert len(made.bands.sections) == made.bands.layers.sum()
