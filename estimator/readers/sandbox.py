"""Foreign formats are read (and copied) in a process of their own, which is stopped at its limits.

A parser of a hostile file may loop, take all memory, or crash the interpreter. None of that
reaches the caller: :func:`read_foreign` gives a plan or one sentence. What the process sends back
may name nothing but plans, findings and shapes (:data:`ALLOWED`).
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import estimator
from estimator.errors import PlanError
from estimator.options import Limits, ReadOptions
from estimator.plan import Plan

ALLOWED: Final = {
    "estimator.plan": {"Plan", "Storey", "Wall", "Opening", "Slab", "Room", "Roof", "Foundation"},
    "estimator.errors": {"Finding"},
    "shapely.io": {"from_wkb"},
    "shapely": {"from_wkb"},
    "shapely.lib": {"from_wkb"},
    "shapely._geos": set(),
}
"""What the answer of the process may be made of, by module."""


class _Answer(pickle.Unpickler):
    """Loads plans and findings, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        if name not in ALLOWED.get(module, set()):
            raise pickle.UnpicklingError(f"{module}.{name} does not belong in a plan")
        return super().find_class(module, name)


def read_foreign(path: Path, options: ReadOptions, shown: str | None = None) -> Plan:
    """The plan in a file of any foreign format.

    Parameters
    ----------
    path : Path
    options : ReadOptions
    shown : str, optional
        What the file is called in messages; default: the path.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        One sentence: the file, what is wrong, what would mend it.
    """
    name = str(path) if shown is None else shown
    answer = answer_of("estimator.readers.worker", (path.resolve(), name, options), name, options.limits)
    try:
        outcome: object = _Answer(io.BytesIO(answer)).load()
        if isinstance(outcome, Plan):
            return outcome
        if not isinstance(outcome, tuple):
            raise TypeError(f"{type(outcome).__name__} is no plan")
    except (pickle.UnpicklingError, EOFError, AttributeError, ValueError, TypeError) as error:
        raise PlanError(f"{name}: its reader gave no plan ({error}); save or export the file again") from error
    message, findings = outcome
    raise PlanError(str(message), findings)


def answer_of(module: str, task: object, name: str, limits: Limits) -> bytes:
    """What a process of its own, stopped at its limits, writes to its standard output.

    Parameters
    ----------
    module : str
        It is run with ``python -m``, binds itself with :func:`estimator.readers.worker.bind`, and takes its
        task as a pickle on standard input.
    task : object
        Fit to be pickled.
    name : str
        What the file it works on is called in messages.
    limits : Limits

    Returns
    -------
    bytes
        Made by a process that a hostile file may have taken over: not to be trusted.

    Raises
    ------
    PlanError
        The process could not start, took too much, or crashed.
    """
    roots = [str(Path(folder).resolve().parent) for folder in estimator.__path__]
    inherited = os.environ.get("PYTHONPATH")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*roots, *([inherited] if inherited else [])])}
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", module],
            input=pickle.dumps(task),
            capture_output=True,
            timeout=limits.time_s,
            env=environment,
            check=False,
        )
    except OSError as error:
        raise PlanError(f"{name}: no process can be started to read it ({error.strerror}); free memory") from error
    except subprocess.TimeoutExpired as error:
        raise PlanError(
            f"{name}: reading took longer than {limits.time_s:g} s and was stopped; "
            "export the walls alone, with a coarser level of detail, or raise --limit time_s"
        ) from error
    if child.returncode != 0:
        raise PlanError(_post_mortem(name, child.returncode, child.stderr.decode("utf-8", "replace")))
    return child.stdout


def _post_mortem(name: str, code: int, stderr: str) -> str:
    """Why the reading process died, in one sentence."""
    if "MemoryError" in stderr or "bad_alloc" in stderr or code == -signal.SIGKILL:
        return (
            f"{name}: needs more memory than allowed; export the walls alone, with a coarser level of detail, "
            "or raise --limit memory_bytes"
        )
    if code == -signal.SIGXCPU:
        return f"{name}: needs more computing time than allowed; export the walls alone, or raise --limit time_s"
    if code < 0:
        return (
            f"{name}: the parser crashed on it ({signal.Signals(-code).name}); "
            "it is damaged or too large; open it in the program it comes from and export the walls again"
        )
    last = next((line.strip() for line in reversed(stderr.splitlines()) if line.strip()), f"exit code {code}")
    return (
        f"{name}: does not fit together ({last[:200]}); "
        "it is damaged: open it in the program it comes from and export it again"
    )
