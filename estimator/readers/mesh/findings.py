"""Findings of the mesh reader: what was understood, mended or left out of a mesh."""

from __future__ import annotations

from estimator.errors import Severity

SENTENCES: dict[str, tuple[Severity, str]] = {
    "mesh-damaged": ("warning", "{n} part{s} of the file do not fit together and are missing: export again."),
    "mesh-up-contradicted": ("warning", "The file's upward axis is not believed: {detail}; --up overrides."),
    "mesh-up-doubtful": ("warning", "The upward axis is uncertain: {detail}; say it with --up."),
    "mesh-crumbs": ("note", "Parts too small to be walls, left out: {detail}."),
    "mesh-not-closed": ("warning", "{n} part{s} left out, because no section closes: close the mesh there."),
    "mesh-mended": ("note", "{n} part{s} open in the file, closed straight across the gaps: check the outline there."),
    "mesh-plates": ("note", "{n} floor{s} or flat roof{s}, which are not printed, left out."),
    "mesh-roofs": ("note", "{n} sloping roof{s}, which are not printed, left out{detail}."),
    "mesh-no-wall": ("note", "{n} part{s} left out as no wall ({detail}); --layer takes them by name."),
    "mesh-beams": ("note", "{n} beam{s} hanging free, left out."),
    "mesh-massive": (
        "warning",
        "Kept as walls although wider than 1.2 m: {n} part{s} of the model; leave out what is none.",
    ),
    "mesh-shelled": ("note", "Solid parts taken as enclosed by walls {detail} m thick, as told."),
    "mesh-tall": ("warning", "{n} storey{s} of {detail} m: without floors, or names, storeys are not told apart."),
    "mesh-leaning": ("note", "{n} wall{s} that lean or curve upwards, as stacks of thin prisms."),
    "mesh-stepped": ("note", "{n} wall{s} not described by base, top and openings, as their sections."),
}
"""Severity and sentence by code."""
