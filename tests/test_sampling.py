"""Latin hypercube of PERT distributions: slices, quantiles, correlations, and the vector of the reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, spearmanr

from estimator.sampling import CORRELATED, draws, partner, pert, slices
from estimator.values import Samples
from printers import Fact


def test_every_slice_of_equal_probability_holds_one_draw() -> None:
    values, rank = draws("printer.power_w", 1.0, 2.0, 4.0, 1000, 1)
    left, right = 1 + 4 * (2 - 1) / 3, 1 + 4 * (4 - 2) / 3
    at = beta.cdf((values - 1) / 3, left, right)
    assert sorted(np.floor(at * 1000 + 1e-3 * (at < 0.5)).astype(int).tolist()) == pytest.approx(range(1000), abs=1)
    assert np.array_equal(np.argsort(np.argsort(values)), rank)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 1.0))
def test_quantiles_are_those_of_the_beta_distribution(mode: float) -> None:
    at = np.linspace(1e-4, 1 - 1e-4, 2001)
    exact = beta.ppf(at, 1 + 4 * mode, 1 + 4 * (1 - mode))
    assert np.abs(pert(0.0, mode, 1.0, at) - exact).max() < 1e-4


def test_means_settle_far_faster_than_independent_draws() -> None:
    # of 200 draws of a distribution of standard deviation 0.0945 the mean is 0.0067 off as a rule, here a twentieth
    error = [abs(draws(f"x{k}", 0.35, 0.60, 0.85, 200, 1)[0].mean() - 0.6) for k in range(40)]
    assert np.sqrt(np.mean(np.square(error))) < 0.0945 / np.sqrt(200) / 20


@pytest.mark.parametrize(("leader", "follower", "asked"), CORRELATED)
def test_pairs_have_the_rank_correlation_that_is_asked(leader: str, follower: str, asked: float) -> None:
    names = (leader.replace("*", "some-mix"), follower.replace("*", "some-mix"))
    one, other = (slices(name, 10_000, 3)[0] for name in names)
    assert spearmanr(one, other)[0] == pytest.approx(asked, abs=0.03)
    assert sorted(other.tolist()) == list(range(10_000))  # what it is drawn from stays the same


def test_others_are_independent_and_follow_nobody() -> None:
    one, other = (slices(name, 10_000, 3)[0] for name in ("printer.power_w", "region.mason_rate_per_h"))
    assert abs(spearmanr(one, other)[0]) < 0.03
    assert partner("printer.power_w") is None
    assert partner("mix.bagged-mortar.price_per_m3") == ("region.cement_rate_per_kg", 0.7)


def test_nobody_follows_one_who_follows() -> None:
    leaders, followers = {pair[0] for pair in CORRELATED}, [pair[1] for pair in CORRELATED]
    assert not leaders & set(followers) and len(set(followers)) == len(followers)


def test_gross_time_of_forty_net_hours_is_that_of_the_reference() -> None:
    # TV-G: 40 h over derate PERT 0.60/0.85/1.00 and net/gross PERT 0.35/0.60/0.85, independent
    draw = Samples(200_000, 5)
    derate, net = (
        draw.number(name, Fact(mode, low, high, "assumed", note="test vector"))
        for name, low, mode, high in (("derate", 0.60, 0.85, 1.00), ("net-over-gross", 0.35, 0.60, 0.85))
    )
    gross = 40 / (derate * net)
    assert np.mean(gross) == pytest.approx(82.7, abs=0.15)
    # printed are 64.3, 80.5, 104.3; twenty million independent draws give 64.32, 80.53, 104.51
    assert np.percentile(gross, (10, 50, 90)) == pytest.approx((64.3, 80.5, 104.3), abs=0.25)
    assert np.percentile(gross, (10, 50, 90)) == pytest.approx((64.32, 80.53, 104.51), abs=0.06)
