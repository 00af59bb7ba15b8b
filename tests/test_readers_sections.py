"""Horizontal sections of difficult triangle meshes, and the stacks of prisms made of them."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.readers.sections import Mesh, section, stack


def box_mesh(low: tuple[float, float, float], high: tuple[float, float, float]) -> Mesh:
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = [(a, b, c) for a, b, c, _ in quads] + [(a, c, d) for a, _, c, d in quads]
    return Mesh(corners, np.array(faces, np.int64))


def together(*parts: Mesh) -> Mesh:
    offsets = np.cumsum([0, *(len(part.vertices_m) for part in parts)])
    return Mesh(
        np.concatenate([part.vertices_m for part in parts]),
        np.concatenate([part.triangles + o for part, o in zip(parts, offsets, strict=False)]),
    )


A = box_mesh((0, 0, 0), (4, 0.2, 3))
TOUCHING = box_mesh((4, 0, 0), (6, 0.2, 3))
OVERLAPPING = box_mesh((3, 0, 0), (6, 0.2, 3))


@pytest.mark.parametrize(
    ("mesh", "area_m2"),
    [
        pytest.param(A, 0.8, id="a box"),
        pytest.param(Mesh(A.vertices_m, A.triangles[:, ::-1]), 0.8, id="inside out"),
        pytest.param(
            Mesh(A.vertices_m, np.where(np.arange(12)[:, None] % 2 == 0, A.triangles, A.triangles[:, ::-1])),
            0.8,
            id="every other face inverted",
        ),
        pytest.param(together(A, A), 0.8, id="every face twice"),
        pytest.param(together(A, Mesh(A.vertices_m, A.triangles[:5])), 0.8, id="some faces twice"),
        pytest.param(together(A, TOUCHING), 1.2, id="two bodies that touch"),
        pytest.param(together(A, OVERLAPPING), 1.2, id="two bodies that overlap"),
        pytest.param(
            Mesh(
                A.vertices_m[A.triangles].reshape(-1, 3) + np.tile([[1e-7, 0, 0], [0, -1e-7, 0], [0, 0, 0]], (12, 1)),
                np.arange(36).reshape(-1, 3),
            ),
            0.8,
            id="corners apart by less than a micrometre",
        ),
        pytest.param(
            Mesh(
                A.vertices_m[A.triangles].reshape(-1, 3) + np.tile([[4e-4, 0, 0], [0, 0, 0], [0, 0, 0]], (12, 1)),
                np.arange(36).reshape(-1, 3),
            ),
            0.8,
            id="corners apart by half a millimetre",
        ),
    ],
)
def test_a_section_has_the_area_one_would_draw(mesh: Mesh, area_m2: float) -> None:
    assert section(mesh, 1.1).area == pytest.approx(area_m2, rel=1e-3)
    assert section(mesh, 4.0).is_empty


def test_an_open_body_is_reported_and_encloses_nothing() -> None:
    upright = np.abs(np.diff(A.vertices_m[A.triangles][:, :, 0], axis=1)).sum(axis=1) > 0.0
    broken = stack(Mesh(A.vertices_m, A.triangles[upright]))
    assert broken.open_sections > 0
    assert sum(slab.footprint.area for slab in broken.slabs) == 0.0


def test_a_leaning_wall_is_a_stair_of_thin_prisms() -> None:
    leaning = Mesh(A.vertices_m + np.array([0.0, 0.1, 0.0]) * A.vertices_m[:, 2:], A.triangles)
    pieces_of = stack(leaning).slabs
    assert len(pieces_of) == 60
    assert sum(s.footprint.area * (s.top_m - s.base_m) for s in pieces_of) == pytest.approx(2.4)
