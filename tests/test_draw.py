"""Pictures of plans and of layers: what is on them, that they are the same every time, and safe to open."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from shapely import Polygon

from estimator import estimate, read_plan
from estimator.errors import Finding, UsageError
from estimator.fit import check
from estimator.plan import Area, Opening, OpeningKind, Plan, Room, Slab, Wall
from estimator.report.drawing import plan_picture
from estimator.report.path_drawing import layer_picture
from estimator.report.picture import Ink, Picture, Shapes, Words
from estimator.report.png_ import png_bytes
from estimator.report.svg_ import svg_text
from estimator.report.voids import voids
from tests.helpers import box, moved, plan, wall, with_opening

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
SVG = "{http://www.w3.org/2000/svg}"


def picture_of(plan: Plan) -> Picture:
    return plan_picture(plan, check(plan))


def texts(picture: Picture) -> list[str]:
    return [m.text for m in picture.marks if isinstance(m, Words)]


def fills(picture: Picture) -> set[str]:
    return {m.ink.fill for m in picture.marks if isinstance(m, Shapes) if m.ink.fill}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_storey_and_room_is_on_the_picture(path: Path) -> None:
    plan = read_plan(path)
    written = texts(picture_of(plan))
    for storey in plan.storeys:
        assert any(text.startswith(storey.name) for text in written)
    assert {room.name for room in plan.rooms} <= set(written)


def test_dimensions_are_those_of_the_walls() -> None:
    written = texts(picture_of(plan(*box(5.0, 4.0, thickness=0.25))))
    assert "5.25" in written
    assert "4.25" in written


def test_jambs_are_in_the_chain() -> None:
    walls = box(5.0, 4.0, thickness=0.25)
    walls[0] = with_opening(walls[0], at=1.0, width=0.9)
    written = texts(picture_of(plan(*walls)))
    assert {"0.90", "1.12", "3.23"} <= set(written) or {"0.90", "1.13", "3.22"} <= set(written)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_nothing_lies_beyond_the_paper(path: Path) -> None:
    picture = picture_of(read_plan(path))
    points = np.concatenate([ring for m in picture.marks if isinstance(m, Shapes) for ring in m.rings_mm])
    assert points.min() >= 0
    assert points[:, 0].max() <= picture.width_mm
    assert points[:, 1].max() <= picture.height_mm


def test_walls_that_a_warning_names_are_marked_and_told() -> None:
    plain = plan(*box())
    told = plan_picture(plain, [Finding("wall-thin", "warning", plain.walls[1].id, "is thin")])
    assert plain.walls[1].id in texts(told)
    assert any("wall-thin" in text for text in texts(told))
    assert fills(told) - fills(plan_picture(plain, []))


@pytest.mark.parametrize("end", [" and 9 more", ", s1-w…"])
def test_walls_are_not_marked_where_a_finding_names_only_some_of_them(end: str) -> None:
    plain = plan(*box())
    told = plan_picture(plain, [Finding("wall-thin", "warning", plain.walls[1].id + end, "are thin")])
    assert plain.walls[1].id not in texts(told)
    assert fills(told) == fills(plan_picture(plain, []))


def test_walls_without_openings_to_cut_show_them_all_the_same() -> None:
    """A wall of pieces, as models give it: the window is where the pieces leave a gap."""
    from shapely import box as rectangle

    whole, left, right = rectangle(0, 0, 4, 0.2), rectangle(0, 0, 1, 0.2), rectangle(2, 0, 4, 0.2)
    base = wall((0, 0.1), (4, 0.1), thickness=0.2)
    hole = Opening("o", "window", 0.9, 2.0, 1.0, rectangle(0, 0, 0, 0).difference(whole))
    pieces = (
        Slab(0, 0.9, whole), Slab(0.9, 2.0, left.union(right)), Slab(2.0, 2.5, whole),
    )  # fmt: skip
    picture = picture_of(plan(replace(base, slabs=pieces, openings=(hole,))))
    window = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.fill == "#cfe3f3"]
    assert len(window) == 2  # in the plan, and in the legend


def cut_wall(*holes: tuple[float, float, float, float, str], length: float = 8.0) -> Wall:
    """A wall of pieces, 0.2 m thick and 2.5 m high; each hole from, to, sill, head, kind; what it cuts is not told."""
    from shapely import box as rectangle
    from shapely import union_all

    whole = rectangle(0, 0, length, 0.2)
    heights = sorted({0.0, 2.5, *(h for hole in holes for h in hole[2:4])})
    slabs = tuple(
        Slab(
            low,
            high,
            whole - union_all([rectangle(a, -1, b, 1) for a, b, sill, head, _ in holes if sill < high <= head]),
        )
        for low, high in pairwise(heights)
    )
    openings = tuple(
        Opening(f"o{k}", cast(OpeningKind, kind), sill, head, b - a, Polygon())
        for k, (a, b, sill, head, kind) in enumerate(holes)
    )
    return replace(wall((0, 0.1), (length, 0.1), thickness=0.2), slabs=slabs, openings=openings)


def spans(areas: list[Area]) -> list[tuple[float, float]]:
    return [(round(a.bounds[0], 3), round(a.bounds[2], 3)) for a in areas]


def test_equal_openings_of_a_cut_wall_get_a_gap_each() -> None:
    holes = [(k, k + 0.9, 0.9, 2.0, "window") for k in (0.5, 2.0, 3.5, 6.0)]
    assert sorted(spans(voids(cut_wall(*holes)))) == [(0.5, 1.4), (2.0, 2.9), (3.5, 4.4), (6.0, 6.9)]


def test_a_door_and_a_window_of_one_width_are_told_apart_by_their_sills() -> None:
    found = voids(cut_wall((5.0, 5.9, 0.9, 2.0, "window"), (1.0, 1.9, 0.0, 2.1, "door")))
    assert spans(found) == [(5.0, 5.9), (1.0, 1.9)]


def test_a_window_above_another_lies_in_the_same_place_of_the_plan() -> None:
    found = voids(cut_wall((1.0, 2.0, 0.3, 1.0, "window"), (1.0, 2.0, 1.4, 2.2, "window")))
    assert spans(found) == [(1.0, 2.0), (1.0, 2.0)]


def test_openings_side_by_side_without_a_pier_share_their_gap() -> None:
    found = voids(cut_wall((1.0, 2.0, 0.0, 2.1, "door"), (2.0, 3.5, 0.0, 2.1, "window")))
    assert spans(found) == [(1.0, 3.5), (1.0, 3.5)]


def test_an_opening_that_no_gap_fits_is_left_out() -> None:
    told = cut_wall((1.0, 2.0, 0.9, 2.0, "window"))
    wider = replace(told, openings=(replace(told.openings[0], width_m=3.0),))
    assert [v.is_empty for v in voids(wider)] == [True]


def test_jambs_of_cut_walls_are_in_the_chain() -> None:
    written = texts(picture_of(plan(cut_wall((1.0, 2.2, 0.9, 2.0, "window"), (4.0, 5.2, 0.9, 2.0, "window")))))
    assert {"1.00", "1.20", "1.80", "2.80", "8.00"} <= set(written)


@pytest.mark.parametrize("turn_deg", [0.0, 14.5, -30.0, 44.0])
def test_turned_plans_are_measured_along_their_walls(turn_deg: float) -> None:
    walls = box(5.0, 4.0, thickness=0.25)
    walls[0] = with_opening(walls[0], at=1.0, width=0.9)
    picture = picture_of(moved(plan(*walls), turn_deg))
    assert {"5.25", "4.25", "0.90"} <= set(texts(picture))
    angles = {round(m.turn_deg, 3) for m in picture.marks if isinstance(m, Words) and m.text in ("5.25", "0.90")}
    assert angles == {turn_deg}


def test_all_four_facades_have_their_chain() -> None:
    walls = [with_opening(w, at=1.0 + 0.1 * k, width=0.9 + 0.1 * k) for k, w in enumerate(box(6.0, 5.0))]
    assert {"0.90", "1.00", "1.10", "1.20"} <= set(texts(picture_of(plan(*walls))))


def test_jambs_behind_another_wall_are_not_in_the_chain() -> None:
    front = with_opening(wall((0, 0), (6, 0), thickness=0.2), at=1.0, width=1.5)
    behind = with_opening(wall((0, 3), (6, 3), thickness=0.2), at=2.0, width=0.77)
    chains = [m for m in picture_of(plan(front, behind)).marks if isinstance(m, Words) and m.text == "0.77"]
    assert len(chains) == 1  # on the far side only


def test_chords_of_a_curve_are_not_measured() -> None:
    angles = np.linspace(0, 2 * np.pi, 61)
    ring = wall(*[(3 * np.cos(a), 3 * np.sin(a)) for a in angles[:-1]], (3.0, 0.0), thickness=0.2)
    numbers = [t for t in texts(picture_of(plan(ring))) if re.fullmatch(r"\d+\.\d\d", t)]
    assert len(numbers) == 2


def test_an_opening_of_the_storey_above_is_dashed() -> None:
    tall = replace(wall((0, 0), (6, 0), thickness=0.2), top_m=6.0)
    high = replace(with_opening(tall, at=1.0, width=1.0).openings[0], sill_m=3.5, head_m=5.0)
    picture = picture_of(plan(replace(tall, openings=(high,))))
    dashed = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.dash_mm and not m.ink.fill]
    assert len(dashed) == 1


def test_names_of_narrow_rooms_stand_upright() -> None:
    from shapely import box as rectangle

    plain = plan(*box(4, 8))
    rooms = (Room("r", "Corridor to the garden room", 0, rectangle(0.2, 0.2, 0.5, 7.8)),)
    told = [
        m
        for m in picture_of(replace(plain, rooms=rooms)).marks
        if isinstance(m, Words) and m.text == "Corridor to the garden room"
    ]
    assert [m.turn_deg for m in told] == [90.0]


def test_a_warning_about_most_walls_marks_none() -> None:
    plain = plan(*box())
    names = ", ".join(w.id for w in plain.walls)
    told = plan_picture(plain, [Finding("thickness-default", "warning", names, "taken")])
    assert fills(told) == fills(plan_picture(plain, []))


def test_a_wall_that_lies_on_the_outline_for_a_part_is_drawn_as_an_outer_one() -> None:
    """A bay of 2 m before the middle of a wall of 6 m."""
    bay = [wall((2, -2), (2, 0)), wall((2, -2), (4, -2)), wall((4, -2), (4, 0))]
    picture = picture_of(plan(*box(6.0, 4.0), *bay))
    inner = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.fill == "#8d877f"]
    widest = max(float(np.ptp(ring, axis=0).max()) for m in inner for ring in m.rings_mm)
    assert widest < 25.0  # corners under the outer walls, and the legend; no wall of 6 m


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = read_plan(EXAMPLES[0])
    assert svg_text(picture_of(plan)) == svg_text(picture_of(plan))
    assert png_bytes(picture_of(plan), 300) == png_bytes(picture_of(plan), 300)


def test_names_cannot_break_out_of_the_picture() -> None:
    hostile = "<script>alert(1)</script>\x00\x1b[31m&\"'"
    plain = plan(*box())
    room = Room("r1", hostile, 0, plain.walls[0].footprint.envelope.buffer(1))
    text = svg_text(picture_of(replace(plain, name=hostile, rooms=(room,))))
    root = ElementTree.fromstring(text)
    assert not list(root.iter(f"{SVG}script"))
    assert "\x1b" not in text
    assert not re.search(r"(href|src|url\()", text)


def test_letters_of_any_script_can_be_drawn() -> None:
    plain = plan(*box(8, 8))
    rooms = (Room("r1", "客厅 Küche кухня", 0, plain.walls[0].footprint.envelope.buffer(2)),)
    assert png_bytes(picture_of(replace(plain, rooms=rooms)), 400).startswith(b"\x89PNG")


def test_pictures_have_the_size_asked_for() -> None:
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(png_bytes(picture_of(read_plan(EXAMPLES[0])), 800)))
    assert max(image.size) in (799, 800)
    colours = image.convert("RGB").getcolors(1_000_000)
    assert colours is not None
    assert len(colours) > 20
    with pytest.raises(UsageError, match="100 to 12000"):
        png_bytes(picture_of(read_plan(EXAMPLES[0])), 50)


def test_holes_of_areas_stay_open_in_both_formats() -> None:
    from io import BytesIO

    from PIL import Image

    outer = np.array([(10, 10), (90, 10), (90, 90), (10, 90)], dtype=float)
    inner = np.array([(30, 30), (70, 30), (70, 70), (30, 70)], dtype=float)
    picture = Picture(100, 100, "ring", [Shapes((outer, inner), Ink(fill="#000000"), True)])
    image = Image.open(BytesIO(png_bytes(picture, 100)))
    assert image.getpixel((50, 50)) == (255, 255, 255)
    assert image.getpixel((20, 50)) == (0, 0, 0)
    assert 'fill-rule="evenodd"' in svg_text(picture)


# --- layers -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> object:
    return estimate(read_plan(ROOT / "examples" / "two-storey-140.json"), samples=0, methods=())


def test_a_layer_shows_its_lengths_and_starts(made: object) -> None:
    from estimator.estimate import Estimate

    assert isinstance(made, Estimate)
    picture = layer_picture(made, 1)
    path = made.toolpath
    section = int(made.bands.section[int(np.argmin(made.bands.base_m))])
    own = slice(int(path.first[section]), int(path.first[section + 1]))
    contour = float(path.length_m[own][path.kind[own] == 1].sum())
    assert f"contour {contour:.1f} m" in texts(picture)
    assert f"{int(path.starts[section])} starts" in texts(picture)
    dots = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.fill == "#1e8449"]
    assert len(dots) == int(path.starts[section]) + 1  # and one in the legend


def test_layers_are_counted_from_the_bottom_and_from_the_top(made: object) -> None:
    from estimator.estimate import Estimate

    assert isinstance(made, Estimate)
    total = int(made.bands.layers.sum())
    first, last = layer_picture(made, 1), layer_picture(made, -1)
    assert f"Layer 1 of {total}, +0.020 m" in texts(first)
    assert any(text.startswith(f"Layer {total} of {total}, ") for text in texts(last))
    for wrong in (0, total + 1, -total - 1):
        with pytest.raises(UsageError, match=f"there is no layer {wrong}; the building has {total}"):
            layer_picture(made, wrong)


# --- the command --------------------------------------------------------------------------------


def draw(*arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "estimator.cli", "draw", *arguments], capture_output=True, cwd=folder, check=False
    )


def test_the_command_writes_svg_and_png(tmp_path: Path) -> None:
    source = str(EXAMPLES[0])
    for name, start in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        done = draw(source, "-o", name, folder=tmp_path)
        assert (done.returncode, done.stdout) == (0, b""), done.stderr
        assert (tmp_path / name).read_bytes().startswith(start)
    assert draw(source, folder=tmp_path).stdout == (tmp_path / "a.svg").read_bytes()
    layer = draw(str(EXAMPLES[1]), "--layer", "1", "-o", "l.svg", folder=tmp_path)
    assert (layer.returncode, layer.stderr) == (0, b"")
    assert b"Layer 1 of" in (tmp_path / "l.svg").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("-o", "a.pdf"), 2, "names no picture"),
        (("--printer", "cobod-bod2"), 2, "belong to the toolpath of a layer"),
        (("--layer", "99999"), 2, "there is no layer 99999"),
        (("--layer", "1", "--printer", "icon-vulcan-2", "--wall-system", "none"), 2, "none"),
        (("-o", "missing/a.svg"), 2, "cannot be written"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = draw(str(EXAMPLES[1]), *arguments, folder=tmp_path)
    assert done.returncode == code
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_picture_never_replaces_the_plan(tmp_path: Path) -> None:
    source = tmp_path / "plan.svg"
    source.write_bytes(EXAMPLES[0].read_bytes())
    done = draw("plan.svg", "-o", "plan.svg", folder=tmp_path)
    assert done.returncode == 2
    assert b"is a file that was read" in done.stderr
    assert source.read_bytes() == EXAMPLES[0].read_bytes()
