"""The page in a real browser, against the real service: what people do with it, and what must never happen."""

from __future__ import annotations

import importlib.resources
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service import running

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
)  # fmt: skip
READY_S = 60.0
SLOW_MS = 60_000
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What Chromium itself says in the console of an answer that is an error; no page can keep it from that."""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium to open the page with: apt-get install chromium, or name it in CHROMIUM"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running service with a database of its own."""
    folder = tmp_path_factory.mktemp("service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = "from estimator.cli import main; main()"
    options = ["serve", "--port", str(port), "--database", str(folder / "page.sqlite"), "--quiet"]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", command, *options], cwd=folder, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}/"
    try:
        end = time.monotonic() + READY_S
        while True:
            try:
                urllib.request.urlopen(address + "v1/examples", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < end, f"not ready after {READY_S:g} s"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, once."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


Open = Callable[..., Any]


@pytest.fixture
def opened(service: str, browser: Any) -> Iterator[Open]:
    """Opens the page; afterwards the console has to be clean, and nobody else been asked for anything."""
    contexts: list[Any] = []
    said: list[str] = []
    asked: list[str] = []

    def opening(fragment: str = "", *, width: int = 1280, dark: bool = False, script: str = "") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        if script:
            page.add_init_script(script)
        page.goto(service + fragment)
        page.wait_for_selector("body[data-ready]")
        return page

    yield opening
    for context in contexts:
        context.close()
    assert [text for text in said if not REFUSED.search(text)] == []
    assert [url for url in asked if not url.startswith((service, "data:", "blob:"))] == []


def figures(page: Any) -> dict[str, str]:
    """The headline once the ranges stand in it."""
    page.wait_for_selector("#figures[data-state=exact]:not([hidden])")
    page.wait_for_selector("body:not([data-busy])")
    found: dict[str, str] = page.eval_on_selector_all(
        "#headline [data-figure]",
        "all => Object.fromEntries(all.map(f => [f.dataset.figure, f.querySelector('.main').textContent]))",
    )
    return found


def example(page: Any, name: str = "rectangular-72") -> dict[str, str]:
    page.select_option("#example", name)
    return figures(page)


def faults(page: Any) -> list[str]:
    """Serious faults that axe finds."""
    axe = importlib.resources.files("axe_playwright_python") / "axe.min.js"
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [
        f"{v['id']} ({v['impact']}): {n['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]  # fmt: skip


def is_too_wide(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def layer_to(page: Any, value: float) -> None:
    page.eval_on_selector(
        "#layer", f"slider => {{ slider.value = {value}; slider.dispatchEvent(new Event('input')); }}"
    )


def beads(page: Any) -> int:
    """How many beads are drawn, once they are."""
    page.locator("#beads").scroll_into_view_if_needed()
    page.wait_for_selector("#beads[data-drawn]")
    page.wait_for_timeout(300)
    return int(page.get_attribute("#beads", "data-drawn"))


def test_an_example_is_drawn_and_estimated_with_ranges(opened: Open) -> None:
    page = opened()
    page.click("[data-example=rectangular-72]")
    found = figures(page)
    assert page.inner_text("#plan-title") == "Rectangular house, 72 m²"
    assert page.locator("#plan-drawing [data-wall]").count() == 8
    assert found["house"].startswith("$") and found["nozzle"].endswith(" h") and found["material"].endswith(" m³")
    assert page.locator("#headline .range").count() == 7
    assert "%" in found["chance"]
    assert page.locator("#methods-bars li").count() == 1 + page.locator("#methods-table tbody tr").count() == 9
    for filled in ("#time-bars li", "#stage-bars li", "#wall-bars li", "#tornado li", "#gantt li", "#checks tbody tr"):
        assert page.locator(filled).count() > 4, filled
    page.locator("#structure").scroll_into_view_if_needed()
    page.wait_for_selector("#structure svg")


def test_a_plan_file_is_uploaded_and_named_for_what_it_is(opened: Open) -> None:
    page = opened()
    page.set_input_files("#file", str(ROOT / "examples" / "two-storey-140.json"))
    figures(page)
    assert page.inner_text("#plan-title") == "House on two storeys, 140 m²"
    assert page.locator("#plan-drawing svg").count() == 2
    page.click("#understood-box summary")
    assert "two-storey-140.json" in page.inner_text("#understood")


def test_the_text_of_a_plan_is_never_taken_for_a_part_of_the_page(opened: Open) -> None:
    plan = json.loads((ROOT / "examples" / "rectangular-72.json").read_text(encoding="utf-8"))
    hostile = "<img src=x onerror=alert(1)>"
    plan["name"] = plan["storeys"][0]["name"] = plan["storeys"][0]["walls"][0]["id"] = hostile
    page = opened()
    page.set_input_files(
        "#file", files=[{"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(plan).encode()}]
    )
    figures(page)
    page.locator("#structure").scroll_into_view_if_needed()
    page.wait_for_selector("#structure svg")
    assert page.inner_text("#plan-title") == hostile
    assert page.locator("img").count() == 0


def test_a_broken_plan_is_told_in_a_sentence_with_its_findings(opened: Open) -> None:
    page = opened()
    broken = (
        b'{"format": "printhouse-plan", "version": 1, "storeys": [{"walls": [{"id": "w", "axis": [[0, 0], [0, 0]]}]}]}'
    )
    page.set_input_files("#file", files=[{"name": "bad.json", "mimeType": "application/json", "buffer": broken}])
    page.wait_for_selector("#problem:not([hidden])")
    assert page.inner_text("#problem-words").startswith("bad.json: ")
    assert page.locator("#problem-findings li").count() >= 2
    assert page.is_hidden("#sheet")
    assert faults(page) == []
    example(page)  # and the page goes on
    assert page.is_hidden("#problem")


def test_choices_change_the_figures_and_usual_brings_them_back(opened: Open) -> None:
    page = opened()
    before = example(page)
    page.select_option("#region", "kenya")
    assert figures(page)["house"] != before["house"]
    page.click("#prices summary")
    page.fill("#hire-rate", "100")
    cheap = figures(page)
    page.fill("#settings", "printer.print_speed_m_per_s=0.05")
    assert figures(page)["nozzle"] != cheap["nozzle"]
    page.click("button[type=reset]")
    assert figures(page) == before


def test_a_printer_that_cannot_says_why_and_another_choice_mends_it(opened: Open) -> None:
    page = opened()
    before = example(page)
    page.select_option("#printer", "cobod-bod1")
    page.wait_for_selector("#problem:not([hidden])")
    assert len(page.inner_text("#problem-words")) > 20
    assert page.is_hidden("#figures") and page.is_visible("#plan-drawing")
    page.select_option("#printer", "")
    assert figures(page) == before
    assert page.is_hidden("#problem")


def test_a_finding_shows_its_wall_and_a_wall_tells_of_itself(opened: Open) -> None:
    page = opened()
    example(page)
    page.locator("button.finding").first.click()
    assert page.locator("#plan-drawing .chosen").count() >= 1
    page.select_option("#wall", "south")
    assert page.eval_on_selector_all(".chosen", "all => all.map(w => w.dataset.wall)") == ["south"]
    assert "m long" in page.inner_text("#wall-words")


def test_layers_come_by_slider_keyboard_and_play(opened: Open) -> None:
    page = opened()
    example(page)
    whole = beads(page)
    layer_to(page, 10)
    few = beads(page)
    assert 0 < few < whole / 5
    assert page.inner_text("#layer-words").startswith("layer 10 of 127")
    page.select_option("#colour", "age")
    page.wait_for_timeout(200)
    assert "just laid" in page.inner_text("#beads-key")
    page.focus("#beads")
    for key in ("ArrowLeft", "ArrowUp", "+", "-", "0"):
        page.keyboard.press(key)
    page.click("#play")
    page.wait_for_timeout(1500)
    page.click("#play")
    assert few < beads(page) <= whole


def test_without_webgl_the_page_says_so_in_words(opened: Open) -> None:
    page = opened(script="HTMLCanvasElement.prototype.getContext = () => null")
    example(page)
    assert "WebGL2" in page.inner_text("#beads-figure")


def test_printers_are_compared_in_a_table_that_sorts(opened: Open) -> None:
    page = opened()
    before = example(page)
    page.select_option("#compare-kind", "frame")
    page.click("#compare")
    page.wait_for_selector("#compare-progress:not([hidden])")
    page.wait_for_selector("#compare-table tbody tr")
    hours = "#compare-table tbody tr td:nth-child(5)"

    def column() -> list[float]:
        return [float(text.split()[0].replace(",", "")) for text in page.locator(hours).all_inner_texts()]

    page.click("#compare-table th:nth-child(5) button")
    assert len(column()) > 3 and column() == sorted(column())
    page.click("#compare-table th:nth-child(5) button")
    assert column() == sorted(column(), reverse=True)
    assert page.get_attribute("#compare-table th:nth-child(5)", "aria-sort") == "descending"
    page.locator("#compare-table tbody button").first.click()
    assert page.input_value("#printer") != ""
    assert figures(page) != before


def test_printers_that_are_marked_are_compared(opened: Open) -> None:
    page = opened()
    example(page)
    page.select_option("#compare-kind", "marked")
    page.click("#compare")
    assert page.inner_text("#compare-error") == "Mark the printers to compare."
    for printer in ("cobod-bod2", "icon-vulcan-2"):
        page.check(f"#compare-{printer}")
    page.click("#compare")
    page.wait_for_selector("#compare-table tbody tr")
    shown = page.eval_on_selector_all("#compare-table tbody tr", "all => all.map(row => row.dataset.printer)")
    assert sorted(shown) == ["cobod-bod2", "icon-vulcan-2"]
    assert faults(page) == []


def test_methods_zones_and_pacing_are_choices_that_a_link_keeps(opened: Open) -> None:
    page = opened()
    example(page)
    page.evaluate("document.querySelectorAll('#choices details').forEach(d => { d.open = true; })")
    page.uncheck("#method-timber-frame")
    page.fill("#zones", "2")
    page.select_option("#pacing", "wait")
    figures(page)
    assert page.locator("#methods-table tbody tr").count() == 7
    again = opened(page.evaluate("location.hash"))
    figures(again)
    assert again.locator("#methods-table tbody tr").count() == 7
    assert again.input_value("#zones") == "2" and again.input_value("#pacing") == "wait"
    assert not again.is_checked("#method-timber-frame") and again.is_checked("#method-concrete-block")


def test_a_plan_that_is_dropped_anywhere_is_taken(opened: Open) -> None:
    page = opened()
    text = (ROOT / "examples" / "two-storey-140.json").read_text(encoding="utf-8")
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.json", {type: "application/json"}));
            for (const type of ["dragover", "drop"]) {
                document.querySelector("footer").dispatchEvent(
                    new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
            }
        }""",
        text,
    )
    figures(page)
    assert page.inner_text("#plan-title") == "House on two storeys, 140 m²"


def test_a_plan_of_thousands_of_walls_is_drawn_by_the_service(opened: Open) -> None:
    walls = [
        {"id": f"w{k}", "axis": [[k % 60 * 2.0, k // 60 * 2.0], [k % 60 * 2.0 + 1.5, k // 60 * 2.0]]}
        for k in range(3100)
    ]
    plan = json.loads((ROOT / "examples" / "rectangular-72.json").read_text(encoding="utf-8"))
    plan["storeys"] = [{**plan["storeys"][0], "walls": walls, "rooms": []}]
    page = opened("#printer=cobod-bod1")  # which it does not fit
    page.set_input_files(
        "#file", files=[{"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(plan).encode()}]
    )
    page.wait_for_selector("#plan-drawing svg")
    assert page.is_hidden("#wall") and page.locator("#plan-drawing [data-wall]").count() == 0
    page.wait_for_selector("body:not([data-busy])")


def test_a_service_that_asks_for_a_key_gets_it(browser: Any, tmp_path: Path) -> None:
    with running(tmp_path, PRINTHOUSE_API_KEYS="a key; with signs") as base:
        context = browser.new_context(accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        page.goto(base)
        page.wait_for_selector("#key-form:not([hidden])")
        assert faults(page) == []
        page.fill("#key", "a key; with signs")
        page.keyboard.press("Enter")
        page.wait_for_selector("#welcome:not([hidden])")
        assert example(page)["house"].startswith("$")
        with page.expect_download() as download:
            page.click("#downloads a[data-kind=gcode]")
        assert b"G1" in Path(download.value.path()).read_bytes()
        context.close()


def test_everything_can_be_downloaded(opened: Open) -> None:
    page = opened()
    example(page)
    links = page.eval_on_selector_all("#downloads a", "all => all.map(a => [a.dataset.kind, a.href])")
    assert [kind for kind, _ in links] == ["html", "xlsx", "csv", "json", "svg", "glb", "gcode", "plan"]
    for kind, url in links:
        answer = page.request.get(url)
        assert answer.ok and len(answer.body()) > 500, kind
    with page.expect_download() as download:
        page.click("#downloads a[data-kind=csv]")
    assert download.value.suggested_filename.endswith(".csv")
    assert b"Printer and pump, hire" in Path(download.value.path()).read_bytes()


def test_a_link_brings_back_plan_choices_and_figures(opened: Open) -> None:
    page = opened()
    example(page)
    page.select_option("#region", "kenya")
    page.click("#prices summary")
    page.fill("#crew", "5")
    before = figures(page)
    again = opened(page.evaluate("location.hash"))
    assert figures(again) == before
    assert again.input_value("#region") == "kenya" and again.input_value("#crew") == "5"


def test_dark_follows_the_system_and_the_button(opened: Open) -> None:
    def lightness(page: Any) -> float:
        rgb = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(float, re.findall(r"[\d.]+", rgb)[:3])) / 765

    assert lightness(opened()) > 0.9
    page = opened(dark=True)
    assert lightness(page) < 0.15
    page.click("#theme")
    assert lightness(page) > 0.9
    page.click("#theme")
    assert lightness(page) < 0.15


def test_a_phone_needs_no_sideways_scrolling(opened: Open) -> None:
    page = opened(width=360)
    assert not is_too_wide(page)
    example(page, "two-storey-140")
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    beads(page)
    assert not is_too_wide(page)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False)])
def test_axe_finds_no_serious_fault(opened: Open, width: int, dark: bool) -> None:
    page = opened(width=width, dark=dark)
    assert faults(page) == []
    example(page)
    for details in page.locator("details:not([hidden])").all():
        details.evaluate("d => { d.open = true; }")
    page.locator("#structure").scroll_into_view_if_needed()
    page.wait_for_selector("#structure svg")
    beads(page)
    page.select_option("#wall", "south")
    assert faults(page) == []


def test_it_works_by_keyboard_alone(opened: Open) -> None:
    page = opened()
    page.focus("[data-example=rectangular-72]")
    page.keyboard.press("Enter")
    before = figures(page)
    page.focus("#region")
    page.keyboard.type("Ken")
    assert figures(page) != before
    page.locator("button.finding").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#plan-drawing .chosen").count() >= 1
