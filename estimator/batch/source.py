"""What is worked out for a plan of a batch: its bytes, and where its houses are to stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from estimator.errors import PlanError


@dataclass(frozen=True, slots=True)
class Place:
    """Where houses of one plan stand.

    Attributes
    ----------
    site : str
        Name of the place; empty where it has none.
    latitude_deg, longitude_deg : float or None
        [deg]
    count : int
        Houses there.
    """

    site: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    count: int = 1


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Source:
    """A plan.

    Attributes
    ----------
    path : str
        Of its file, or what it is called.
    content : bytes or None
        UTF-8 text of a plan that lies in no file of its own.
    is_footprint : bool
        Whether that is the outline of a house (:mod:`estimator.batch.footprints`), which stands for the plan.
    """

    path: str
    content: bytes | None = None
    is_footprint: bool = False

    def digest(self) -> bytes:
        """What tells its content from others.

        Returns
        -------
        bytes
            Of a file that cannot be read, by its name and the reason.
        """
        if self.content is not None:
            return hashlib.sha256((b"footprint" if self.is_footprint else b"") + self.content).digest()
        try:
            refuse_odd(self.path)
            with Path(self.path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest()
        except (OSError, ValueError, PlanError) as error:
            return hashlib.sha256(f"{self.path!a} {error}".encode()).digest()


def refuse_odd(path: str) -> None:
    """Refuse what is there and no regular file, such as a pipe, which may never end.

    Parameters
    ----------
    path : str

    Raises
    ------
    PlanError
    """
    at = Path(path)
    if at.exists() and not at.is_file() and not at.is_dir():
        raise PlanError(f"{path}: is no regular file; name a plan file")


def printable(text: str) -> str:
    """A text that may hold the name of a file, as one that a table can hold.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With bytes that are no UTF-8 written out.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
