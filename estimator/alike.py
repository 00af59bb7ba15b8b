"""Sections much alike: sampled together, where a building has too many to hold samples of each.

A leaning wall has a section for every layer, and thousands of samples of thousands of sections
would fill gigabytes. Sections with as many starts and nearly the same length of path differ by
less than any fact is known; a group of them has their mean time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from estimator.toolpath import Toolpath
from estimator.work import Work

MOST_SECTIONS_SAMPLED = 250
"""With more sections those most alike are sampled together, in about so many groups."""


def alike_sections(toolpath: Toolpath) -> NDArray[np.int64] | None:
    """Group of each section: neighbours by the length of their path, with as many starts.

    Parameters
    ----------
    toolpath : Toolpath

    Returns
    -------
    (k,) int or None
        None where there are few enough to be sampled one by one.
    """
    count = len(toolpath.layers)
    if count <= MOST_SECTIONS_SAMPLED:
        return None
    order = np.lexsort((toolpath.per_section(toolpath.length_m), toolpath.starts))
    starts = toolpath.starts[order]
    begins = np.append(True, starts[1:] != starts[:-1])
    rank = np.arange(count) - np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    begins |= rank % -(-count // MOST_SECTIONS_SAMPLED) == 0
    group = np.empty(count, dtype=np.int64)
    group[order] = np.cumsum(begins) - 1
    return group


def group_weights(toolpath: Toolpath, group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of each section in the mean of its group, by its layers.

    Parameters
    ----------
    toolpath : Toolpath
    group : (k,) int

    Returns
    -------
    (k,) float
        [-]
    """
    layers = np.maximum(toolpath.layers.astype(float), 1e-9)  # a group may have none
    return np.asarray(layers / np.bincount(group, weights=layers)[group])


def grouped_work(work: Work, group: NDArray[np.int64] | None) -> Work:
    """The same work with sections of a group counted as one.

    Parameters
    ----------
    work : Work
    group : (k,) int or None
        Of each section; sections of a group have as many starts. None leaves them as they are.

    Returns
    -------
    Work
    """
    if group is None:
        return work
    groups = int(group.max()) + 1
    starts = np.zeros(groups, dtype=np.int64)
    starts[group] = work.starts
    laid, pair = np.unique(work.laid_part * groups + group[work.laid_section], return_inverse=True)
    return replace(
        work,
        layers=np.bincount(group, weights=work.layers).astype(np.int64),
        starts=starts,
        laid_part=laid // groups,
        laid_section=laid % groups,
        laid_layers=np.bincount(pair, weights=work.laid_layers).astype(np.int64),
    )
