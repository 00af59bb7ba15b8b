"""How the service runs: from options of the command line and from ``PRINTHOUSE_…`` in the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, fields
from typing import Any, cast

from estimator.errors import UsageError

PREFIX = "PRINTHOUSE_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set of the service.

    Attributes
    ----------
    host : str
        Address to listen on. Any but the loopback needs a key.
    port : int
    database : str
        SQLAlchemy URL, or the path of an SQLite file.
    workers : int
        Processes that estimate.
    queue_max : int
        Tasks that may wait or run; more are answered with 503.
    task_time_s : float
        After which a task is ended, and its process with it. [s]
    job_time_s : float
        The same for a programme, which is one long task. [s]
    task_memory_bytes : int
        Address space of a worker. [B]
    read_time_s : float
        That a parser of a foreign format may take, in a process of its own. [s]
    read_memory_bytes : int
        Address space of that process. [B]
    body_max_bytes : int
        Of a request. [B]
    receive_time_s : float
        That a client may take for the next piece of its request. [s]
    api_keys : tuple of str
        One of which every request to /v1 has to carry; none asked for if empty.
    cors_origins : tuple of str
        Pages of other hosts that may call; none if empty.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    database: str = "printhouse.sqlite"
    workers: int = 2
    queue_max: int = 64
    task_time_s: float = 60.0
    job_time_s: float = 1800.0
    task_memory_bytes: int = 6 * 1024**3
    read_time_s: float = 40.0
    read_memory_bytes: int = 2 * 1024**3
    body_max_bytes: int = 20_000_000
    receive_time_s: float = 30.0
    api_keys: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return self.database if "://" in self.database else f"sqlite:///{self.database}"

    def refuse_open_door(self) -> None:
        """Refuse to listen to other machines without a key.

        Raises
        ------
        UsageError
            The address is not the loopback, and no key is set.
        """
        if self.api_keys or self.host == "localhost":
            return
        try:
            is_loopback = ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            is_loopback = False
        if not is_loopback:
            raise UsageError(
                f"--host {self.host}: other machines could use the service without a key; set {PREFIX}API_KEYS, "
                "or listen on 127.0.0.1"
            )


def settings_from_environment(**changes: object) -> Settings:
    """Settings as the environment has them.

    Parameters
    ----------
    **changes
        What is known better, by name; None is nothing.

    Returns
    -------
    Settings

    Raises
    ------
    UsageError
        A variable holds no such value.
    """
    found: dict[str, object] = {}
    for field in fields(Settings):
        text = os.environ.get(PREFIX + field.name.upper())
        if text is None:
            continue
        usual = field.default
        if isinstance(usual, tuple):
            found[field.name] = tuple(part.strip() for part in text.split(",") if part.strip())
        elif isinstance(usual, str):
            found[field.name] = text
        else:
            try:
                found[field.name] = cast(Any, type(usual))(text)
            except ValueError:
                raise UsageError(f"{PREFIX}{field.name.upper()}={text}: is no number; give one in figures") from None
    found.update({name: value for name, value in changes.items() if value is not None})
    return cast(Settings, cast(Any, Settings)(**found))
