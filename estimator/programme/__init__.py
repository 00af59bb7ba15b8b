"""Programmes: many houses, teams, crews, moves, supply and weather, run event by event.

>>> from estimator.programme import programme_document, programme_of, work_out
>>> plots = {"start": "2027-03-01", "houses": [{"plan": "small.json"}], "teams": [{"printer": "cobod-bod2"}]}
>>> document = programme_document(work_out(programme_of(plots, folder)))

``programme_of`` checks a plain object, ``work_out`` runs it and tells its progress, ``programme_document`` says what
came out, ``event_rows`` what happened when; pictures are made by :mod:`estimator.report.programme_pictures`.
"""

from estimator.programme.asked import Programme
from estimator.programme.events import event_rows
from estimator.programme.read import programme_of, read_programme, with_settings
from estimator.programme.result import Wanted, programme_document
from estimator.programme.search import smallest_fleet, strategies
from estimator.programme.worked import Worked, work_out

__all__ = [
    "Programme",
    "Wanted",
    "Worked",
    "event_rows",
    "programme_document",
    "programme_of",
    "read_programme",
    "smallest_fleet",
    "strategies",
    "with_settings",
    "work_out",
]
