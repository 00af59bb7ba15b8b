"""Crossings of closed tours undone: parts turned round while that makes the travel shorter (2-opt)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST_M = 1e9
"""Longer than any way on a site. [m]"""


def uncrossed(
    enter_m: NDArray[np.float64], leave_m: NDArray[np.float64], least_gain_m: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]] | None:
    """Parts of a closed tour turned round while that makes its travel shorter.

    Parameters
    ----------
    enter_m, leave_m : (n, 2) float
        Where each stop of the tour begins and ends. [m]
    least_gain_m : float
        Turning part of a tour round for less is not worth it. [m]

    Returns
    -------
    (n,) int
        The stops in their new order.
    (n,) bool
        Which of these are passed backwards.
    None
        Where nothing is to be gained.
    """
    count = len(enter_m)
    ends = np.concatenate((enter_m, leave_m))
    x, y = ends[:, 0], ends[:, 1]
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    begin, end = np.arange(count), np.arange(count, 2 * count)
    before = np.tri(count) * LONGEST_M
    turned = False
    for _ in range(2 * count):
        after = np.append(begin[1:], begin[0])
        way = apart[end, after]
        # part i + 1 … j the other way round: its ends change places
        gain = way[:, None] + way
        gain -= apart.take(end, 0).take(end, 1)
        gain -= apart.take(after, 0).take(after, 1)
        gain -= before
        i, j = divmod(int(gain.argmax()), count)
        if gain[i, j] < least_gain_m:
            break
        turned = True
        part = slice(i + 1, j + 1)
        begin[part], end[part] = end[part][::-1].copy(), begin[part][::-1].copy()
    return (begin % count, begin >= count) if turned else None
