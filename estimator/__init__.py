"""From a plan to a defensible estimate: time, material and cost of printing it, and of building it otherwise.

>>> from estimator import read_plan, estimate, as_document
>>> plan = read_plan("examples/rectangular-72.json")
>>> document = as_document(estimate(plan, printer="cobod-bod2", samples=0))
>>> document["time"]["print_days"]
5

``import estimator`` is light; what needs numpy and shapely is loaded at its first use.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from estimator.compare import Comparison, compare
    from estimator.comparison_document import comparison_document
    from estimator.document import as_document
    from estimator.errors import EstimatorError, Finding, NotPrintableError, PlanError, UsageError
    from estimator.estimate import Estimate, estimate
    from estimator.export.native import native_text
    from estimator.fit import check
    from estimator.options import Limits, ReadOptions
    from estimator.plan import Plan
    from estimator.readers import read_plan

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Estimate",
    "EstimatorError",
    "Finding",
    "Limits",
    "NotPrintableError",
    "Plan",
    "PlanError",
    "ReadOptions",
    "UsageError",
    "__version__",
    "as_document",
    "check",
    "compare",
    "comparison_document",
    "estimate",
    "native_text",
    "read_plan",
]

_HOMES = {
    "Comparison": "compare",
    "Estimate": "estimate",
    "EstimatorError": "errors",
    "Finding": "errors",
    "Limits": "options",
    "NotPrintableError": "errors",
    "Plan": "plan",
    "PlanError": "errors",
    "ReadOptions": "options",
    "UsageError": "errors",
    "as_document": "document",
    "check": "fit",
    "compare": "compare",
    "comparison_document": "comparison_document",
    "estimate": "estimate",
    "native_text": "export.native",
    "read_plan": "readers",
}


def __getattr__(name: str) -> Any:
    """What a name of the public face stands for, loaded now."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package itself, where ``estimator.estimate`` is the function also once its module is loaded.

    Loading a submodule binds it to the package under its own name, which would hide the
    function of the same name, depending on who imported what first.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
