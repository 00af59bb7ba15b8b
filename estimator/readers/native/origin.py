"""What a converted plan carries along from the file it was made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from estimator.errors import Finding, Severity
from estimator.readers.fields import LONGEST_NOTE, Entry, is_text, shown
from estimator.readers.native import format as fmt

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""How the code of a finding looks."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a converted plan comes from, and what was found when that was read.

    Attributes
    ----------
    source : str
        File name and format.
    unit : str
        Unit of length, in words.
    evidence, skipped : tuple of str
        As in :class:`~estimator.plan.Plan`.
    findings : tuple of Finding
    """

    source: str
    unit: str
    evidence: tuple[str, ...]
    skipped: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_origin(plan: Entry) -> Origin | None:
    """The origin that a plan names.

    Parameters
    ----------
    plan : Entry

    Returns
    -------
    Origin or None
        None for plans drawn in this format.
    """
    if not plan.has("origin"):
        return None
    entry = plan.entry("origin", fmt.ORIGIN)
    return Origin(
        entry.text("source", ""),
        entry.text("unit", "metre"),
        sentences(entry, "evidence", fmt.MOST_NOTES),
        sentences(entry, "skipped", fmt.MOST_NOTES),
        _findings(entry),
    )


def sentences(entry: Entry, key: str, most: int) -> tuple[str, ...]:
    """A list of sentences.

    Parameters
    ----------
    entry : Entry
    key : str
    most : int

    Returns
    -------
    tuple of str
    """
    values = entry.items(key)
    entry.reading.count(key, len(values), most, entry.at(key))
    for k, value in enumerate(values):
        if not is_text(value, LONGEST_NOTE):
            message = f"is {shown(value)}; one sentence of 1 to {LONGEST_NOTE} characters belongs here"
            entry.reading.error("plan-type", f"{entry.at(key)}/{k}", message)
    return tuple(v for v in values if isinstance(v, str))


def _findings(origin: Entry) -> tuple[Finding, ...]:
    reading = origin.reading
    values = origin.items("findings")
    reading.count("findings", len(values), fmt.MOST_NOTES, origin.at("findings"))
    findings = []
    for k, value in enumerate(values):
        entry = Entry(reading, value, f"{origin.at('findings')}/{k}", fmt.FINDING)
        if not entry.is_object:
            continue
        for key in ("code", "message"):
            if not entry.has(key):
                reading.error("plan-missing", entry.at(key), "is missing; a finding has a code and a message")
        code, message = entry.text("code", "-"), entry.text("message", "", fmt.LONGEST_MESSAGE)
        if not CODE.fullmatch(code) and code != "-":
            wrong = f"is {shown(code)}; a code is made of small letters and dashes (docs/findings.md)"
            reading.error("plan-type", entry.at("code"), wrong)
        if "\n" in message:
            reading.error("plan-type", entry.at("message"), "has line breaks; a message is one line of text")
        severity = cast(Severity, entry.choice("severity", "note"))
        findings.append(Finding(code, severity, entry.text("where", ""), message))
    return tuple(findings)
