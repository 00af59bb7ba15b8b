"""Time to read each example and shared plan file, and what of it the libraries cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.ifc_reading import times

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "plans"
SUFFIXES = (".json", ".ifc", ".dxf", ".svg", ".geojson", ".dae", ".stl", ".obj", ".glb")
TARGET_S = 1.0
REPEATS = 3


def median_s(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median of some runs. [s]"""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def library_s(path: Path) -> float:
    """What the library alone needs for the file: parsing, and the bodies of the walls of a model. [s]"""
    if path.suffix == ".ifc":
        found = times(path)
        return found.open_s + found.bodies_s
    if path.suffix == ".dxf":
        import ezdxf

        return median_s(lambda: ezdxf.readfile(path))
    if path.suffix == ".svg":
        import svgelements

        return median_s(lambda: svgelements.SVG.parse(str(path)))
    return 0.0


def companions(path: Path) -> tuple[Path, ...]:
    """Further files that belong to a plan file."""
    if path.suffix != ".geojson":
        return ()
    stem = path.stem.removesuffix("-units")
    return tuple(p for p in sorted(path.parent.glob(f"{stem}-*.geojson")) if p != path)


def main() -> None:
    """A line for each file."""
    from estimator import read_plan
    from estimator.options import ReadOptions
    from estimator.readers.detect import read_any

    files = [*sorted(ROOT.glob("examples/*.json")), *(sorted(SHARED.glob("*/*")) if SHARED.exists() else [])]
    files = [p for p in files if p.suffix in SUFFIXES and not p.stem.endswith(("-levels", "-openings"))]
    print(f"\nreading a plan file, libraries loaded     total s  library s     ours s   aim {TARGET_S:g} s   process s")
    for path in files:
        options = ReadOptions(companions=companions(path))
        whole = median_s(lambda path=path, options=options: read_plan(path, options))
        if b'"printhouse-plan"' in path.read_bytes():
            print(f"  {path.name:36s} {whole:10.3f} {0.0:10.3f} {whole:10.3f}   {_verdict(whole)}")
            continue
        read_any(path, options, path.name)  # loads the libraries
        total = median_s(lambda path=path, options=options: read_any(path, options, path.name))
        library = min(library_s(path), total)
        ours = total - library
        print(f"  {path.name:36s} {total:10.3f} {library:10.3f} {ours:10.3f}   {_verdict(ours)}   {whole:8.3f}")


def _verdict(seconds: float) -> str:
    return "met   " if seconds < TARGET_S else "MISSED"
