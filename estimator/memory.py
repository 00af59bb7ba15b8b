"""What stages made, kept by all that it depends on, so that what asks again with the same need not wait."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

MOST_KEPT = 8
"""Results that are kept of each stage; the oldest goes first."""

V = TypeVar("V")


class Memory:
    """Results of stages of one plan, or of one geometry."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Hashable, Any]] = {}

    def get(self, stage: str, key: Hashable, made: Callable[[], V]) -> V:
        """A result, worked out where it is not known.

        Parameters
        ----------
        stage : str
            Name of what is worked out.
        key : hashable
            All that it depends on, beside what this memory belongs to.
        made : callable
            Works it out.

        Returns
        -------
        any
        """
        store = self._kept.setdefault(stage, {})
        found: V | None = store.get(key)
        if found is None:
            found = made()
            for oldest in list(store)[: len(store) + 1 - MOST_KEPT]:
                store.pop(oldest, None)
            store[key] = found
        return found
