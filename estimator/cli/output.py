"""Where results of the command line go: stdout or a file, as text, JSON, CSV or bytes."""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from estimator.cli.screen import colour_on, encodable
from estimator.errors import UsageError

FULL = (errno.ENOSPC, errno.EIO, errno.EDQUOT)

FORMATS = ("text", "json", "csv")
SUFFIXES = {".json": "json", ".csv": "csv", ".txt": "text", ".text": "text"}


def format_of(kind: str | None, output: str | None) -> str:
    """Format asked for, by name or by the suffix of the file."""
    if kind is not None:
        return kind
    if output in (None, "-"):
        return "text"
    suffix = Path(str(output)).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{output}: the suffix {suffix!r} names no format; end the name in {', '.join(SUFFIXES)}, or say --format"
        )
    return SUFFIXES[suffix]


def answer(
    kind: str,
    output: str | None,
    *,
    text: Callable[[bool], str],
    document: Callable[[], dict[str, Any]],
    table: Callable[[], str],
) -> None:
    """Write the result in the format asked for, to stdout or to a file."""
    to_file = output not in (None, "-")
    if kind == "json":
        content = json.dumps(document(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    elif kind == "csv":
        content = table()
    else:
        content = text(not to_file and colour_on(sys.stdout))
    if to_file:
        refuse_to_overwrite(Path(str(output)))
        write(Path(str(output)), content.encode("utf-8"))
        return
    if kind == "text":
        content = encodable(content, sys.stdout)
    binary = getattr(sys.stdout, "buffer", None)
    if kind != "text" and binary is not None:  # JSON and CSV are UTF-8 whatever the terminal speaks
        binary.write(content.encode("utf-8"))
        binary.flush()
    else:
        click.echo(content, nl=False, color=True if colour_on(sys.stdout) else None)


def refuse_to_overwrite(path: Path) -> None:
    """The answer must not replace a file it was made from."""
    for source in click.get_current_context().meta.get("sources", ()):
        if path.exists() and os.path.exists(source) and path.samefile(source):
            raise UsageError(f"{path}: is a file that was read; name another file for the answer")


def write(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all, in one piece or part by part."""
    parts = (content,) if isinstance(content, bytes) else content
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:  # a pipe or a device cannot be replaced
                device.writelines(parts)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
            os.replace(name, path)
        except BaseException as error:
            Path(name).unlink(missing_ok=True)
            raise error
    except OSError as error:
        advice = "make room" if error.errno in FULL else "name a file in a folder that exists"
        raise UsageError(f"{path}: cannot be written ({error.strerror}); {advice}") from None
