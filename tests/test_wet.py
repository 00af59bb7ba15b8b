"""The check of wet walls: published examples come out of it, and schedules act on it as they must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.structure.buckling import shell_strength_ratio
from estimator.structure.collapse import utilisation
from estimator.structure.growth import Accelerating, Floats, Growth, Linear, Saturating
from estimator.structure.wet import Believed, Mode, fastest_rise_m_per_s, wet_check
from estimator.structure.wet_heights import WetWalls

IDEAL = Believed(plastic_ratio=1.0, buckling_ratio=1.0, collapse_ratio=1.39, spread_ratio=1.1)
USUAL = Believed(plastic_ratio=0.6, buckling_ratio=0.5, collapse_ratio=1.39, spread_ratio=1.1)
STRENGTH = Linear(start_pa=5984.0, rate_pa_per_s=2.45)
MODULUS = Linear(start_pa=78.1e3, rate_pa_per_s=20.0)
RIGID = Linear(start_pa=1e12, rate_pa_per_s=0.0)

DOUBLE = {"leaf_m": 0.05, "area_m": 0.1125, "inertia_m3": 1.044271e-3}
"""Two leaves of 50 mm, 250 mm overall, webs of 50 mm each 600 mm."""


def walls(
    laid_s: Floats,
    layer_m: Floats | float = 0.02,
    *,
    leaf_m: float = 0.05,
    area_m: float | None = None,
    inertia_m3: float | None = None,
    panel_m: float = np.inf,
    radius_m: float = np.inf,
    density: float = 2070.0,
    set_s: float = np.inf,
    strength: Growth = STRENGTH,
    modulus: Growth = MODULUS,
) -> WetWalls:
    """Walls of one kind; the columns of `laid_s` are walls."""
    laid = np.asarray(laid_s, float)
    laid = laid[:, None] if laid.ndim == 1 else laid
    count = laid.shape[1]
    numbers = {
        "leaf_m": leaf_m, "area_m": area_m or leaf_m, "inertia_m3": inertia_m3 or leaf_m**3 / 12, "panel_m": panel_m,
        "radius_m": radius_m, "density_kg_per_m3": density, "set_time_s": set_s,
    }  # fmt: skip
    return WetWalls(
        layer_height_m=np.broadcast_to(np.reshape(layer_m, (-1, 1)), laid.shape),
        deposited_s=laid,
        strength=strength,
        modulus=modulus,
        poisson_ratio=0.3,
        **{name: np.full(count, float(value)) for name, value in numbers.items()},
    )


# --- examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("interval_s", "pause_s", "layers"), [(60, 0, 22), (120, 0, 50), (60, 1200, 33)])
def test_layers_that_stand_are_those_of_the_example(interval_s: float, pause_s: float, layers: int) -> None:
    # TV-D2d: 6 kPa + 0.15 kPa/min, 2100 kg/m³, 20 mm
    laid = interval_s * np.arange(80.0) + pause_s * (np.arange(80) >= 12)
    law = Linear(start_pa=6000.0, rate_pa_per_s=2.5)

    def margin(count: int) -> float:
        check = wet_check(walls(laid[:count], density=2100, strength=law, modulus=RIGID), IDEAL)
        return float(check.margin_ratio[0])

    assert margin(layers) > 1 >= margin(layers + 1)


def test_the_free_wall_leans_at_the_height_of_the_example() -> None:
    # TV-D3: 55 mm, 9.5 mm each 48.077 s, 2100 kg/m³: 0.215666 m; layers are a little younger than their depth
    wall = walls(48.077 * np.arange(22), 0.0095, leaf_m=0.055, density=2100)
    check = wet_check(wall, IDEAL)
    assert float(check.margins[0, Mode.LEAF]) * 22 * 0.0095 == pytest.approx(0.215666, rel=0.003)
    assert Mode(check.mode[0]) is Mode.LEAF
    assert (check.layer[0], check.after[0]) == (0, 21)


def test_the_double_leaf_leans_or_buckles_at_the_heights_of_the_example() -> None:
    # D5 at 0.1 m/h: the whole 1.4541 m; a free leaf 0.2717 m, a panel of 0.6 m 0.956 m (the table gives less there)
    laid = 720 * np.arange(50)
    free = wet_check(walls(laid, **DOUBLE), IDEAL)
    assert float(free.margins[0, Mode.SECTION]) == pytest.approx(1.4541, rel=0.01)
    assert float(free.margins[0, Mode.LEAF]) == pytest.approx(0.2717, rel=0.02)
    held = wet_check(walls(laid, **DOUBLE, panel_m=0.6), IDEAL)
    assert 0.88 < float(held.margins[0, Mode.LEAF]) < 0.957


def test_the_cylinder_falls_where_the_models_say() -> None:
    # D6: unconfined strength 37 layers; perfect shell 45.4 layers, here one less by its younger layers
    def check(count: int) -> list[float]:
        laid = 18.85 * np.arange(count)
        return wet_check(walls(laid, 0.01, leaf_m=0.04, radius_m=0.25), IDEAL).margins[0].tolist()

    assert check(37)[Mode.PLASTIC] > 1 > check(38)[Mode.PLASTIC]
    assert check(44)[Mode.LEAF] > 1 > check(46)[Mode.LEAF]
    assert check(44)[Mode.SECTION] == np.inf


def test_what_has_set_holds_the_rest_by_its_foot() -> None:
    # D7: 0.1 m/h and 3 h of setting leave 0.3 m free; 1 m/h and 1 h leave 1.0 m
    for rise_m_per_h, set_h, young_m in ((0.1, 3, 0.3), (1.0, 1, 1.0)):
        laid = 0.02 / (rise_m_per_h / 3600) * np.arange(150)
        no_growth = Linear(start_pa=78.1e3, rate_pa_per_s=0.0)
        check = wet_check(walls(laid, set_s=set_h * 3600, modulus=no_growth, strength=RIGID), USUAL)
        assert float(check.margin_ratio[0]) == pytest.approx(0.5 * 0.1904 / young_m, rel=1e-3)  # D4: 0.1904 m free


def test_nothing_is_stronger_than_at_the_age_it_was_measured_to() -> None:
    laid = 600 * np.arange(60)
    known = replace(STRENGTH, measured_s=1800.0), replace(MODULUS, measured_s=1800.0)
    less = wet_check(walls(laid, strength=known[0], modulus=known[1]), USUAL).margins[0]
    assert np.all(less <= wet_check(walls(laid), USUAL).margins[0])
    # 2070·9.81·1.2 m on 5984 + 2.45·1800
    assert float(less[Mode.PLASTIC]) == pytest.approx(0.6 * (5984 + 2.45 * 1800) / (2070 * 9.81 * 1.2))


# --- many at once --------------------------------------------------------------------------------


def mixed_walls(seed: int = 4, count: int = 12, layers: int = 40) -> WetWalls:
    rng = np.random.default_rng(seed)
    height = np.where(np.arange(layers)[:, None] < rng.integers(5, layers, count), rng.uniform(0.01, 0.03, count), 0.0)
    laid = np.cumsum(np.where(height > 0, rng.uniform(20, 900, (layers, count)), 0.0), axis=0)
    leaf = rng.uniform(0.03, 0.08, count)
    double = rng.random(count) < 0.5
    return WetWalls(
        layer_height_m=height,
        deposited_s=laid,
        leaf_m=leaf,
        area_m=np.where(double, 2.2 * leaf, leaf),
        inertia_m3=np.where(double, 2 * leaf * 0.1**2, leaf**3 / 12),
        panel_m=rng.choice([0.3, 0.6, np.inf], count),
        radius_m=rng.choice([0.5, np.inf, np.inf], count),
        density_kg_per_m3=rng.uniform(1900, 2300, count),
        set_time_s=rng.uniform(1800, 9000, count),
        strength=Linear(start_pa=rng.uniform(2e3, 9e3, count), rate_pa_per_s=rng.uniform(0.5, 4, count)),
        modulus=Linear(start_pa=rng.uniform(3e4, 1e5, count), rate_pa_per_s=rng.uniform(5, 40, count)),
        poisson_ratio=0.3,
    )


def column(many: WetWalls, k: int) -> WetWalls:
    """One of several walls."""
    one = {
        name: getattr(many, name)[..., k : k + 1]
        for name in (
            "layer_height_m", "deposited_s", "leaf_m", "area_m", "inertia_m3", "panel_m", "radius_m",
            "density_kg_per_m3", "set_time_s",
        )
    }  # fmt: skip
    laws = {
        name: Linear(start_pa=float(law.start_pa[k]), rate_pa_per_s=float(law.rate_pa_per_s[k]))
        for name, law in (("strength", many.strength), ("modulus", many.modulus))
    }
    return replace(many, **one, **laws)


def test_walls_checked_together_are_each_wall() -> None:
    many = mixed_walls()
    together, rates = wet_check(many, USUAL), fastest_rise_m_per_s(many, USUAL)
    for k in range(len(many.leaf_m)):
        alone = wet_check(column(many, k), USUAL)
        assert together.margins[k] == pytest.approx(alone.margins[0], rel=1e-12)
        assert (together.layer[k], together.after[k], together.mode[k]) == (
            alone.layer[0], alone.after[0], alone.mode[0],
        )  # fmt: skip
        assert rates[k] == pytest.approx(float(fastest_rise_m_per_s(column(many, k), USUAL)[0]), rel=1e-12)


def test_yielding_is_what_the_check_layer_by_layer_finds() -> None:
    many = mixed_walls(9)
    law = Linear(
        start_pa=np.reshape(many.strength.start_pa, (-1, 1)),
        rate_pa_per_s=np.reshape(many.strength.rate_pa_per_s, (-1, 1)),
    )
    use = utilisation(
        many.layer_height_m.T, many.deposited_s.T, many.density_kg_per_m3[:, None], law, many.set_time_s[:, None]
    )
    assert wet_check(many, USUAL).margins[:, Mode.PLASTIC] == pytest.approx(0.6 / use.max(axis=1))


def test_a_wall_without_layers_stands_and_no_wall_is_no_trouble() -> None:
    for layers in (0, 1):
        nothing = wet_check(walls(np.zeros((layers, 2)), 0.0), USUAL)
        assert np.all(nothing.margin_ratio > 1e6) and np.all(nothing.probability == 0)
        assert np.all(np.isinf(fastest_rise_m_per_s(walls(np.zeros((layers, 2)), 0.0), USUAL)))
    assert wet_check(walls(np.zeros((3, 0))), USUAL).margins.shape == (0, 3)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    good = walls(np.arange(4.0))
    with pytest.raises(ValueError, match=r"deposited_s has shape \(3, 1\) instead of \(4, 1\)"):
        replace(good, deposited_s=np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"panel_m has shape \(2,\) instead of \(1,\)"):
        replace(good, panel_m=np.zeros(2))


# --- what must hold --------------------------------------------------------------------------------

Laws = tuple[Growth, Growth]

gaps_s = st.lists(st.floats(5, 2000), min_size=2, max_size=30)
laws = st.sampled_from(
    [
        (STRENGTH, MODULUS),
        (
            Saturating(start_pa=6000.0, final_ratio=4.0, rate_per_s=3e-4),
            Saturating(start_pa=8e4, final_ratio=5.0, rate_per_s=3e-4),
        ),
        (
            Accelerating(start_pa=3000.0, rate_pa_per_s=1.0, time_constant_s=3600.0),
            Accelerating(start_pa=5e4, rate_pa_per_s=15.0, time_constant_s=3600.0),
        ),
    ]
)
KINDS: list[dict[str, float]] = [{}, {"panel_m": 0.3}, {**DOUBLE, "panel_m": 0.6}, {"radius_m": 0.4}]
kinds = st.sampled_from(KINDS)
SLACK = 0.04
"""Critical heights stand for the real run of stiffness with depth by its mean; they may trade places within this."""


@given(gaps_s, laws, kinds, st.integers(0, 29), st.floats(0, 20_000), st.sampled_from([np.inf, 3600.0]))
@settings(deadline=None, max_examples=150)
def test_a_pause_never_hurts(
    gaps: list[float], law: Laws, kind: dict[str, float], before: int, pause: float, set_s: float
) -> None:
    laid = np.cumsum(gaps)
    rested = laid + pause * (np.arange(len(laid)) >= before)
    given = {"strength": law[0], "modulus": law[1], "set_s": set_s, **kind}
    with_pause, without = (wet_check(walls(t, **given), USUAL) for t in (rested, laid))
    assert with_pause.margins[0, 0] >= without.margins[0, 0] * (1 - 1e-9)
    if "radius_m" in kind:
        assert np.all(with_pause.margins >= without.margins * (1 - SLACK))


@given(gaps_s, laws, kinds, st.floats(0.05, 1), st.sampled_from([np.inf, 3600.0]))
@settings(deadline=None, max_examples=150)
def test_printing_faster_is_never_safer(
    gaps: list[float], law: Laws, kind: dict[str, float], share: float, set_s: float
) -> None:
    laid = np.cumsum(gaps)
    given = {"strength": law[0], "modulus": law[1], "set_s": set_s, **kind}
    faster, slower = (wet_check(walls(t, **given), USUAL) for t in (share * laid, laid))
    assert faster.margins[0, 0] <= slower.margins[0, 0] * (1 + 1e-9)
    if "radius_m" in kind:
        assert np.all(faster.margins <= slower.margins * (1 + SLACK))
        assert faster.probability[0] >= slower.probability[0] * (1 - 3 * SLACK)


def test_a_rest_seldom_turns_what_is_said_of_buckling() -> None:
    """Few moments of a print are looked at for buckling; another can be worse after a rest within setting."""
    rng = np.random.default_rng(11)
    worse, governing, turned, tried = 0, 0, 0, 600
    for k in range(tried):
        layers, kind = int(rng.integers(3, 31)), KINDS[k % len(KINDS)]
        laid = np.cumsum(rng.uniform(30, 2000) * rng.uniform(0.7, 1.3, layers))
        rested = laid + rng.uniform(0, 7200) * (np.arange(layers) >= rng.integers(1, layers))
        given = {"set_s": 3600.0 if k % 2 else np.inf, **kind}
        before, after = (wet_check(walls(t, **given), USUAL).margins[0] for t in (laid, rested))
        worse += bool(np.any(after < before * (1 - SLACK)))
        governing += bool(after.min() < before.min() * (1 - SLACK))
        turned += bool(before.min() >= 1.0 > after.min())
    assert worse <= 0.01 * tried and governing <= 0.002 * tried and turned == 0


@pytest.mark.parametrize("law", [STRENGTH, Accelerating(start_pa=3000.0, rate_pa_per_s=1.0, time_constant_s=3600.0)])
@pytest.mark.parametrize(
    "kind",
    [{}, {"panel_m": 0.3}, {**DOUBLE, "panel_m": 0.6}, {"radius_m": 0.4}],
    ids=["free", "panel", "double", "ring"],
)
@pytest.mark.parametrize("set_s", [3600.0, 9000.0])
def test_at_the_fastest_rate_a_wall_just_stands(law: Growth, kind: dict[str, float], set_s: float) -> None:
    even = walls(np.arange(150.0), strength=law, set_s=set_s, **kind)
    rate = float(fastest_rise_m_per_s(even, USUAL)[0])
    assert 1e-6 < rate < 0.1

    def margin(rise: float) -> float:
        return float(wet_check(replace(even, deposited_s=0.02 / rise * even.deposited_s), USUAL).margin_ratio[0])

    assert margin(rate) >= 1 - 0.01
    assert margin(1.35 * rate) < 1


def test_a_low_wall_may_rise_at_any_rate_and_a_hopeless_mix_at_none() -> None:
    low = walls(np.arange(2.0), 0.01)
    assert float(fastest_rise_m_per_s(low, USUAL)[0]) == np.inf
    weak = walls(np.arange(50.0), strength=Linear(start_pa=10.0, rate_pa_per_s=0.0))
    assert float(fastest_rise_m_per_s(weak, USUAL)[0]) == 0.0


def test_knock_downs_act_as_they_are_said_to() -> None:
    wall = walls(300 * np.arange(30), **DOUBLE, panel_m=0.6)
    ideal, usual = wet_check(wall, IDEAL), wet_check(wall, USUAL)
    assert usual.margins[0] == pytest.approx(ideal.margins[0] * [0.6, 0.5, 0.5])


def test_the_probability_is_that_of_the_population() -> None:
    # D6: half have fallen at 1.39; one tenth of collapses below 0.33, nine tenths below 5.84
    def probability(load_ratio: float) -> float:
        height = np.full(10, load_ratio * 5984.0 / (2070 * 9.81) / 10)
        still = replace(STRENGTH, rate_pa_per_s=0.0)
        return float(wet_check(walls(np.zeros(10), height, strength=still, modulus=RIGID), USUAL).probability[0])

    assert probability(1.39) == pytest.approx(0.5)
    assert [probability(0.33), probability(5.84)] == pytest.approx([0.1, 0.9], abs=0.01)


def test_a_ring_bears_what_the_shell_bears_if_that_is_more() -> None:
    laid = 60 * np.arange(40)
    straight, tight, wide = (
        float(wet_check(walls(laid, radius_m=r), USUAL).margins[0, Mode.LEAF]) for r in (np.inf, 0.3, 100.0)
    )
    assert tight > straight == wide
    foot = 78.1e3 + 20.0 * laid
    shell = float(shell_strength_ratio(0.05, 0.3, 0.3)) * foot / (2070 * 9.81 * 0.02 * np.arange(1, 41))
    assert tight == pytest.approx(0.5 * shell.min())


def load_factor(wall: WetWalls, after: int) -> float:
    """Weight that makes a free wall lean, over its own, right after a layer is laid; layer by layer, from the top."""
    height = wall.layer_height_m[: after + 1, 0][::-1]
    age = (wall.deposited_s[after, 0] - wall.deposited_s[: after + 1, 0])[::-1]
    stiffness = np.asarray(wall.modulus.at(age)) * wall.leaf_m[0] ** 3 / (12 * (1 - 0.3**2))
    weight = float(wall.weight_pa_per_m[0]) * wall.leaf_m[0]

    def stands(factor: float) -> bool:
        s, turn, moment = 0.0, 1.0, 0.0
        for h, d in zip(height, stiffness, strict=True):
            for _ in range(20):  # midpoint rule: the slope falls to nought at the foot of a wall that leans
                half = h / 40
                mid_turn = turn + half * moment / d
                mid_moment = moment - half * factor * weight * s * turn
                turn += 2 * half * mid_moment / d
                moment -= 2 * half * factor * weight * (s + half) * mid_turn
                s += 2 * half
            if turn <= 0:
                return False
        return True

    low, high = 0.0, 1.0
    while stands(high):
        low, high = high, 2 * high
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if stands(middle) else (low, middle)
    return low


@pytest.mark.parametrize("seed", range(12))
def test_walls_with_pauses_lean_where_the_plate_layer_by_layer_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps = rng.uniform(20, 120, 24) + rng.choice([0, 0, 0, 0, 1800], 24)
    laid = np.cumsum(gaps)
    wall = walls(laid)
    after = int(wet_check(wall, IDEAL).after[0])
    factor = min(load_factor(wall, k) for k in range(4, 24))
    assert load_factor(wall, after) <= factor * 1.05
    # a wall whose modulus is taken down by that factor is just about to lean
    critical = replace(wall, modulus=wall.modulus.times(1 / factor))
    assert 0.95 < float(wet_check(critical, IDEAL).margins[0, Mode.LEAF]) < 1.06
