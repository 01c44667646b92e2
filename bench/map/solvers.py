"""Fits by scikit-learn, as they are typed, for serve.py.

A solution is p coefficients for each lambda and output, then the intercepts.
"""

import os

import numpy as np
import scipy.sparse
import sklearn
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, lasso_path

DESCRIPTION = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
ITERATIONS = 1_000_000


class load:
    """The data of one row, read from a folder of raw float64 and int32 files."""

    def __init__(self, folder, family, outputs, n, p, kind, l1Ratio, intercept, folds):
        read = lambda name, dtype: np.fromfile(os.path.join(folder, name), dtype=dtype)
        self.n, self.p = int(n), int(p)
        if kind == "sparse":
            parts = (read("values", "<f8"), read("rowIndices", "<i4"), read("columnPointers", "<i4"))
            self.X = scipy.sparse.csc_matrix(parts, shape=(self.n, self.p))
            self.rows = self.X.tocsr() if family != "gaussian" else None
        else:
            self.X = read("X", "<f8").reshape((self.n, self.p), order="F")
            # The solvers of other losses want rows together, and would copy X first.
            self.rows = np.ascontiguousarray(self.X) if family != "gaussian" else None
        y = read("y", "<f8")
        self.y = y.reshape((self.n, int(outputs)), order="F") if len(y) > self.n else y
        self.lambdas = read("lambdas", "<f8")
        self.intercept = intercept == "true"


def path(data, tolerance, variant):
    """`precomputed`: on X'X of an X that is not copied."""
    options = {"precompute": True, "copy_X": False} if variant == "precomputed" else {}
    _, coefficients, _ = lasso_path(
        data.X, data.y, alphas=data.lambdas, tol=tolerance, max_iter=ITERATIONS, **options
    )
    return lambda: (coefficients.T, np.zeros(len(data.lambdas)))


def ridge(data, tolerance, variant):
    model = Ridge(data.n * data.lambdas[0], fit_intercept=data.intercept, tol=tolerance).fit(data.X, data.y)
    return lambda: (model.coef_, np.atleast_1d(model.intercept_))


def logistic(data, tolerance, variant):
    model = LogisticRegression(
        C=1 / (data.n * data.lambdas[0]), fit_intercept=data.intercept, tol=tolerance, max_iter=ITERATIONS
    ).fit(data.rows, data.y)
    return lambda: (model.coef_, model.intercept_)


def poisson(data, tolerance, variant):
    model = PoissonRegressor(
        alpha=data.lambdas[0], fit_intercept=data.intercept, tol=tolerance, max_iter=ITERATIONS
    ).fit(data.rows, data.y)
    return lambda: (model.coef_, np.atleast_1d(model.intercept_))


SOLVERS = {"path": path, "ridge": ridge, "logistic": logistic, "poisson": poisson}
