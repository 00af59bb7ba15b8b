"""What stops the work (exceptions) and what a person should know (findings)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person has to know or fix.

    Attributes
    ----------
    code : str
        Stable name, documented in ``docs/findings.md`` and never re-used.
    severity : {"error", "warning", "note"}
        Errors stop the estimate; the others travel with it.
    where : str
        Element id, or a JSON pointer into the plan file.
    message : str
        One sentence: what is wrong and what would fix it.
    """

    code: str
    severity: Severity
    where: str
    message: str


class EstimatorError(Exception):
    """Base of every error that a user can cause and mend.

    Parameters
    ----------
    message : str
        One sentence for the person at the other end.
    findings : iterable of Finding
        Everything that is wrong, when there is more than the one sentence.
    """

    code = "error"

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = tuple(findings)


class UsageError(EstimatorError):
    """A wrong option, an unknown name, an impossible override."""

    code = "usage"


class PlanError(EstimatorError):
    """The plan file cannot be read or is not a valid plan."""

    code = "plan"


class NotPrintableError(EstimatorError):
    """The plan is valid, but this printer cannot print it."""

    code = "not-printable"
