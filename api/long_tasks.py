"""Tasks of jobs, as workers do them: plans of batches, and programmes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from api.told import for_http
from api.worker import guarded

Object = dict[str, Any]

ESTIMATED, REPEATED = 0.2, 0.9
"""Shares of a programme that are done once its houses are estimated, and its repetitions are run."""


@guarded
def batch_task(task: bytes) -> Object:
    """The rows of a plan of a batch.

    Parameters
    ----------
    task : bytes
        Of :meth:`estimator.batch.task.Task.packed`.

    Returns
    -------
    dict
        ``rows``.
    """
    from estimator.batch.task import task_rows

    rows = task_rows(task)
    return {"rows": [{**row, "message": for_http(row.get("message", ""))} for row in rows]}


@guarded
def programme_task(request: Mapping[str, Any], told: str) -> Object:
    """A programme worked out.

    Parameters
    ----------
    request : mapping
        Of :class:`api.models.ProgrammeRequest`.
    told : str
        File to write the share that is done to.

    Returns
    -------
    dict
        ``files``, bytes by name.
    """
    from estimator.programme import (
        Wanted,
        event_rows,
        programme_document,
        programme_of,
        smallest_fleet,
        strategies,
        work_out,
    )  # fmt: skip
    from estimator.programme.events import COLUMNS
    from estimator.programme.search import SIZES
    from estimator.report.csv_ import csv_text
    from estimator.report.programme_pictures import fleet_picture, programme_picture
    from estimator.report.svg_ import svg_text
    from materials import method_ids

    progress = _Share(Path(told))
    by = date.fromisoformat(request["by"]) if request.get("by") else None
    budget, sure = request.get("budget"), request.get("sure", 0.9)
    compares = bool(request.get("strategies")) or budget is not None
    asked = programme_of(request["programme"])
    done = work_out(asked, workers=1, progress=progress, methods=method_ids() if compares else ())
    progress.is_searching = True
    fleet = None if by is None else smallest_fleet(done.model, by, sure, workers=1, progress=progress)
    sizes = (1.0,) if budget is None else SIZES
    ways = strategies(done.model, sizes=sizes, workers=1, progress=progress) if compares else []
    document = programme_document(done, Wanted(by, budget, sure), fleet, ways)
    files = {
        "programme.json": orjson.dumps(document),
        "events.csv": csv_text(tuple(COLUMNS), event_rows(done)).encode("utf-8"),
        "teams.svg": svg_text(programme_picture(done)).encode("utf-8"),
        "use.svg": svg_text(fleet_picture(document)).encode("utf-8"),
    }
    return {"files": files}


class _Share:
    """Writes the share that is done to a file, where the service looks for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._share = 0.0
        self.is_searching = False

    def __call__(self, says: str, done: int, of: int) -> None:
        if self.is_searching:  # nobody knows how many runs are to come
            share = self._share + (1.0 - self._share) / 100
        elif says.startswith("estimating"):
            share = ESTIMATED * done / of
        else:
            share = ESTIMATED + (REPEATED - ESTIMATED) * done / of
        if share > self._share:
            self._share = share
            self._path.write_text(f"{share:.4f}", encoding="ascii")
