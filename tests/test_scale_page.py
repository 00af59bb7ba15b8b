"""docs/scale.md: ten thousand houses, a million and the whole published gap, added up by the commands that it names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scale.md"
GAP_HOUSEHOLDS = 440_000_000
"""Urban households in 2025 that live in substandard housing or are stretched by its cost: McKinsey Global Institute, A
blueprint for addressing the global affordable housing challenge, October 2014."""


def document(name: str, *arguments: str) -> dict[str, Any]:
    """What ``printhouse programme examples/NAME.toml`` says."""
    command = [
        sys.executable,
        "-m",
        "estimator.cli",
        "programme",
        f"examples/{name}.toml",
        "--format",
        "json",
        *arguments,
    ]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def amount(value: float, digits: int = 3) -> str:
    """A number of a few digits with a word for its size."""
    for size, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1e3, ",000")):
        if abs(value) >= size:
            if word == ",000":
                return f"{float(f'{value:.{digits}g}'):,.0f}"
            return f"{float(f'{value / size:.{digits}g}'):g}{word}"
    return f"{float(f'{value:.{digits}g}'):g}"


def sums(ten: dict[str, Any], million: dict[str, Any]) -> str:
    rows = [
        "| | houses | printers | people on the walls | years | USD | t CO₂e | m³ of printed mix |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, d, times in (
        ("ten thousand", ten, 1), ("a million", million, 1), ("the gap", million, GAP_HOUSEHOLDS / million["houses"]),
    ):  # fmt: skip
        (team,) = d["teams"]
        persons = team["count"] * team["persons"]
        stated = d["finish"]["stated_day"] / 365.25
        rows.append(
            f"| {name} | {amount(times * d['houses'])} | {amount(times * team['count'])} | {amount(times * persons)} "
            f"| {stated:.1f} | {amount(times * d['cost']['stated']['total'])} "
            f"| {amount(times * d['carbon_kg']['stated']['total'] / 1000)} | {amount(times * d['mortar_m3'])} |"
        )
    return "\n".join(rows)


def ranges(ten: dict[str, Any]) -> str:
    finish, cost, carbon = ten["finish"], ten["cost"]["total"], ten["carbon_kg"]["total"]
    years = [f"{finish[p + '_day'] / 365.25:.1f}" for p in ("p10", "p50", "p90")]
    told = (
        f"With what is not known and what is chance the ten thousand take {years[1]} years ({years[0]}–{years[2]}), "
        f"cost {amount(cost['p50'])} USD ({amount(cost['p10'])}–{amount(cost['p90'])}) and emit "
        f"{amount(carbon['p50'] / 1000)} t ({amount(carbon['p10'] / 1000)}–{amount(carbon['p90'] / 1000)}): the middle "
        "of 200 repetitions and what 8 of 10 lie between."
    )
    return textwrap.fill(told, 124)


def ways(ten: dict[str, Any]) -> str:
    rows = ["| walls | teams | people | years | USD | t CO₂e |", "|---|---|---|---|---|---|"]
    for way in ten["strategies"]:
        years = way["finish"]["stated_day"] / 365.25
        rows.append(
            f"| {way['name']} | {sum(way['teams'].values())} | {way['persons']:g} | {years:.1f} "
            f"| {amount(way['cost']['p50'])} | {amount(way['carbon_kg']['p50'] / 1000)} |"
        )
    return "\n".join(rows)


def test_the_sum_is_what_the_commands_say(update_expected: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    ten, million = document("programme-ten-thousand"), document("programme-million")
    stated = document("programme-ten-thousand", "--strategies", "--repetitions", "0")
    fresh = text
    for name, told in (("sums", sums(ten, million)), ("ranges", ranges(ten)), ("ways", ways(stated))):
        fresh = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, t=told: f"{m[1]}{t}\n{m[2]}", fresh, flags=re.S
        )
    if update_expected:
        PAGE.write_text(fresh, encoding="utf-8")
    assert text == fresh or update_expected, "docs/scale.md is stale: pytest --update-expected tests/test_scale_page.py"
