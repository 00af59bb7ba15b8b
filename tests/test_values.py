"""Facts as numbers: stated values, and samples that can be repeated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.values import Draw, Samples, Values
from printers import Fact


def fact(value: float, low: float, high: float) -> Fact:
    return Fact(value, low, high, "assumed", note="for the test")


def samples(of: Fact, name: str = "x", count: int = 100_000, seed: int = 1) -> np.ndarray:
    drawn = Samples(count, seed).number(name, of)
    assert isinstance(drawn, np.ndarray)
    return drawn


def test_the_estimate_takes_the_stated_value() -> None:
    assert Draw().number("x", fact(2, 1, 5)) == 2


@pytest.mark.parametrize(
    ("value", "low", "high", "mean", "sd"),
    # process_and_structure.md G2: speed derate, net/gross, waste; four and three digits are printed
    [(0.85, 0.60, 1.00, 0.8333, 0.0745), (0.60, 0.35, 0.85, 0.6000, 0.0945), (8, 3, 20, 9.17, 3.09)],
)
def test_samples_are_a_pert_distribution(value: float, low: float, high: float, mean: float, sd: float) -> None:
    drawn = samples(fact(value, low, high))
    error = sd / np.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(mean, abs=5 * error + 0.0005 * mean)
    assert drawn.mean() == pytest.approx((low + 4 * value + high) / 6, abs=5 * error)
    assert drawn.std() == pytest.approx(sd, rel=0.02)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0, 1e3), st.floats(0, 1e3))
def test_samples_stay_inside_the_range(low: float, left: float, right: float) -> None:
    of = fact(low + left, low, low + left + right)
    drawn = np.atleast_1d(np.asarray(Samples(200, 3).number("x", of)))
    assert np.all((drawn >= of.low) & (drawn <= of.high))


def test_a_mode_at_an_end_of_the_range_is_allowed() -> None:
    assert samples(fact(1, 1, 3)).mean() == pytest.approx((4 + 1 + 3) / 6, abs=0.01)
    assert samples(fact(3, 1, 3)).mean() == pytest.approx((12 + 1 + 3) / 6, abs=0.01)


def test_a_fact_without_a_range_is_its_value() -> None:
    assert Samples(10, 1).number("x", fact(2, 2, 2)) == 2


def test_a_fact_is_drawn_once() -> None:
    draw = Samples(50, 1)
    first, again = (draw.number("x", fact(2, 1, 5)) for _ in range(2))
    assert first is again
    assert set(draw.drawn) == {"x"}


def test_samples_can_be_repeated_and_differ_with_the_seed() -> None:
    assert np.array_equal(samples(fact(2, 1, 5)), samples(fact(2, 1, 5)))
    assert not np.array_equal(samples(fact(2, 1, 5)), samples(fact(2, 1, 5), seed=2))


def test_samples_do_not_depend_on_what_else_is_drawn() -> None:
    one, two = Samples(50, 1), Samples(50, 1)
    one.number("a", fact(2, 1, 5))
    late = one.number("b", fact(3, 1, 5))
    early = two.number("b", fact(3, 1, 5))
    two.number("a", fact(2, 1, 5))
    assert np.array_equal(late, early)


def test_two_facts_are_independent() -> None:
    a, b = samples(fact(2, 1, 5), "a"), samples(fact(2, 1, 5), "b")
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.02


def test_the_numbers_of_a_record_carry_its_name() -> None:
    draw = Draw()
    numbers = Values("printer", {"power_w": fact(12, 6, 15)}, draw)
    assert numbers.power_w == 12
    assert numbers.get("power_w", 0.0) == 12
    assert numbers.get("rebar", 7.0) == 7.0
    assert "power_w" in numbers
    assert "rebar" not in numbers
    assert set(draw.used) == {"printer.power_w"}


def test_an_unknown_number_is_named() -> None:
    with pytest.raises(AttributeError, match="printer has no value 'powr'"):
        _ = Values("printer", {}, Draw()).powr
