"""Sessions: what was said in one place, in the order of saying, up to a longer silence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SILENCE_SECONDS = 30 * 60.0
REACH = 2
NOBODY = -1

Rows = npt.NDArray[np.intp]
Windows = npt.NDArray[np.int32]


def alone(rows: Rows) -> Windows:
    """Return the windows of memories that belong to no session: nothing but themselves."""
    windows = np.full((len(rows), 2 * REACH + 1), NOBODY, np.int32)
    windows[:, REACH] = rows
    return windows


def windows_of(
    rows: Rows, said_at: npt.NDArray[np.float64], ids: npt.NDArray[np.uint64]
) -> tuple[Rows, Windows, Windows]:
    """Return lines of one place in their order, with the lines around each and its session.

    Args:
        rows: their numbers.
        said_at: when each was said, in seconds, of the same shape.
        ids: the first 64 bits of the id of each, which order what was said at one time.

    Returns:
        The rows in order, shape (lines,); for each the rows of the two lines before it, itself and
        the two after it, shape (lines, 5), `NOBODY` where its session has none; and for each the
        first row of its session, shape (lines,).
    """
    order = np.lexsort((ids, said_at))
    rows, said_at = rows[order], said_at[order]
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = np.diff(said_at) > SILENCE_SECONDS
    session = np.cumsum(begins)
    windows = alone(rows)
    for step in range(1, REACH + 1):
        together = session[step:] == session[:-step]
        windows[step:, REACH - step][together] = rows[:-step][together]
        windows[:-step, REACH + step][together] = rows[step:][together]
    first: Windows = rows[begins][session - 1].astype(np.int32)
    return rows, windows, first
