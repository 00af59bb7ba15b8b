"""The text of a JSON document, and what is found and counted while it is read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from estimator.errors import Finding, PlanError, Severity

MOST_FINDINGS = 200
"""Problems after which reading stops: the rest would say the same."""


class Doubled(dict[str, Any]):
    """An object in which a key stands more than once; the last value counts.

    Attributes
    ----------
    twice : list of str
    """

    twice: list[str]


def load_json(text: str, source: str) -> Any:
    """The value of a JSON text.

    Parameters
    ----------
    text : str
    source : str
        Name of the file, for messages.

    Returns
    -------
    dict, list, str, float, int, bool or None
        NaN, Infinity and numbers too large for a float come through as floats that are not
        finite, for :meth:`Entry.number` to refuse at their place.

    Raises
    ------
    PlanError
        The text is not JSON.
    """
    try:
        return json.loads(text, parse_int=_whole, parse_constant=float, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise PlanError(
            f"{source}: is not complete JSON (line {error.lineno}, column {error.colno}: {error.msg}); "
            "save or export the plan again"
        ) from None
    except RecursionError:
        raise PlanError(f"{source}: is nested too deeply; a plan needs no more than ten levels") from None


def _whole(digits: str) -> float:
    # Python refuses to read integers of thousands of digits; a float overflows to infinity.
    return int(digits) if len(digits) < 16 else float(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    doubled = Doubled(plain)
    count = Counter(key for key, _ in pairs)
    doubled.twice = [key for key, times in count.items() if times > 1]
    return doubled


class Reading:
    """What has been found and counted while one document is read.

    Parameters
    ----------
    source : str
        Name of the file, for messages.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self._errors = 0
        self._about = ""
        self._counted: dict[str, int] = {}
        self._named: dict[tuple[str, str], str] = {}

    @property
    def errors(self) -> int:
        """Number of errors so far."""
        return self._errors

    def error(self, code: str, where: str, message: str) -> None:
        """Note something that has to be mended.

        Parameters
        ----------
        code : str
        where : str
            JSON pointer.
        message : str
            Says on from the pointer: what is wrong; what to do.
        """
        self._add(code, "error", where, message)
        self._errors += 1
        if self._errors >= MOST_FINDINGS:
            self._about = ""
            self._add("plan-problems", "error", "", f"stops being read after {MOST_FINDINGS} problems; mend these")
            self.refuse()

    def warning(self, code: str, where: str, message: str) -> None:
        """Note something that a person should know.

        Parameters
        ----------
        code : str
        where : str
            JSON pointer.
        message : str
        """
        self._add(code, "warning", where, message)

    def _add(self, code: str, severity: Severity, where: str, message: str) -> None:
        self.findings.append(Finding(code, severity, where, message + self._about))

    @contextmanager
    def about(self, element: str) -> Iterator[None]:
        """Name an element behind every message made meanwhile.

        Parameters
        ----------
        element : str
        """
        before, self._about = self._about, f" ({element})"
        yield
        self._about = before

    def count(self, what: str, number: int, most: int, where: str) -> None:
        """Add to a count that has an upper limit.

        Parameters
        ----------
        what : str
            Plural noun.
        number, most : int
        where : str
            JSON pointer.

        Raises
        ------
        PlanError
            The limit is passed; reading on could take for ever.
        """
        self._counted[what] = self._counted.get(what, 0) + number
        if self._counted[what] > most:
            self.error("plan-too-large", where, f"brings the plan to more than {most} {what}; split the plan")
            self.refuse()

    def claim(self, kind: str, name: str, where: str) -> None:
        """Note that an element is called so; an error where another one is.

        Parameters
        ----------
        kind : str
            Names differ within a kind.
        name : str
        where : str
            JSON pointer of the element.
        """
        first = self._named.setdefault((kind, name), where)
        if first != where:
            self.error("id-twice", where, f"has the id of {first}; give each {kind} its own")

    def refuse(self) -> NoReturn:
        """Stop with everything found.

        Raises
        ------
        PlanError
        """
        errors = [f for f in self.findings if f.severity == "error"]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise PlanError(f"{self.source}: {errors[0].where or 'the plan'} {errors[0].message}{more}", self.findings)
