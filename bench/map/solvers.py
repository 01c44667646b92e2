"""Fits by scikit-learn, as they are typed, for serve.py.

A solution is p coefficients for each lambda and output, then the intercepts.
"""

import numpy as np
import sklearn
from raw import read, read_matrix
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, lasso_path

DESCRIPTION = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
ITERATIONS = 1_000_000


class load:
    """The data of one row."""

    def __init__(self, folder, family, outputs, n, p, kind, l1Ratio, intercept, folds):
        self.n, self.p = int(n), int(p)
        self.X = read_matrix(folder, self.n, self.p, kind)
        self.rows = None
        if family != "gaussian":
            # The solvers of other losses want rows together, and would copy X first.
            self.rows = self.X.tocsr() if kind == "sparse" else np.ascontiguousarray(self.X)
        y = read(folder, "y")
        self.y = y.reshape((self.n, int(outputs)), order="F") if len(y) > self.n else y
        self.lambdas = read(folder, "lambdas")
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
