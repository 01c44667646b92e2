"""Data as the benches hand it over: folders of raw float64 and int32 files."""

import os

import numpy as np
import scipy.sparse


def read(folder, name, dtype="<f8"):
    return np.fromfile(os.path.join(folder, name), dtype=dtype)


def read_matrix(folder, n, p, kind):
    """n rows, p columns: dense ones lie one after the other."""
    if kind != "sparse":
        return read(folder, "X").reshape((n, p), order="F")
    parts = (read(folder, "values"), read(folder, "rowIndices", "<i4"), read(folder, "columnPointers", "<i4"))
    return scipy.sparse.csc_matrix(parts, shape=(n, p))
