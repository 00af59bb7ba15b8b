"""The check of set walls by each route, on walls made up for it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.structure import aci318, en1992, en1996
from estimator.structure.buckling import double_leaf_inertia_m3
from estimator.structure.loads import WallLoads
from estimator.structure.sections import Sections, independent_inertia_m3, web_joint_shear_pa
from estimator.structure.set_wall import CHECKS, CLAUSES, SetCheck, SetWalls, set_check

ROUTES = tuple(CLAUSES)
MPA, KN = 1e6, 1e3


def solid(thickness_m: float) -> Sections:
    t = np.array([thickness_m])
    return Sections(t, t, t**3 / 12, t**2 / 6, np.ones(1), np.zeros(1))


def tied(leaf_m: float, apart_m: float) -> Sections:
    t = np.array([leaf_m])
    return Sections(t + apart_m, 2 * t, independent_inertia_m3(t), t**2 / 3, np.zeros(1), np.zeros(1))


def checked(
    route: str, sections: Sections, height: float = 2.7, roof: float = 8e3, live: float = 4e3, wind: float = 800.0,
    strength: float = 25 * MPA, tension: float = 0.5 * MPA, is_external: bool = True,
    is_free: bool = False,
) -> SetCheck:  # fmt: skip
    """One wall of one metre under a roof, with its own weight."""
    own = sections.area_m * height * 2100 * 9.81
    loads = WallLoads(
        roof + own, np.array([live]), roof + own / 2, np.array([wind]), np.array([3.0]), np.ones(1),
        np.array([is_free]), np.zeros(1, dtype=bool),
    )  # fmt: skip
    walls = SetWalls(
        np.array([height]), sections, loads, np.array([is_external]), strength, np.array([tension]), 1.5
    )  # fmt: skip
    return set_check(walls, route)


@pytest.mark.parametrize("route", ROUTES)
def test_the_worst_of_all_checks_governs(route: str) -> None:
    found = checked(route, solid(0.15))
    assert found.utilisation.shape == (1, len(CHECKS)) == found.capacity.shape
    assert found.worst[0] == found.utilisation[0, found.governing[0]] == found.utilisation.max()
    assert CHECKS[found.governing[0]] == "bending"  # light roof, wind across the layers


def test_dead_load_without_any_other_has_the_higher_american_factor() -> None:
    wall = solid(0.2)
    dead = 50e3 + 0.2 * 2.7 * 2100 * 9.81
    assert checked("aci318", wall, roof=50e3, live=0.0).demand[0, 0] == pytest.approx(1.4 * dead)
    assert checked("aci318", wall, roof=50e3, live=30e3).demand[0, 0] == pytest.approx(1.2 * dead + 1.6 * 30e3)
    assert checked("en1992", wall, roof=50e3, live=0.0).demand[0, 0] == pytest.approx(1.35 * dead)


@pytest.mark.parametrize("route", ROUTES)
def test_webs_carry_the_shear_that_makes_leaves_one_section(route: str) -> None:
    leaf, apart, web, spacing = 0.05, 0.2, 0.05, 0.6
    t = np.array([leaf])
    inertia = double_leaf_inertia_m3(leaf, apart, web, spacing)
    per_m = web_joint_shear_pa(1.0, leaf, apart, web, spacing)
    webbed = Sections(t + apart, 2 * t, np.array([inertia]), np.array([inertia / 0.125]), np.ones(1), np.array([per_m]))
    found = checked(route, webbed, wind=800.0)
    shear = 1.5 * 800 * 2.7 / 2
    first_moment = leaf * apart / 2
    assert found.demand[0, 3] == pytest.approx(shear * first_moment / inertia / (web / spacing), rel=1e-6)
    assert found.capacity[0, 3] == found.capacity[0, 1]  # the bond, as across the layers
    assert checked(route, webbed, wind=1600.0).utilisation[0, 3] == pytest.approx(2 * found.utilisation[0, 3])
    assert checked(route, solid(0.25)).utilisation[0, 3] == 0.0


def test_what_presses_a_bed_joint_makes_it_harder_to_slide() -> None:
    # 0.2 + 0.4·0.5 = 0.4 MPa; no more than 0.065·25 = 1.625 MPa, nor less than at the start
    assert float(en1996.shear_strength_pa(0.2 * MPA, 0.5 * MPA, 25 * MPA)) == pytest.approx(0.4 * MPA)
    assert float(en1996.shear_strength_pa(0.2 * MPA, 9 * MPA, 25 * MPA)) == pytest.approx(1.625 * MPA)
    assert float(en1996.shear_strength_pa(0.2 * MPA, -1 * MPA, 25 * MPA)) == pytest.approx(0.2 * MPA)


def test_a_wall_just_carries_the_load_at_which_the_american_interaction_is_one() -> None:
    wall = solid(0.2)
    found = checked("aci318", wall, roof=300e3, live=200e3, wind=0.0, strength=10 * MPA)
    load, capacity = found.demand[0, 0], found.capacity[0, 0]
    own = 0.2 * 2.7 * 2100 * 9.81
    bent = (load - 1.2 * own) * 0.2 / 6 / 2
    nominal = aci318.axial_n_per_m(10 * MPA, 0.2, 2.7, 0.2)
    assert aci318.compression_interaction_ratio(bent, capacity, 10 * MPA, wall.modulus_m2, nominal) == pytest.approx(1)


def test_wind_and_the_bearing_of_the_roof_pull_at_the_same_face() -> None:
    wall, own = solid(0.2), 0.2 * 2.7 * 2100 * 9.81
    found = checked("en1992", wall, roof=10e3, wind=1000.0)
    moment = 1.5 * 1000 * 2.7**2 / 8 + 10e3 * (0.2 / 6) / 2
    assert found.moment_n[0] == pytest.approx(moment)
    assert found.demand[0, 1] == pytest.approx(moment / (0.2**2 / 6) - (10e3 + own / 2) / 0.2)


def test_of_two_leaves_apart_one_carries_and_the_other_is_pressed_by_itself_alone() -> None:
    wall = tied(0.1, 0.2)
    found = checked("en1996", wall, wind=1500.0)
    own = 0.2 * 2.7 * 2100 * 9.81
    assert found.demand[0, 0] == pytest.approx(1.35 * (8e3 + own / 2) + 1.5 * 4e3)
    assert found.axial_n_per_m[0] == pytest.approx(1.35 * (8e3 + own) + 1.5 * 4e3)
    # half of the wind on each leaf; half of half the weight of the wall above half its height
    stress = 1.5 * 1500 * 2.7**2 / 8 / 2 / (0.1**2 / 6) - own / 4 / 0.1
    assert found.demand[0, 1] == pytest.approx(stress)
    stiff, off = en1996.effective_thickness_m(0.1, 0.1), 2.7 / 450
    middle = en1996.middle_ratio(0.1 / 12 + off, 0.1, 2.7, stiff)
    ratio = min(float(middle), float(en1996.end_ratio(0.1 / 6 + off, 0.1)))
    assert found.capacity[0, 0] == pytest.approx(float(en1996.axial_n_per_m(ratio, 0.1, 25 * MPA)))


@pytest.mark.parametrize("route", ROUTES)
def test_leaves_apart_carry_less_than_half_of_a_wall_as_thick_as_both(route: str) -> None:
    assert checked(route, tied(0.1, 0.2)).capacity[0, 0] < 0.5 * checked(route, solid(0.2)).capacity[0, 0]


@pytest.mark.parametrize(
    ("route", "thick", "height", "is_out"),
    [
        ("aci318", 0.150, 2.7, False), ("aci318", 0.130, 2.7, True), ("aci318", 0.150, 3.7, True),
        ("tms402", 0.060, 2.7, False), ("tms402", 0.050, 2.7, True),
        ("en1996", 0.101, 2.7, False), ("en1996", 0.099, 2.7, True),
        ("en1992", 0.109, 2.7, False), ("en1992", 0.107, 2.7, True),
    ],
)  # fmt: skip
def test_walls_beyond_the_limit_of_a_code_are_not_plain(route: str, thick: float, height: float, is_out: bool) -> None:
    found = checked(route, solid(thick), height=height)
    assert (found.is_slender[0] or found.is_thin[0]) == is_out and found.is_weak[0] >= is_out


def test_a_wall_that_stands_free_is_a_cantilever() -> None:
    held, free = (checked("en1996", solid(0.3), roof=0.0, live=0.0, is_free=f) for f in (False, True))
    assert free.moment_n[0] == pytest.approx(4 * held.moment_n[0])
    assert free.demand[0, 2] == pytest.approx(2 * held.demand[0, 2])
    assert free.capacity[0, 0] < held.capacity[0, 0]
    # 1.5·800·2.7²/2 over 0.3²/6, less the weight of the whole wall
    assert free.demand[0, 1] == pytest.approx(4374 / 0.015 - 2.7 * 2100 * 9.81, rel=1e-6)


def test_a_wall_without_any_capacity_has_a_finite_utilisation() -> None:
    found = checked("en1992", solid(0.06), height=4.0, tension=0.0)
    assert np.all(np.isfinite(found.utilisation)) and found.worst[0] == 99.0 and found.is_slender[0]


def test_compression_helps_plain_walls_in_shear() -> None:
    bare = float(en1992.shear_n_per_m(0.3 * MPA, 0.0, 0.15))
    assert bare == pytest.approx(0.15 * 0.3 * MPA / 1.5)
    assert float(en1992.shear_n_per_m(0.3 * MPA, 0.9 * MPA, 0.15)) == pytest.approx(2 * bare)
    assert float(en1992.shear_n_per_m(0.3 * MPA, -0.2 * MPA, 0.15)) == bare


def test_joints_of_webs_carry_what_makes_two_leaves_one() -> None:
    stress = float(web_joint_shear_pa(2e3, 0.05, 0.2, 0.05, 0.6))
    inertia = float(double_leaf_inertia_m3(0.05, 0.2, 0.05, 0.6))
    assert stress == pytest.approx(2e3 * (0.05 * 0.1) / inertia * 12)
    # the slice between wall and head adds up to the pull in a leaf, N = M·(t·c/2)/I
    span = 2.7
    moment = 2e3 * span / 4
    pull = moment * 0.05 * 0.1 / inertia
    assert stress / 2 * (span / 2) * 0.05 / 0.6 == pytest.approx(pull)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ROUTES), st.booleans(), st.floats(0.08, 0.4), st.floats(2.2, 4.0), st.floats(0.0, 40e3),
    st.floats(0.0, 2000.0), st.floats(1.0, 1.5),
)  # fmt: skip
def test_more_strength_never_uses_more_and_more_height_or_load_never_less(
    route: str, is_tied: bool, thick: float, height: float, roof: float, wind: float, more: float
) -> None:
    wall = tied(thick / 2, 0.2) if is_tied else solid(thick)
    of: dict[str, Any] = {"roof": roof, "wind": wind}
    use = checked(route, wall, height, **of).utilisation[0]
    slack = 1e-9 + 1e-9 * use
    assert np.all(checked(route, wall, height, strength=25 * MPA * more, **of).utilisation[0] <= use + slack)
    assert np.all(checked(route, wall, height, tension=0.5 * MPA * more, **of).utilisation[0] <= use + slack)
    assert np.all(checked(route, wall, height, live=4e3 * more, **of).utilisation[0] >= use - slack)
    assert np.all(checked(route, wall, height, roof=roof, wind=wind * more).utilisation[0] >= use - slack)
    # its own weight presses a taller wall together more; where wind is, its moment grows faster
    assert checked(route, wall, height * more, **of).utilisation[0, 0] >= use[0] - slack[0]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ROUTES), st.floats(0.15, 0.3), st.floats(1.05, 1.5))
def test_thicker_solid_walls_never_use_more(route: str, thick: float, more: float) -> None:
    thin, wide = checked(route, solid(thick)), checked(route, solid(thick * more))
    assert wide.utilisation[0, 1] <= thin.utilisation[0, 1] + 1e-9
    assert wide.capacity[0, 0] >= thin.capacity[0, 0]


@pytest.mark.parametrize("route", ROUTES)
def test_walls_are_checked_apart_from_each_other_and_fast(route: str) -> None:
    n = 20
    t = np.linspace(0.1, 0.4, n)
    together = np.where(np.arange(n) % 3 == 0, 0.0, 1.0)
    inertia = np.where(together > 0, t**3, 2 * (t / 2) ** 3) / 12
    modulus = np.where(together > 0, t**2, 2 * (t / 2) ** 2) / 6
    own = t * 2.7 * 2.1e4
    loads = WallLoads(
        9e3 + own, np.full(n, 3e3), 9e3 + own / 2, np.full(n, 900.0), np.ones(n), np.ones(n), np.arange(n) % 5 == 0,
        np.zeros(n, dtype=bool),
    )  # fmt: skip
    walls = SetWalls(
        np.full(n, 2.7), Sections(t, t, inertia, modulus, together, together), loads, np.arange(n) % 2 == 0, 20 * MPA,
        np.full(n, 0.4 * MPA), 1.5,
    )  # fmt: skip
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        found = set_check(walls, route)
        best = min(best, time.perf_counter() - start)
    assert best < 2e-3
    k = 6  # leaves apart
    part = slice(k, k + 1)
    one = SetWalls(
        walls.height_m[part], Sections(*(v[part] for v in (t, t, inertia, modulus, together, together))),
        loads.of(np.array([k])), walls.is_external[part], 20 * MPA, walls.tension_pa[part], 1.5,
    )  # fmt: skip
    assert set_check(one, route).utilisation[0] == pytest.approx(found.utilisation[k])
