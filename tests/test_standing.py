"""What later estimates share with earlier ones: the same figures, and one object where nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from estimator import as_document, estimate
from estimator.estimate import Estimate
from materials import load_mix, load_region, load_terms
from printers import load_printer
from tests.helpers import box, plan

PRINTER = load_printer("cobod-bod2")
MIX = load_mix(PRINTER.default_mix)
USUAL: dict[str, Any] = {"printer": PRINTER, "mix": MIX, "region": "usa", "samples": 0}


def made(known: Estimate | None = None, **changes: Any) -> Estimate:
    geometries = () if known is None else known.geometries
    return estimate(plan(*box(8.0, 6.0)), geometries=geometries, **{**USUAL, **changes})


PRICES = {
    "mix": {"mix": MIX.replace(price_per_m3=123.0)},
    "hire": {"printer": PRINTER.replace(hire_rate_per_day=77.0)},
    "wages": {"region": load_region("usa").replace(mason_rate_per_h=99.0)},
    "carbon": {"mix": MIX.replace(carbon_kg_per_m3=250.0)},
    "methods": {"methods": ["timber-frame"]},
}
OTHERS = {
    "strength": {"mix": MIX.replace(set_time_s=3 * float(MIX.set_time_s))},
    "crew": {"printer": PRINTER.replace(crew_persons=5.0)},
    "shift": {"printer": PRINTER.replace(shift_time_s=20_000.0)},
    "speed": {"printer": PRINTER.replace(print_speed_m_per_s=0.05)},
    "place": {"region": "germany"},
    "code": {"route": "en1996"},
    "pace": {"pace": "safe"},
    "terms": {"terms": load_terms().replace(lintel_bearing_m=0.3)},
}


@pytest.mark.parametrize("change", [*PRICES, *OTHERS])
def test_what_is_shared_gives_the_figures_of_a_fresh_estimate(change: str) -> None:
    changes = {**PRICES, **OTHERS}[change]
    first = made()
    assert as_document(made(first, **changes)) == as_document(made(**changes))
    assert as_document(made(first)) == as_document(first)


@pytest.mark.parametrize("change", PRICES)
def test_prices_leave_the_structure_one_object(change: str) -> None:
    first = made()
    assert made(first, **PRICES[change]).structure is first.structure


@pytest.mark.parametrize("change", OTHERS)
def test_what_bears_on_the_structure_makes_a_new_one(change: str) -> None:
    first = made()
    assert made(first, **OTHERS[change]).structure is not first.structure


def test_printer_and_mix_leave_the_conventional_houses_one_object() -> None:
    first = made()
    assert made(**PRICES["mix"]).outcome.beside is first.outcome.beside
    assert made(printer="icon-vulcan-2", mix=None).outcome.beside is first.outcome.beside
    for change in ("wages", "methods"):
        assert made(**PRICES[change]).outcome.beside is not first.outcome.beside


def test_a_document_that_is_changed_leaves_the_next_as_it_was() -> None:
    e = made()
    before = as_document(e)
    spoiled = as_document(e)
    for method in spoiled["conventional"]:
        method["lines"].clear()
    assert as_document(e) == before == as_document(e, may_change=False)
