"""Damaged plan files, thousands of them: ``python -m tests.fuzz --mutants 300``.

Every example, test plan and shared file is mutated by a seeded generator; each mutant has to give a
plan whose numbers are sound, or one sentence. What counts as a failure: an exception that is raised
in this project's own code, a number that is not finite, a sentence of several lines, a hang, or a
process that dies. An exception inside a parser of somebody else is turned into a sentence by
:mod:`estimator.readers.sandbox`; those are counted.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "plans"
SUFFIXES = set(".json .ifc .dxf .svg .geojson .dae .stl .obj .ply .glb .3mf .sh3d .xml".split())

LIMIT_S = 30.0
"""A mutant that takes longer hangs. [s]"""

MEMORY_BYTES = 4 * 1024**3

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
STRANGE = (
    b"0", b"-1", b"1e308", b"-1e308", b"1e-320", b"nan", b"NaN", b"inf", b"-Infinity", b"99999999999999999999",
    b"2147483648", b"-2147483649", b"1e9", b"", b"\"x\"", b"null", b"[]", b"{}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one mutant.

    Attributes
    ----------
    kind : str
        "plan", "error", "foreign" (an exception in a parser), "bad".
    detail : str
    """

    kind: str
    detail: str = ""


def seeds() -> list[Path]:
    """The files that are mutated."""
    own = [*sorted(ROOT.glob("examples/*")), *sorted(ROOT.glob("tests/plans/*"))]
    shared = sorted(SHARED.glob("*/*")) if SHARED.exists() else []
    return [p for p in (*own, *shared) if p.suffix.lower() in SUFFIXES]


# --- mutation -----------------------------------------------------------------------------------


def mutants(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Damaged copies of a file, always the same for the same seed."""
    rng = random.Random(seed)
    packed = data.startswith(b"PK\x03\x04")
    for _ in range(count):
        damaged = _repacked(data, rng) if packed and rng.random() < 0.8 else _damaged(data, rng)
        yield damaged


def _damaged(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        data = rng.choice(DAMAGE)(data, rng) if data else data
    return data


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """One file of an archive damaged, and packed again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    name = rng.choice(sorted(parts, key=lambda n: (-len(parts[n]), n))[:2])
    parts[name] = _damaged(parts[name], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(zipfile.ZipInfo(entry), content)
    return out.getvalue()


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _span(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(len(data), start + rng.choice((1, 8, 64, 512, 4096)))


def _drop(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 3, 50)) + data[end:]


def _move(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    rest = data[:start] + data[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _number(data: bytes, rng: random.Random) -> bytes:
    """A number near a random place becomes a strange one."""
    start = rng.randrange(len(data))
    found = NUMBER.search(data, start) or NUMBER.search(data)
    if found is None:
        return _flip(data, rng)
    new = rng.choice((*STRANGE, str(rng.uniform(-1e4, 1e4)).encode(), found[0] + b"0" * rng.randint(1, 12)))
    return data[: found.start()] + new + data[found.end() :]


def _line(data: bytes, rng: random.Random) -> bytes:
    """A line is taken out, doubled, or put in the place of another."""
    lines = data.splitlines(keepends=True)
    if len(lines) < 3:
        return _drop(data, rng)
    k = rng.randrange(len(lines))
    action = rng.randrange(3)
    if action == 0:
        del lines[k]
    elif action == 1:
        lines.insert(k, lines[k])
    else:
        lines[k] = lines[rng.randrange(len(lines))]
    return b"".join(lines)


DAMAGE: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _flip, _cut, _drop, _repeat, _move, _number, _number, _number, _line, _line,
)  # fmt: skip


# --- judgement ----------------------------------------------------------------------------------


def judged(path: Path, shown: str) -> Outcome:
    """What reading a file gives, in this process."""
    from estimator.errors import EstimatorError
    from estimator.fit import check
    from estimator.options import ReadOptions
    from estimator.readers.detect import read_any
    from estimator.readers.names import with_plain_names
    from estimator.readers.native.reader import decode_native

    data = path.read_bytes()
    try:
        native = data.lstrip()[:1] in (b"{", b"[") and b'"printhouse-plan"' in data
        plan = decode_native(data, shown) if native else with_plain_names(read_any(path, ReadOptions(), shown))
        problem = unsound(plan, own_format=native)
        if problem:
            return Outcome("bad", f"{shown}: {problem}")
        check(plan)
    except EstimatorError as error:
        return _told(error, shown)
    except MemoryError:
        return Outcome("foreign", "MemoryError")
    except BaseException as error:  # whatever it is, it is reported with its place
        frames = traceback.extract_tb(error.__traceback__)
        inner = frames[-1]
        where = f"{Path(inner.filename).name}:{inner.lineno} {type(error).__name__}: {str(error)[:120]}"
        own = [f for f in frames if f"{ROOT}/estimator" in f.filename]
        if f"{ROOT}/estimator" in inner.filename or "shapely" in inner.filename or "numpy" in inner.filename:
            near = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
            return Outcome("bad", f"{shown}: {where} (from {near})")
        return Outcome("foreign", where)
    return Outcome("plan")


def _told(error: Exception, shown: str) -> Outcome:
    message = str(error)
    if "\n" in message or not message.strip():
        return Outcome("bad", f"{shown}: not one sentence: {message[:200]!r}")
    if re.search(r"Traceback|\bNone\b|<class|object at 0x", message):
        return Outcome("bad", f"{shown}: speaks of the program: {message[:200]!r}")
    return Outcome("error")


def unsound(plan: object, *, own_format: bool = False) -> str:
    """What is wrong with a plan that a reader made; "" if nothing."""
    from estimator.plan import Plan

    assert isinstance(plan, Plan)
    if not plan.walls or not plan.storeys:
        return "a plan without walls or storeys"
    shapes = [
        *(w.footprint for w in plan.walls),
        *(s.footprint for w in plan.walls for s in w.slabs),
        *(o.footprint for w in plan.walls for o in w.openings),
        *(r.footprint for r in plan.rooms),
        *(w.axis for w in plan.walls if w.axis is not None),
    ]
    if not np.isfinite(shapely.get_coordinates(np.array(shapes, dtype=object))).all():
        return "coordinates that are not finite"
    numbers = [z for w in plan.walls for z in (w.base_m, w.top_m, w.thickness_m or 0.0)]
    numbers += [z for w in plan.walls for o in w.openings for z in (o.sill_m, o.head_m, o.width_m)]
    numbers += [z for w in plan.walls for s in w.slabs for z in (s.base_m, s.top_m)]
    numbers += [z for s in plan.storeys for z in (s.elevation_m, s.height_m)]
    if not np.isfinite(np.array(numbers, dtype=float)).all():
        return "numbers that are not finite"
    if any(w.top_m <= w.base_m for w in plan.walls):
        return "a wall without height"
    if any(o.head_m <= o.sill_m or o.width_m <= 0 for w in plan.walls for o in w.openings):
        return "an opening without size"
    if any(not 0 <= e.storey < len(plan.storeys) for e in (*plan.walls, *plan.rooms)):
        return "an element of no storey"
    if len({w.id for w in plan.walls}) < len(plan.walls):
        return "walls with the same id"
    if any(w.footprint.is_empty or w.footprint.area <= 0 for w in plan.walls):
        return "a wall without area"
    # the project's own format repeats what a file says of its origin, word by word
    text = "" if own_format else " ".join([*plan.evidence, *plan.skipped, *(f.message for f in plan.findings)])
    if re.search(r"\b(nan|inf)\b", re.sub(r"'[^']*'", "", text), re.IGNORECASE):
        return f"speaks of numbers that are not finite: {text[:200]}"
    return ""


# --- processes ----------------------------------------------------------------------------------


def _serve(pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = open("/dev/null", "w")  # parsers talk; what they say is not the answer
    while True:
        job = pipe.recv()
        if job is None:
            return
        pipe.send(judged(*job))


class Reader:
    """A process that reads mutants one after the other, and is replaced when it hangs or dies."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._pipe, other = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def __call__(self, path: Path, shown: str) -> Outcome:
        """The outcome of one file."""
        self._pipe.send((path, shown))
        try:
            if self._pipe.poll(LIMIT_S):
                found: Outcome = self._pipe.recv()
                return found
            problem = Outcome("bad", f"{shown}: hangs")
        except (EOFError, ConnectionResetError):
            self._process.join()
            problem = Outcome("foreign", f"the process died ({self._process.exitcode})")
        self._process.kill()
        self._start()
        return problem

    def close(self) -> None:
        self._process.kill()


def run(paths: Sequence[Path], count: int, seed: int, say: Callable[[str], object]) -> list[str]:
    """Read mutants of files.

    Parameters
    ----------
    paths : sequence of Path
    count : int
        Mutants of each file.
    seed : int
    say : callable
        Gets a line for each file.

    Returns
    -------
    list of str
        Failures, each with file and number of the mutant.
    """
    failures: list[str] = []
    reader = Reader()
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            began, kinds, foreign = time.perf_counter(), Counter[str](), Counter[str]()
            for k, damaged in enumerate(mutants(path.read_bytes(), count, seed)):
                target = Path(folder) / f"mutant{path.suffix}"
                target.write_bytes(damaged)
                outcome = reader(target, f"{path.name} #{k}")
                kinds[outcome.kind] += 1
                if outcome.kind == "bad":
                    failures.append(outcome.detail)
                elif outcome.kind == "foreign":
                    foreign[outcome.detail.split(" ")[0] + " " + outcome.detail.partition(" ")[2][:60]] += 1
            told = ", ".join(f"{kinds[k]} {k}" for k in ("plan", "error", "foreign", "bad"))
            say(f"{path.name:36s} {told}  {(time.perf_counter() - began) / max(count, 1) * 1e3:6.0f} ms each")
            for what, n in foreign.most_common(3):
                say(f"    {n} × {what}")
    reader.close()
    return failures


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=300, help="of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", nargs="*", type=Path, help="default: examples, test plans and shared plans")
    given = parser.parse_args()
    failures = run(given.files or seeds(), given.mutants, given.seed, lambda line: print(line, flush=True))
    for failure in failures:
        print("FAILED", failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
