"""Promises about the source as a whole: layers, light imports, no addresses, docstrings with units."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.check_docstrings import (
    SHIPPED,
    agree,
    brackets,
    complaints,
    entries,
    main,
    unit_in_name,
    unit_in_text,
)
from tests.conftest import differences
from tests.test_packaging import tracked

TEXT = {".py", ".toml", ".csv", ".json", ".md", ".txt", ".lock", ".html", ".css", ".js", ".sh", ""}


def texts(root: Path, *under: str) -> dict[str, str]:
    """Text files of the repository by path: those git follows, or all that would be shipped."""
    names = tracked(root, *under)
    if not names:
        found = [p for folder in under or SHIPPED for p in (root / folder).rglob("*")]
        names = [p.relative_to(root).as_posix() for p in found if p.is_file()]
    chosen = [n for n in names if Path(n).suffix in TEXT]
    return {n: (root / n).read_text(encoding="utf-8") for n in chosen}


def python(code: str, cwd: Path) -> str:
    """Output of a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- layers and start-up -----------------------------------------------------------------------


def test_imports_point_downwards_only(repo_root: Path) -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=repo_root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("estimator", "scipy trimesh ifcopenshell fastapi pandas matplotlib"),
        ("estimator.cli", "scipy trimesh ifcopenshell fastapi pandas matplotlib"),
        ("printers", "numpy shapely scipy estimator materials"),
        ("materials", "numpy shapely scipy estimator printers"),
    ],
)
def test_importing_a_package_leaves_the_heavy_ones_alone(module: str, heavy: str, repo_root: Path) -> None:
    code = f"import sys, {module}; print(*sorted(set({heavy.split()}) & set(sys.modules)))"
    assert python(code, repo_root).split() == []


# --- what the source must not hold -------------------------------------------------------------


def test_core_neither_prints_nor_leaves_work_undone(repo_root: Path) -> None:
    found = []
    for name, text in texts(repo_root, *SHIPPED).items():
        if not name.endswith(".py"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            is_edge = re.match(r"estimator/cli(\.py|/)", name)
            if re.search(r"(?<![\w.])print\(", line) and not is_edge:
                found.append(f"{name}:{number}: print")
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                found.append(f"{name}:{number}: unfinished work")
            if re.search(r"\bexcept( Exception| BaseException)?:|#\s*(type:\s*ignore|noqa)", line):
                found.append(f"{name}:{number}: catches everything, or silences a check")
    assert found == []


def test_tracked_files_name_no_registry_and_no_path_of_one_machine(repo_root: Path) -> None:
    registry = r"pypi\.(?:org|python)|pythonhosted\.|(?:index-url|find-links)[ =]+\S*://"
    machine = r"(?<![\w./])/(?:home|Users|root|work|tmp|opt)/\w"
    found = [
        f"{name}: {match[0]}"
        for name, text in texts(repo_root).items()
        for match in re.finditer(f"{registry}|{machine}", text)
    ]
    assert found == []


def test_no_module_has_outgrown_its_concept(repo_root: Path) -> None:
    sizes = {n: t.count("\n") for n, t in texts(repo_root, *SHIPPED).items() if n.endswith(".py")}
    assert {n: lines for n, lines in sizes.items() if lines > 500} == {}


# --- docstrings and units ----------------------------------------------------------------------

GOOD = '''
"""Bead geometry."""

from numpy.typing import NDArray
import numpy as np

Floats = NDArray[np.float64]


class Bead:
    """One strand.

    Attributes
    ----------
    width_m, height_m : float
        Of the section. [m]
    fill_ratio : float
    count : int
    """

    width_m: float
    height_m: float
    fill_ratio: float
    count: int
    _cache_of_no_unit: float


def bead_area_m2(width_m: float, height_m: Floats, k: float, shape: float, label: str) -> Floats:
    """Area of a stadium.

    Parameters
    ----------
    width_m : float
        Overall width. [m]
    height_m : (n,) float
        Layer height. [m]
    k : float
        Roundness of cited formula 3. [-]
    shape : float
        How full the ends are, 0 to 1. [-]
    """
    return height_m


def node_speeds(length_m: Floats, rate_per_m2: float) -> Floats:
    """Speed at each node.

    Parameters
    ----------
    length_m : (n,) float
        Segment lengths. [m]
    rate_per_m2 : float
        Price. [currency/m²]

    Returns
    -------
    (n + 1,) float
        Speed. [m/s]
    """
    return length_m


def _private(x):
    return x
'''

BAD = {
    "the module has no docstring": ('"""Bead geometry."""', ""),
    "bead_area_m2 has no docstring": ('    """Area of a stadium.', '    f"""Area of a stadium.'),
    "class Bead has no docstring": ('    """One strand.', '    f"""One strand.'),
    "height_m is not listed": ("width_m, height_m : float", "width_m : float"),
    "width_m has no [unit]": ("        Overall width. [m]", "        Overall width."),
    "gives length_m another unit": ("        Segment lengths. [m]", "        Segment lengths. [mm]"),
    "gives rate_per_m2 another unit": ("[currency/m²]", "[currency/m³]"),
    "shape has no unit": ("How full the ends are, 0 to 1. [-]", "How full the ends are."),
    "symbol k needs its [unit]": ("Roundness of cited formula 3. [-]", "Roundness."),
    "fill has no unit": ("fill_ratio: float", "fill: float"),
    "node_speeds returns a number": ("        Speed. [m/s]", "        Speed."),
}


def test_checker_is_content_with_good_code() -> None:
    assert complaints(GOOD, "estimator/beads.py") == []


@pytest.mark.parametrize("complaint", BAD)
def test_checker_sees_each_thing_that_is_wrong(complaint: str) -> None:
    before, after = BAD[complaint]
    assert GOOD.count(before) == 1
    found = complaints(GOOD.replace(before, after), "estimator/beads.py")
    assert len(found) == 1, found
    assert complaint in found[0]
    assert re.match(r"estimator/beads\.py:\d+: ", found[0])


def test_checker_asks_no_unit_entries_where_people_read_and_type() -> None:
    source = GOOD.replace("        Overall width. [m]", "        Overall width.")
    assert complaints(source, "estimator/cli.py") == []
    assert complaints(source.replace("shape: float", "size: float"), "estimator/cli.py") != []


def test_checker_knows_the_aliases_of_other_modules() -> None:
    source = '"""M."""\ndef f(size: Metres) -> None:\n    """F."""\n'
    assert complaints(source) == []
    assert "size has no unit" in complaints(source, aliases=frozenset({"Metres"}))[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("speed_m_per_s", "m/s"),
        ("acceleration_m_per_s2", "m/s²"),
        ("u_value_w_per_m2_k", "W/(m²·K)"),
        ("u_value_w_per_m2_k", "W/m²K"),
        ("resistance_m2_k_per_w", "m²·K/W"),
        ("viscosity_pa_s", "Pa·s"),
        ("build_up_pa_per_s", "Pa s⁻¹"),
        ("density_kg_per_m3_low", "kg/m^3"),
        ("labour_persons_h", "person-hours"),
        ("hours_per_m2", "h/m²"),
        ("rate_per_h", "EUR/h"),
        ("reach_min_m", "m"),
        ("points_m", "m"),
        ("house_days", "d"),
        ("carbon_kg", "kgCO2e"),
        ("carbon_kg_per_m2", "kg CO2e/m²"),
    ],
)
def test_a_name_and_its_docstring_give_the_same_unit(name: str, text: str) -> None:
    named, written = unit_in_name(name), unit_in_text(text)
    assert named is not None and written is not None
    assert agree(named, written)


@pytest.mark.parametrize(
    ("name", "text"),
    [("speed_m_per_s", "mm/s"), ("area_m2", "m"), ("rate_per_m3", "EUR/m²"), ("time_h", "s")],
)
def test_units_that_differ_are_told_apart(name: str, text: str) -> None:
    named, written = unit_in_name(name), unit_in_text(text)
    assert named is not None and written is not None
    assert not agree(named, written)


@pytest.mark.parametrize("text", ["0, 1", "n", "see below", "metres along"])
def test_brackets_that_hold_no_unit_do_not_count_as_one(text: str) -> None:
    assert unit_in_text(text) in (None, (("n", 1),))  # a lone n can only be read as newton


@pytest.mark.parametrize("name", ["width", "k", "gain", "direction", "reach_min"])
def test_names_without_a_unit_are_seen(name: str) -> None:
    assert unit_in_name(name) is None


def test_brackets_may_hold_alternatives_or_leave_the_unit_open() -> None:
    assert brackets("Limit. [m/s or m/s²]") == [unit_in_text("m/s"), unit_in_text("m/s²")]
    assert brackets("Quotient. [as ``limit``]") == brackets("Ratio. [-]") == brackets("Sum. [any]") == [()]


def test_entries_of_a_docstring_are_found_by_name() -> None:
    text = "S.\n\nParameters\n----------\na, b : float\n    Two. [m]\nc\n    One. [s]\n\nNotes\n-----\nd\n"
    found = entries(text)
    assert set(found) >= {"a", "b", "c"} and "d" not in found
    assert "[m]" in found["b"] and "[s]" in found["c"]


def test_checker_ends_with_its_status_and_names_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = tmp_path / "beads.py"
    module.write_text(GOOD, encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    module.write_text(GOOD.replace("fill_ratio: float", "fill: float"), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert re.search(r"beads\.py:\d+: Bead: fill has no unit", capsys.readouterr().out)
    assert main([str(tmp_path / "nothing")]) == 1


def test_packages_are_documented_with_units(repo_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([str(repo_root / p) for p in SHIPPED])
    assert status == 0, capsys.readouterr().out


# --- golden files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected", "found"),
    [
        ({"a": [1.0 + 1e-9, 2]}, {"a": [1.0, 2.0]}, []),
        ({"a": [1.001, 2]}, {"a": [1.0, 2.0]}, ["/a/0: 1.001, expected 1.0"]),
        ({"a": [1.0]}, {"a": [1.0, 2.0]}, ["/a: 1 items, expected 2"]),
        ({"a": {}}, {"a": {"b": "x"}}, ["/a/b: only in one of them"]),
        ({"a": 1}, {"a": True}, ["/a: 1, expected True"]),
        ({"a": "x"}, {"a": "y"}, ["/a: 'x', expected 'y'"]),
    ],
)
def test_golden_comparison_says_where_it_differs(got: object, expected: object, found: list[str]) -> None:
    assert differences(got, expected, rel=1e-6) == found
