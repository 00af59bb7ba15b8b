"""Material: printed, lost, ordered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.quantities import Quantities, print_quantities
from estimator.times import Work, print_times
from materials import load_mix, load_terms
from printers import Printer, load_printer
from tests.helpers import values, work

GANTRY = load_printer("cobod-bod2").replace(start_waste_m3=0.0002, hose_volume_m3=0.09)
MIX = load_mix("bagged-mortar").replace(density_kg_per_m3=2100, waste_fraction=0.04, carbon_kg_per_m3=480)
OVER = float(load_terms().over_extrusion_ratio)


def of(what: Work, printer: Printer = GANTRY) -> tuple[Quantities, float]:
    """Quantities, and how many shifts they took."""
    numbers = values(printer, MIX)
    k = len(what.layers)
    times = print_times(what, np.full(k, 100.0), np.full(k, 20.0), printer, *numbers)
    return print_quantities(what, times, printer, *numbers), float(times.print_days)


def test_quantities_can_be_added_up_by_hand() -> None:
    # 10 m³ of beads; 4 % lost; 2 starts in each of 100 layers lose 0.2 L; 90 L stay in the hose each shift
    found, shifts = of(work(bead_volume=10.0))
    assert found.printed_volume_m3 == pytest.approx(10 * OVER)
    assert found.waste_m3 == pytest.approx(0.04 * 10 * OVER + 200 * 0.0002 + shifts * 0.09)
    assert found.ordered_volume_m3 == pytest.approx(found.printed_volume_m3 + found.waste_m3)
    assert found.printed_mass_kg == pytest.approx(10 * OVER * 2100)
    assert found.carbon_kg == pytest.approx(found.ordered_volume_m3 * 480)


def test_a_head_that_never_stops_throws_the_gaps_aside_and_wastes_no_starts() -> None:
    what = work(bead_volume=10.0, travel_volume=2.0)
    found, shifts = of(what, GANTRY.replace(continuity="never-stop"))
    assert found.waste_m3 == pytest.approx((0.04 * 10 + 2.0) * OVER + shifts * 0.09)


def test_a_head_that_runs_over_gaps_wastes_one_start_a_layer_and_no_gap() -> None:
    what = work(bead_volume=10.0, travel_volume=2.0)
    found, shifts = of(what, GANTRY.replace(continuity="run-over"))
    assert found.waste_m3 == pytest.approx(0.04 * 10 * OVER + 100 * 0.0002 + shifts * 0.09)


@given(st.floats(0.1, 100), st.floats(1.0, 3.0))
def test_more_wall_never_needs_less_material(volume: float, by: float) -> None:
    less, more = (of(work(bead_volume=v))[0] for v in (volume, volume * by))
    assert more.ordered_volume_m3 >= less.ordered_volume_m3
    assert more.carbon_kg >= less.carbon_kg
