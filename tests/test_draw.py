"""Pictures of plans and of layers: what is on them, that they are the same every time, and safe to open."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from estimator import estimate, read_plan
from estimator.errors import Finding, UsageError
from estimator.fit import check
from estimator.plan import Plan, Room
from estimator.report.drawing import plan_picture
from estimator.report.path_drawing import layer_picture
from estimator.report.picture import Ink, Picture, Shapes, Words
from estimator.report.png_ import png_bytes
from estimator.report.svg_ import svg_text
from tests.helpers import box, plan, wall, with_opening

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


def test_walls_without_openings_to_cut_show_them_all_the_same() -> None:
    """A wall of pieces, as models give it: the window is where the pieces leave a gap."""
    from shapely import box as rectangle

    from estimator.plan import Opening, Slab

    whole, left, right = rectangle(0, 0, 4, 0.2), rectangle(0, 0, 1, 0.2), rectangle(2, 0, 4, 0.2)
    base = wall((0, 0.1), (4, 0.1), thickness=0.2)
    hole = Opening("o", "window", 0.9, 2.0, 1.0, rectangle(0, 0, 0, 0).difference(whole))
    pieces = (
        Slab(0, 0.9, whole), Slab(0.9, 2.0, left.union(right)), Slab(2.0, 2.5, whole),
    )  # fmt: skip
    picture = picture_of(plan(replace(base, slabs=pieces, openings=(hole,))))
    window = [m for m in picture.marks if isinstance(m, Shapes) and m.ink.fill == "#cfe3f3"]
    assert len(window) == 2  # in the plan, and in the legend


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
