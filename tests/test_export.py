"""Exports say what the estimate says: read back by an independent timer, by trimesh, ezdxf and csv."""

from __future__ import annotations

import csv
import io
import math
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pytest
import shapely
import trimesh
from click.testing import CliRunner, Result

from estimator import Estimate, UsageError, estimate, read_plan
from estimator.beads import Kind
from estimator.cli import cli
from estimator.export.gcode import gcode
from estimator.export.layers import KIND_NAMES, printed_layers
from estimator.export.layers_dxf import layers_dxf
from estimator.export.path_csv import path_csv
from estimator.export.solid_files import COLOURS, glb, stl, threemf
from estimator.export.solids import DETAILS, detail_of, section_solids
from printers import load_printer
from tests.gcode_timer import Told, read_gcode

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"

PAIRS = (
    ("rectangular-72", "cobod-bod2"),
    ("rectangular-72", "icon-vulcan-2"),
    ("rectangular-72", "tengda-2016"),
    ("two-storey-140", "cobod-bod2"),
    ("stupino-round-house", "apis-cor-2017"),
    ("kamermaker-cabin", "dus-kamermaker"),
    ("earth-round-room", "wasp-crane"),
    ("earth-round-room", "class-delta"),
    ("kamermaker-cabin", "class-arm-mobile"),
    ("rectangular-72", "vertico-robot"),
)
"""Every example with a printer that can print it, and every kind of machine."""

SMALL = (("rectangular-72", "icon-vulcan-2"), ("two-storey-140", "cobod-bod2"))


@cache
def made(plan: str, printer: str, continuity: str | None = None) -> Estimate:
    machine = load_printer(printer)
    if continuity is not None:
        machine = machine.replace(continuity=continuity)
    return estimate(read_plan(EXAMPLES / f"{plan}.json"), printer=machine, methods=(), samples=0)


@cache
def told(plan: str, printer: str, continuity: str | None = None) -> Told:
    e = made(plan, printer, continuity)
    return read_gcode(lines(gcode(e, printed_layers(e))))


def lines(parts: Iterator[bytes]) -> Iterator[str]:
    for part in parts:
        yield from part.decode("ascii").splitlines()


def printed_m3(e: Estimate) -> float:
    return float(e.outcome.quantities.printed_volume_m3)


def walls_box(e: Estimate) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Least x and y and largest x and y of all sections."""
    areas = [area for section in e.bands.sections for area in section.area.values()]
    return np.asarray(shapely.total_bounds(np.array(areas, dtype=object)))


# --- the timer itself ---------------------------------------------------------------------------

HEAD = "; junction_deviation_mm = 2\nM204 S100\nG0 X0 Y0 Z0 F6000\n"


def timed(body: str) -> float:
    return read_gcode((HEAD + body).splitlines()).seconds


def test_timer_a_metre_at_a_tenth_of_a_metre_a_second_takes_eleven_seconds() -> None:
    assert timed("G0 X1000 F6000") == pytest.approx(11.0)


def test_timer_a_short_move_never_reaches_its_speed() -> None:
    assert timed("G0 X25 F60000") == pytest.approx(2 * math.sqrt(25 / 100))


def test_timer_runs_through_a_straight_joint_and_brakes_for_a_right_angle() -> None:
    assert timed("G0 X500 F6000\nG0 X1000") == pytest.approx(11.0)
    corner = math.sqrt(100 * 2 * math.sqrt(0.5) / (1 - math.sqrt(0.5)))
    lost = (100 - corner) ** 2 / (100 * 100)
    assert timed("G0 X500 F6000\nG0 Y500") == pytest.approx(11.0 + lost)


def test_timer_stands_still_for_a_dwell_and_a_lift() -> None:
    assert timed("G0 X500 F6000\nG4 S3\nG0 X1000") == pytest.approx(2 * 6.0 + 3)
    assert timed("G0 X500 F6000\nG1 Z20 F600\nG0 X1000 F6000") == pytest.approx(2 * 6.0 + 2)


# --- G-code -------------------------------------------------------------------------------------


def test_no_example_is_left_out() -> None:
    assert {plan for plan, _ in PAIRS} == {path.stem for path in EXAMPLES.glob("*.json")}


@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_the_file_takes_the_time_length_and_volume_of_the_estimate(plan: str, printer: str) -> None:
    e, read = made(plan, printer), told(plan, printer)
    assert read.faults == []
    assert read.seconds == pytest.approx(float(e.outcome.times.nozzle_s), rel=5e-3)
    assert read.bead_mm / 1e3 == pytest.approx(e.toolpath.extruded_length_m(), rel=1e-3)
    assert read.printed_ml / 1e6 == pytest.approx(printed_m3(e), rel=1e-3)
    assert read.layers == int(e.toolpath.layers.sum())


@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_the_header_says_what_the_file_does_to_a_ten_thousandth(plan: str, printer: str) -> None:
    e, read = made(plan, printer), told(plan, printer)
    says = read.header
    assert read.seconds == pytest.approx(says["file_time_s"], rel=1e-4)
    assert read.bead_mm / 1e3 == pytest.approx(says["file_bead_m"], rel=1e-4)
    assert read.travel_mm / 1e3 == pytest.approx(says["file_travel_m"], rel=1e-4)
    assert read.between_mm / 1e3 == pytest.approx(says["file_between_m"], rel=1e-3, abs=1e-3)
    assert read.printed_ml == pytest.approx(says["file_printed_ml"], rel=1e-4)
    assert says["estimate_nozzle_time_s"] == pytest.approx(float(e.outcome.times.nozzle_s), abs=0.06)
    assert says["estimate_printed_ml"] == pytest.approx(printed_m3(e) * 1e6, abs=0.06)


@pytest.mark.parametrize("continuity", ["pause", "run-over", "never-stop"])
def test_what_the_head_does_at_gaps_is_in_the_file(continuity: str) -> None:
    e, read = made("rectangular-72", "cobod-bod2", continuity), told("rectangular-72", "cobod-bod2", continuity)
    assert read.faults == []
    assert read.seconds == pytest.approx(float(e.outcome.times.nozzle_s), rel=5e-3)
    assert read.bead_mm / 1e3 == pytest.approx(e.toolpath.extruded_length_m(), rel=1e-3)
    assert read.travel_mm / 1e3 == pytest.approx(e.toolpath.travel_length_m(), rel=1e-3)
    assert read.printed_ml / 1e6 == pytest.approx(printed_m3(e), rel=1e-3)
    assert read.dwell_s == pytest.approx(float(e.outcome.times.start_stop_s), rel=1e-3, abs=1e-6)
    aside_m3 = e.work.travel_volume_m3 * printed_m3(e) / e.toolpath.bead_volume_m3()
    assert read.aside_ml / 1e6 == pytest.approx(aside_m3 if continuity == "never-stop" else 0.0, rel=1e-3)
    starts = int(e.toolpath.starts @ e.toolpath.layers)
    assert read.starts == (1 if continuity == "never-stop" else starts)


def test_an_arm_goes_round_its_column_so_its_travel_is_longer_than_the_straight_one() -> None:
    e, read = made("stupino-round-house", "apis-cor-2017"), told("stupino-round-house", "apis-cor-2017")
    assert e.toolpath.travel_length_m() < read.travel_mm / 1e3 < 1.1 * e.toolpath.travel_length_m()


def test_waiting_for_strength_is_a_dwell_at_the_end_of_a_layer() -> None:
    e = made("rectangular-72", "tengda-2016")
    waits = [line for line in lines(gcode(e, printed_layers(e))) if line.endswith(";wait for strength")]
    assert float(e.outcome.times.wait_s) > 0
    assert sum(float(w.split()[1][1:]) for w in waits) == pytest.approx(float(e.outcome.times.wait_s), abs=0.1)


def test_every_layer_lies_one_layer_height_above_the_one_below() -> None:
    e, read = made("two-storey-140", "cobod-bod2"), told("two-storey-140", "cobod-bod2")
    height_mm = e.work.layer_height_m * 1e3
    step = np.diff([height_mm, *read.heights_mm])
    assert step.min() == pytest.approx(height_mm)
    assert read.heights_mm[-2] == pytest.approx(float(e.bands.top_m.max()) * 1e3, abs=height_mm)


@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_beads_lie_inside_the_walls(plan: str, printer: str) -> None:
    e, read = made(plan, printer), told(plan, printer)
    walls = walls_box(e)
    half = float(e.toolpath.width_m.max()) / 2
    assert np.array(read.low) / 1e3 == pytest.approx(walls[:2] + half, abs=0.01)
    assert np.array(read.high) / 1e3 == pytest.approx(walls[2:] - half, abs=0.01)


def test_parts_of_a_building_add_up_to_it() -> None:
    e = made("rectangular-72", "icon-vulcan-2")
    whole = told("rectangular-72", "icon-vulcan-2")
    total = printed_layers(e).total
    parts = [read_gcode(lines(gcode(e, printed_layers(e, span)))) for span in ((1, 40), (41, total))]
    assert sum(p.layers for p in parts) == whole.layers == total
    assert sum(p.printed_ml for p in parts) == pytest.approx(whole.printed_ml)
    assert sum(p.seconds for p in parts) == pytest.approx(whole.seconds, rel=1e-3)
    assert parts[1].heights_mm[0] == pytest.approx(2 * e.work.layer_height_m * 1e3)


def test_layers_are_counted_from_the_bottom_or_from_the_top() -> None:
    e = made("rectangular-72", "cobod-bod2")
    assert printed_layers(e, (-3, -1)).number.tolist() == [125, 126, 127]
    for span in ((0, 4), (5, 4), (1, 128), (-200, -1)):
        with pytest.raises(UsageError, match="the building has 127"):
            printed_layers(e, span)


def test_the_same_plan_is_the_same_file_and_any_name_is_plain_text() -> None:
    e = made("rectangular-72", "icon-vulcan-2")
    layers = printed_layers(e, (1, 30))
    for write in (gcode, glb, stl, threemf, layers_dxf, path_csv):
        first, second = (b"".join([p] if isinstance(p, bytes) else p) for p in (write(e, layers), write(e, layers)))
        assert first == second, write
    text = b"".join(gcode(e, layers)).decode("ascii")
    assert "; plan: Rectangular house, 72 m2 (" in text


def test_a_file_is_written_layer_by_layer() -> None:
    e = made("kamermaker-cabin", "dus-kamermaker")
    for write in (gcode, path_csv, stl):
        sizes = [len(part) for part in write(e, printed_layers(e))]
        assert max(sizes) < sum(sizes) / 500


# --- solids -------------------------------------------------------------------------------------


def loaded(content: bytes, kind: str) -> list[trimesh.Trimesh]:
    """Meshes of a file where they stand, by trimesh alone."""
    read: Any = trimesh.load(io.BytesIO(content), file_type=kind)
    return list(read.dump()) if isinstance(read, trimesh.Scene) else [read]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize(("plan", "printer"), SMALL)
@pytest.mark.parametrize("kind", ["glb", "3mf", "stl"])
def test_the_solids_have_the_printed_volume_and_stand_where_the_walls_are(
    kind: str, plan: str, printer: str, detail: str
) -> None:
    e = made(plan, printer)
    span = None if detail in ("bands", "coarse") else (20, 60)
    layers = printed_layers(e, span)
    content = {"glb": glb, "3mf": threemf, "stl": lambda *a: b"".join(stl(*a))}[kind](e, layers, detail)
    meshes = loaded(content, kind)
    unit = 1.0 if kind == "glb" else 1e3
    count = np.bincount(layers.path, minlength=len(e.toolpath.layers))
    nominal = e.toolpath.per_section(bead_volumes(e)) @ count
    expected = nominal * printed_m3(e) / e.toolpath.bead_volume_m3()
    assert sum(m.volume for m in meshes) / unit**3 == pytest.approx(expected, rel=1e-3)
    if span is None:
        assert expected == pytest.approx(printed_m3(e))
    low, high = (np.array([m.bounds[i] for m in meshes]) / unit for i in (0, 1))
    low, high = low.min(axis=0), high.max(axis=0)
    if kind == "glb":  # y is up there, and z comes towards the viewer
        low, high = np.array([low[0], -high[2], low[1]]), np.array([high[0], -low[2], high[1]])
    assert low[:2] == pytest.approx(walls_box(e)[:2], abs=0.005)
    assert high[:2] == pytest.approx(walls_box(e)[2:], abs=0.005)
    assert low[2] == pytest.approx(float(layers.bottom_m[0]), abs=1e-4)
    assert high[2] == pytest.approx(float(layers.bottom_m[-1]) + e.work.layer_height_m, abs=1e-4)


def bead_volumes(e: Estimate) -> np.ndarray[Any, np.dtype[np.float64]]:
    from estimator.beads import bead_area_m2

    path = e.toolpath
    area = np.where(path.kind == Kind.TRAVEL, 0.0, bead_area_m2(np.maximum(path.width_m, 1e-3), path.layer_height_m))
    return np.asarray(area * path.length_m)


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize(("plan", "printer"), PAIRS)
def test_every_solid_is_closed_and_turned_outwards(plan: str, printer: str, detail: str) -> None:
    e = made(plan, printer)
    volume = 0.0
    for section in range(len(e.toolpath.layers)):
        for solid in section_solids(e, section, e.work.layer_height_m, detail_of(detail)):
            f = solid.faces
            edges = np.concatenate((f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]))
            there = np.unique(edges, axis=0)
            assert len(there) == len(edges)  # each edge once in its direction …
            assert np.array_equal(there, np.unique(edges[:, ::-1], axis=0))  # … and once in the other
            corners = solid.vertices_m[f]
            own = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
            assert own > 0
            volume += own * int(e.toolpath.layers[section])
    assert volume == pytest.approx(printed_m3(e), rel=1e-3)


def test_a_bead_is_flat_where_layers_meet_and_round_at_its_flanks() -> None:
    e = made("rectangular-72", "cobod-bod2")
    for solid in section_solids(e, 0, e.work.layer_height_m, detail_of("fine")):
        z = solid.vertices_m[:, 2]
        at = [np.isclose(z, h) for h in (0.0, e.work.layer_height_m / 2, e.work.layer_height_m)]
        reach = [solid.vertices_m[a][:, 0].max() if a.any() else None for a in at]
        middle = solid.vertices_m[:, 0].max()
        assert reach[0] == pytest.approx(reach[2])
        assert reach[0] is not None and 0.004 < middle - reach[0] < e.work.layer_height_m / 2 + 1e-9


def test_contour_and_infill_have_colours_of_their_own() -> None:
    e = made("rectangular-72", "icon-vulcan-2")
    meshes = loaded(glb(e, printed_layers(e, (1, 3))), "glb")
    found = {tuple(m.visual.material.baseColorFactor[:3]) for m in meshes}
    assert found == set(COLOURS.values())


def test_a_glb_holds_a_section_once_however_often_it_is_printed() -> None:
    e = made("kamermaker-cabin", "dus-kamermaker")
    content = glb(e, printed_layers(e))
    assert len(content) < 2e6 < 80e6 < sum(len(p) for p in stl(e, printed_layers(e)))


def test_too_many_triangles_are_refused_with_what_to_do_before_anything_is_written() -> None:
    e = made("stupino-round-house", "apis-cor-2017")
    with pytest.raises(UsageError, match="--detail normal or coarse or bands, or fewer layers with --layers"):
        stl(e, printed_layers(e), "fine")


# --- DXF and CSV --------------------------------------------------------------------------------


def test_the_drawing_has_every_bead_at_its_height_and_width() -> None:
    e = made("two-storey-140", "cobod-bod2")
    layers = printed_layers(e, (100, 160))
    drawing = ezdxf.read(io.StringIO(layers_dxf(e, layers).decode("utf-8")))
    lengths = dict.fromkeys(KIND_NAMES.values(), 0.0)
    heights: set[float] = set()
    widths: set[float] = set()
    for line in drawing.modelspace().query("LWPOLYLINE"):
        points = np.array(line.get_points("xy"))
        points = np.concatenate((points, points[:1])) if line.closed else points
        lengths[line.dxf.layer] += float(np.hypot(*np.diff(points, axis=0).T).sum())
        heights.add(round(line.dxf.elevation, 6))
        if line.dxf.layer != "travel":
            widths.add(round(line.dxf.const_width, 6))
    count = np.bincount(layers.path, minlength=len(e.toolpath.layers))
    for kind, name in KIND_NAMES.items():
        own = np.where(e.toolpath.kind == kind, e.toolpath.length_m, 0.0)
        assert lengths[name] == pytest.approx(e.toolpath.per_section(own) @ count, rel=1e-4)
    assert len(heights) == len(layers)
    assert min(heights) == pytest.approx(float(layers.bottom_m[0]) + e.work.layer_height_m)
    assert widths <= {round(float(w), 6) for w in np.unique(e.toolpath.width_m)}
    assert drawing.units == 6


@pytest.mark.parametrize(("plan", "printer"), [*SMALL, ("kamermaker-cabin", "dus-kamermaker")])
def test_the_rows_of_the_table_add_up_to_the_estimate(plan: str, printer: str) -> None:
    e = made(plan, printer)
    rows = list(csv.DictReader(lines(path_csv(e, printed_layers(e)))))
    assert len(rows) == int(np.diff(e.toolpath.first) @ e.toolpath.layers)
    beads = [r for r in rows if r["kind"] != "travel"]
    times = e.outcome.times
    assert sum(float(r["seconds"]) for r in beads) == pytest.approx(float(times.deposition_s), rel=1e-4)
    assert sum(float(r["seconds"]) for r in rows) == pytest.approx(
        float(times.deposition_s) + float(times.travel_s), rel=1e-4
    )
    assert sum(float(r["length_m"]) for r in beads) == pytest.approx(e.toolpath.extruded_length_m(), rel=1e-5)
    volumes = [float(r["printed_volume_m3"]) for r in rows]
    assert volumes == sorted(volumes)
    assert volumes[-1] == pytest.approx(printed_m3(e), rel=1e-6)
    assert [int(r["layer"]) for r in rows] == sorted(int(r["layer"]) for r in rows)
    first = rows[0]
    assert math.hypot(
        float(first["x1_m"]) - float(first["x0_m"]), float(first["y1_m"]) - float(first["y0_m"])
    ) == pytest.approx(float(first["length_m"]), abs=2e-6)


# --- command line -------------------------------------------------------------------------------


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words])


HOUSE = str(EXAMPLES / "rectangular-72.json")


@pytest.mark.parametrize("kind", ["gcode", "glb", "stl", "3mf", "dxf", "csv"])
def test_the_suffix_names_the_format(kind: str, tmp_path: Path) -> None:
    there = tmp_path / f"house.{kind.upper()}"
    done = run(HOUSE, "--printer", "icon-vulcan-2", "--layers", "1-3", "-o", str(there))
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    begins = {
        "gcode": b"; printhouse", "glb": b"glTF", "stl": b"printhouse", "3mf": b"PK", "dxf": b"  0\n", "csv": b"layer,"
    }  # fmt: skip
    assert there.read_bytes().startswith(begins[kind])
    assert [p.name for p in tmp_path.iterdir()] == [there.name]


def test_a_format_without_a_file_goes_to_standard_output() -> None:
    done = run(HOUSE, "--format", "gcode", "--layers", "2", "-q")
    assert done.exit_code == 0
    assert read_gcode(done.stdout.splitlines()).layers == 1


def test_facts_and_storeys_are_chosen_as_for_an_estimate(tmp_path: Path) -> None:
    there = tmp_path / "x.gcode"
    two = str(EXAMPLES / "two-storey-140.json")
    done = run(two, "--storey", "2", "--set", "printer.print_speed_m_per_s=0.1", "--mix", "coarse-concrete",
               "--wall-system", "single", "-o", str(there))  # fmt: skip
    assert done.exit_code == 0, done.output
    text = there.read_text(encoding="ascii")
    assert "; mix: coarse-concrete; wall system: single" in text
    assert "F6000.0" in text


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("-o", "house.pdf"), 2, "'.pdf' names no export; end the name in .gcode, .glb"),
        ((), 2, "name a file with -o"),
        (("-o", "x.gcode", "--detail", "fine"), 2, "--detail belongs to solids"),
        (("-o", "x.gcode", "--layers", "five"), 2, "write A-B"),
        (("-o", "x.gcode", "--layers", "100-200"), 2, "the building has 127"),
        (("-o", "x.gcode", "--printer", "nobody"), 2, "nobody"),
        (("-o", "x.gcode", "--printer", "cobod-bod1"), 4, "envelope"),
        (("-o", "x.glb", "--set", "printer.layer_height_m=nought"), 2, "layer_height_m"),
        (("-o", "nowhere/x.gcode",), 2, "a folder that exists"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_one_sentence_and_no_file(
    words: tuple[str, ...], code: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(HOUSE, *words)
    assert done.exit_code == code, done.output
    assert says in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_plan_is_never_replaced(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_bytes(Path(HOUSE).read_bytes())
    done = run(str(plan), "-o", str(plan))
    assert done.exit_code == 2
    assert "is a file that was read" in done.stderr
    assert plan.read_bytes() == Path(HOUSE).read_bytes()


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path) -> None:
    code = "import sys; sys.modules['ezdxf'] = None; from estimator.cli import main; main()"
    words = ["export", HOUSE, "-q", "-o", str(tmp_path / "x.dxf")]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "printhouse[dxf]" in done.stderr and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
