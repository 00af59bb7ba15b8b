"""The process that reads one IFC file: ``python -m estimator.readers.ifc_worker PATH BYTES SECONDS``.

Writes one pickle to its standard output: a Plan, or (message, findings) of a PlanError.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

from estimator.errors import PlanError


def main(path: str, memory_limit_bytes: str, time_limit_s: str) -> None:
    """Read a file and write the outcome.

    Parameters
    ----------
    path : str
    memory_limit_bytes : str
    time_limit_s : str
        Wall-clock limit; the processor gets as much for each of its threads. [s]
    """
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not get between the bytes of the answer
        _limit(int(memory_limit_bytes), int(time_limit_s) * (os.cpu_count() or 1))
        from estimator.readers.ifc import parse_ifc

        outcome: object
        try:
            outcome = parse_ifc(Path(path))
        except PlanError as error:
            outcome = (str(error), error.findings)
        pickle.dump(outcome, out, protocol=pickle.HIGHEST_PROTOCOL)


def _limit(memory_bytes: int, processor_s: int) -> None:
    """Bind this process where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, processor_s)):
        hard = resource.getrlimit(kind)[1]
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    main(*sys.argv[1:4])
