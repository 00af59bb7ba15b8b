"""The process that reads one file of a foreign format: ``python -m estimator.readers.worker``.

Takes (path, shown name, options) as a pickle on standard input, and writes one pickle to standard
output: a Plan, or (message, findings) of a PlanError.
"""

from __future__ import annotations

import os
import pickle
import sys

from estimator.errors import PlanError
from estimator.options import Limits


def main() -> None:
    """Read a file and write the outcome."""
    path, shown, options = pickle.load(sys.stdin.buffer)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever a library prints must not get between the bytes of the answer
        bind(options.limits)
        from estimator.readers.detect import read_any

        outcome: object
        try:
            outcome = read_any(path, options, shown)
        except PlanError as error:
            outcome = (str(error), error.findings)
        pickle.dump(outcome, out, protocol=pickle.HIGHEST_PROTOCOL)


def bind(limits: Limits) -> None:
    """Bind this process where the system can (not on Windows); the processor has several threads.

    Parameters
    ----------
    limits : Limits
    """
    try:
        import resource
    except ImportError:
        return
    processor_s = (int(limits.time_s) + 1) * (os.cpu_count() or 1)
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.bytes),
    ):
        hard = resource.getrlimit(kind)[1]
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, hard))


if __name__ == "__main__":
    main()
