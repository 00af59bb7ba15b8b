"""Calibration: a site's own buildings move the defaults as far as they tell, and --site uses them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from estimator.cli import cli
from estimator.document import as_document
from estimator.errors import UsageError
from estimator.estimate import estimate
from estimator.overrides import parse_overrides
from estimator.readers import read_plan
from estimator.sampling import pert
from estimator.site_file import SiteFact, read_site, site_text
from estimator.times import StatedTimes
from estimator.validation.calibration import AVAILABILITY, MOTION, Fit, fits, held_out, range_of
from estimator.validation.cases import packaged_cases
from estimator.validation.validate import PLAN_SPREAD, Validation, validate
from materials import Fact, load_terms
from printers import Fact as PrinterFact

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "examples" / "rectangular-72.json"


@cache
def packaged() -> Validation:
    return validate(packaged_cases(), 500)


def own_case(folder: Path, name: str, nozzle_s: float) -> str:
    (folder / "house.json").write_text(HOUSE.read_text(encoding="utf-8"), encoding="utf-8")
    file = folder / f"{name}.toml"
    file.write_text(
        f'name = "{name}"\ngrade = "A"\nmachine = "gantry"\nprinter = "cobod-bod2"\nregion = "usa"\n'
        f'plan = "house.json"\n[[published]]\nquantity = "nozzle_s"\nvalue = {nozzle_s}\nkind = "measured"\n',
        encoding="utf-8",
    )
    return str(file)


def test_the_default_in_use_is_the_one_that_the_packaged_buildings_give() -> None:
    fitted = {f.key: f for f in fits(packaged())}
    assert fitted[MOTION].value == pytest.approx(float(load_terms().motion_time_ratio), rel=0.15)
    assert len(fitted[MOTION].values) >= 12 and len(fitted[AVAILABILITY].values) >= 6


def test_the_range_in_use_is_what_the_spread_of_plans_leaves_of_that_of_buildings() -> None:
    (motion,) = [f for f in fits(packaged()) if f.key == MOTION]
    low, high = range_of(1.0, float(np.sqrt(motion.spread**2 - PLAN_SPREAD**2)), (0.1, 10.0))
    fact = load_terms().facts["motion_time_ratio"]
    assert (fact.low, fact.high) == (pytest.approx(low, abs=0.06), pytest.approx(high, abs=0.06))


def test_a_building_is_predicted_by_the_others_alone() -> None:
    fit = Fit(MOTION, {"a": 1.0, "b": 4.0, "c": 9.0})
    assert fit.without("a") == pytest.approx(6.0) and fit.value == pytest.approx(36 ** (1 / 3))
    assert Fit(MOTION, {"a": 2.0}).without("a") == 2.0
    v = packaged()
    fitted = fits(v)
    ratios = held_out(v, fitted)["nozzle_s"]
    row = next(r for r in v.rows if r.published.is_scored and r.published.quantity == "nozzle_s")
    e, others = row.estimate, {f.key.partition(".")[2]: f.without(row.case.id) for f in fitted}
    blind = StatedTimes(
        e.motion, e.printer.replace(availability=others["availability"]), e.mix,
        e.terms.replace(motion_time_ratio=others["motion_time_ratio"]),
    ).of(e.work)  # fmt: skip
    now = StatedTimes(e.motion, e.printer, e.mix, e.terms).of(e.work)
    assert ratios[0] == pytest.approx(row.ratio * float(blind.nozzle_s) / float(now.nozzle_s))


@pytest.mark.parametrize("spread", [0.15, 0.3, 0.5])
def test_a_range_has_the_percentiles_of_the_lognormal_it_stands_for(spread: float) -> None:
    low, high = range_of(2.0, spread, (0.01, 100.0))
    p10, p90 = pert(low, 2.0, high, np.array([0.1, 0.9]))
    assert (p10, p90) == (
        pytest.approx(2 * np.exp(-1.2816 * spread), rel=0.01),
        pytest.approx(2 * np.exp(1.2816 * spread), rel=0.01),
    )
    assert range_of(2.0, 0.0, (0.01, 100.0)) == (2.0, 2.0)


def test_more_buildings_move_the_default_further_and_narrow_its_range(tmp_path: Path) -> None:
    runner, found = CliRunner(), []
    plan = read_plan(HOUSE)
    predicted = estimate(plan, printer="cobod-bod2", region="usa", methods=(), samples=500, with_settings=False)
    slow = 2.0 * as_document(predicted)["uncertainty"]["nozzle_s"]["p50"]
    for count in (1, 3):
        cases = [own_case(tmp_path, f"house-{k}", slow) for k in range(count)]
        site = tmp_path / f"site-{count}.toml"
        run = runner.invoke(cli, ["calibrate", *cases, "--samples", "500", "-f", "json", "-o", str(site)])
        assert run.exit_code == 0, run.output
        (fact,) = json.loads(run.stdout)["facts"]
        found.append(fact)
        written = read_site(site).terms["motion_time_ratio"]
        assert isinstance(written, Fact) and written.value == pytest.approx(fact["value"], rel=1e-3)
    usual = load_terms().facts["motion_time_ratio"]
    one, three = found
    assert usual.value < one["value"] < three["value"] < 2 * usual.value * 1.1
    ratio = [np.log(f["high"] / f["low"]) for f in (one, three)]
    assert ratio[1] < ratio[0] < np.log(usual.high / usual.low)


def test_a_site_changes_the_estimate_and_set_wins_over_it(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    facts = [SiteFact(MOTION, 2.0, 1.2, 2.4, 'Slow "here".'), SiteFact(AVAILABILITY, 0.5, 0.4, 0.6, "Breaks.")]
    site.write_text(site_text("Rainy hill", facts), encoding="utf-8")
    runner = CliRunner()

    def time_of(*options: str) -> dict[str, float]:
        run = runner.invoke(cli, ["estimate", str(HOUSE), "--samples", "0", "-f", "json", *options])
        assert run.exit_code == 0, run.output
        document = json.loads(run.stdout)
        return {**document["time"], **{a["name"]: a["value"] for a in document["assumptions"]}}

    usual, here = time_of(), time_of("--site", str(site))
    assert here["deposition_s"] == pytest.approx(2 * usual["deposition_s"], rel=1e-6)
    assert (here["terms.motion_time_ratio"], here["printer.availability"]) == (2.0, 0.5)
    assert time_of("--site", str(site), "--set", "terms.motion_time_ratio=1")["deposition_s"] == usual["deposition_s"]
    kept = parse_overrides([], None, read_site(site)).printer["availability"]
    assert isinstance(kept, PrinterFact) and kept.note == "Breaks."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "cannot be read as a file of a site"),
        ('schema = "other/1"\n', "is no file of a site"),
        ('schema = "printhouse-site/1"\n[facts."terms.speed"]\nvalue = 1\n', "terms.speed: is no number that"),
        ('schema = "printhouse-site/1"\n[facts."boat.speed"]\nvalue = 1\n', "boat.speed: is no number that"),
        ('schema = "printhouse-site/1"\n[facts."printer.availability"]\nvalue = 0.5\n', "gives no numbers value"),
        (
            'schema = "printhouse-site/1"\n[facts."printer.availability"]\nvalue = 0.5\nlow = 0.6\nhigh = 0.7\n',
            "they have to rise within",
        ),
    ],
)
def test_a_broken_file_of_a_site_is_refused_with_its_entry(tmp_path: Path, text: str, said: str) -> None:
    site = tmp_path / "site.toml"
    site.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_site(site)
    run = CliRunner().invoke(cli, ["estimate", str(HOUSE), "--samples", "0", "--site", str(site)])
    assert run.exit_code == 2


def test_calibrate_says_what_it_needs(tmp_path: Path) -> None:
    runner, case = CliRunner(), Path(own_case(tmp_path, "mine", 50_000))
    run = runner.invoke(cli, ["calibrate", str(case), "-o", str(tmp_path / "site.json")])
    assert run.exit_code == 2 and "ends in .toml" in run.output
    case.write_text(case.read_text(encoding="utf-8").replace("nozzle_s", "layers"), encoding="utf-8")
    run = runner.invoke(cli, ["calibrate", str(case), "--samples", "100", "-o", str(tmp_path / "site.toml")])
    assert run.exit_code == 2 and "no case has a scored value" in run.output
    assert not (tmp_path / "site.toml").exists()
    assert runner.invoke(cli, ["calibrate"]).exit_code == 2
