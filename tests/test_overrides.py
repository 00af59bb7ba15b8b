"""Facts changed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from estimator import UsageError, estimate, read_plan
from estimator.overrides import known_keys, parse_overrides
from estimator.plan import Plan
from materials import Mix, Region
from printers import Printer, load_printer


@pytest.fixture(scope="module")
def house(repo_root: Path) -> Plan:
    return read_plan(repo_root / "examples" / "rectangular-72.json")


def test_a_setting_changes_its_table_and_nothing_else(house: Plan) -> None:
    changes = parse_overrides(
        [
            "printer.print_speed_m_per_s=0.1",
            "mix.price_per_m3=300",
            "region.mason_rate_per_h=20",
            "terms.engineering_fraction=0",
            "terms.zigzag_pitch_m=0.5",
        ]
    )
    inputs = changes.applied("cobod-bod2", None, None, house)
    printer, mix, region, terms = inputs["printer"], inputs["mix"], inputs["region"], inputs["terms"]
    assert isinstance(printer, Printer) and isinstance(mix, Mix) and isinstance(region, Region) and terms is not None
    speed = printer.print_speed_m_per_s
    assert (speed.value, speed.low, speed.high, speed.basis) == (0.1, 0.1, 0.1, "assumed")
    assert speed.note == "set by the user"
    assert printer.travel_speed_m_per_s == load_printer("cobod-bod2").travel_speed_m_per_s
    assert float(mix.price_per_m3) == 300 and mix.id == load_printer("cobod-bod2").default_mix
    assert float(region.mason_rate_per_h) == 20 and region.id == house.region
    assert float(terms.engineering_fraction) == 0
    assert float(inputs["terms"].zigzag_pitch_m) == 0.5


def test_without_settings_names_stay_names(house: Plan) -> None:
    inputs = parse_overrides([]).applied(None, None, None, house)
    assert inputs["printer"] is inputs["mix"] is inputs["region"] is inputs["terms"] is None


def test_the_name_alone_will_do_where_one_table_has_it(house: Plan) -> None:
    assert parse_overrides(["bead_width_m=0.06"]).printer == {"bead_width_m": 0.06}
    assert parse_overrides(["open_time_s = 600"]).mix == {"open_time_s": 600.0}
    assert parse_overrides(["web_spacing_m=1"]).terms == {"web_spacing_m": 1.0}


def test_the_last_setting_of_a_key_wins() -> None:
    assert parse_overrides(["bead_width_m=0.06", "printer.bead_width_m=0.07"]).printer == {"bead_width_m": 0.07}


def test_words_and_whole_numbers_can_be_set_too() -> None:
    changes = parse_overrides(["printer.continuity=run-over", "max_storeys=2"])
    assert changes.printer == {"continuity": "run-over", "max_storeys": 2}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("printer.print_speed_m_per_s=0", "lies outside 0.001 to 2 m/s"),
        ("printer.print_speed_m_per_s=-1", "lies outside"),
        ("printer.print_speed_m_per_s=nan", "is not a number"),
        ("printer.print_speed_m_per_s=inf", "is not a number"),
        ("printer.print_speed_m_per_s=fast", "is not a number"),
        ("printer.print_speed_m_per_s=", "write key=value"),
        ("printer.print_speed_m_per_s", "write key=value"),
        ("=0.1", "write key=value"),
        ("printer.print_speed=0.1", "did you mean printer.print_speed_m_per_s"),
        ("print_sped_m_per_s=0.1", "did you mean printer.print_speed_m_per_s"),
        ("machine.power_w=10", "there is no table 'machine'"),
        ("printer.max_storeys=1.5", "give a whole number"),
        ("printer.continuity=sometimes", "use pause, run-over, never-stop"),
        ("terms.web_spacing_m=0", "lies outside 0.05 to 10 m"),
        ("xyzzy=1", "there is no such value"),
    ],
)
def test_an_impossible_setting_is_refused_with_one_sentence(setting: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_overrides([setting])
    assert said in str(caught.value)
    assert str(caught.value).startswith("--set ")
    assert "\n" not in str(caught.value)


def test_an_ambiguous_name_lists_the_tables_that_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**known_keys(), "terms.bead_width_m": known_keys()["printer.bead_width_m"]}
    monkeypatch.setattr("estimator.overrides.known_keys", lambda: known)
    with pytest.raises(UsageError, match=r"write printer\.bead_width_m or terms\.bead_width_m"):
        parse_overrides(["bead_width_m=0.05"])


def test_a_value_that_contradicts_the_profile_is_refused(house: Plan) -> None:
    with pytest.raises(UsageError, match="above print_speed_max_m_per_s"):
        parse_overrides(["print_speed_m_per_s=1.9"]).applied("cobod-bod2", None, None, house)
    with pytest.raises(UsageError, match="for stands machines only"):
        parse_overrides(["reach_max_m=9"]).applied("cobod-bod2", None, None, house)


def test_half_the_speed_takes_longer_and_is_listed_as_assumed(house: Plan) -> None:
    usual = estimate(house, printer="cobod-bod2", samples=0)
    inputs = parse_overrides(["print_speed_m_per_s=0.125"]).applied("cobod-bod2", None, None, house)
    slow = estimate(house, samples=0, **inputs)
    assert float(slow.outcome.times.deposition_s) > 1.5 * float(usual.outcome.times.deposition_s)
    assert slow.used["printer.print_speed_m_per_s"].note == "set by the user"
