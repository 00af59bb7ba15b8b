"""The same plan on several printers."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import PlanError, UsageError, compare, estimate, read_plan
from estimator.ledger import total
from estimator.overrides import parse_overrides
from estimator.plan import Plan
from printers import ProfileError, load_printer, printer_ids


@pytest.fixture(scope="module")
def house(repo_root: Path) -> Plan:
    return read_plan(repo_root / "examples" / "rectangular-72.json")


def test_every_printer_is_a_row_or_a_reason(house: Plan) -> None:
    c = compare(house, samples=0)
    rows, refused = {e.printer.id for e in c.estimates}, {r.printer for r in c.refusals}
    assert rows | refused == set(printer_ids()) and not rows & refused
    assert "cobod-bod2" in rows
    assert all(r.reason and r.code for r in c.refusals)


def test_rows_come_cheapest_first(house: Plan) -> None:
    stated = [float(total(e.outcome.lines)) for e in compare(house, samples=0).estimates]
    assert stated == sorted(stated) and len(stated) > 1
    drawn = [e.uncertainty.spread["cost"].p50 for e in compare(house, samples=200).estimates if e.uncertainty]
    assert drawn == sorted(drawn) and len(drawn) == len(stated)


def test_a_row_is_the_estimate_of_its_printer(house: Plan) -> None:
    (row,) = compare(house, ["icon-vulcan-2"], samples=0).estimates
    alone = estimate(house, printer="icon-vulcan-2", samples=0)
    assert float(total(row.outcome.lines)) == float(total(alone.outcome.lines))
    assert row.findings == alone.findings


def test_changes_are_made_to_every_printer(house: Plan) -> None:
    changes = parse_overrides(["printer.hire_rate_per_day=10", "terms.transport_rate_per_trip=0"])
    for e in compare(house, ["cobod-bod2", "icon-vulcan-2"], overrides=changes, samples=0).estimates:
        assert float(e.printer.hire_rate_per_day) == 10
        assert {line.code: float(line.amount) for line in e.outcome.lines}["transport"] == 0


def test_a_change_that_suits_only_some_printers_refuses_the_others(house: Plan) -> None:
    changes = parse_overrides(["reach_max_m=12"])
    c = compare(house, ["cobod-bod2", "apis-cor-2017"], overrides=changes, samples=0)
    assert "cobod-bod2" in {r.printer for r in c.refusals}
    with pytest.raises(UsageError, match="for stands machines only"):
        compare(house, ["cobod-bod2"], overrides=changes, samples=0)


def test_a_mix_or_wall_system_a_printer_cannot_print_is_a_reason(house: Plan) -> None:
    printers = ["cobod-bod2", "dus-kamermaker"]
    c = compare(house, printers, mix="bagged-mortar", samples=0)
    assert [r.printer for r in c.refusals] == ["dus-kamermaker"]
    assert "cannot print bagged-mortar" in c.refusals[0].reason
    c = compare(house, ["icon-vulcan-2", "cobod-bod2"], wall_system="double-leaf-webs", samples=0)
    assert all("cannot print 'double-leaf-webs'" in r.reason for r in c.refusals)


def test_printers_may_be_changed_by_hand(house: Plan) -> None:
    slow = load_printer("cobod-bod2").replace(print_speed_m_per_s=0.05)
    fast, other = compare(house, ["cobod-bod2", slow], samples=0).estimates
    assert float(fast.outcome.times.nozzle_s) < float(other.outcome.times.nozzle_s)


def test_progress_names_each_printer_in_turn(house: Plan) -> None:
    said: list[str] = []
    compare(house, ["cobod-bod2", "wasp-crane"], samples=0, progress=said.append)
    assert said == ["cobod-bod2", "wasp-crane"]


def test_what_is_wrong_for_all_is_an_error(house: Plan) -> None:
    from dataclasses import replace

    with pytest.raises(ProfileError, match="there is no printer 'cobod'"):
        compare(house, ["cobod"])
    with pytest.raises(UsageError, match="at least one"):
        compare(house, [])
    with pytest.raises(PlanError, match="no walls"):
        compare(replace(house, walls=()), samples=0)
