"""Programmes: many houses, teams, crews, moves, supply and weather, run event by event.

>>> from estimator.programme.read import programme_of
>>> from estimator.programme.worked import work_out
>>> from estimator.programme.result import programme_document

``programme_of`` checks a plain object, ``work_out`` runs it, ``programme_document`` says what came out; events are in
:mod:`estimator.programme.events`, the pictures in :mod:`estimator.report.programme_pictures`.
"""
