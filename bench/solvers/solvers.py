"""Paths and cross-validation by scikit-learn and numpy, for serve.py.

A solution is p coefficients for each lambda, the intercepts (NaN: no model for this lambda), and the mean errors of a
cross-validation.
"""

from functools import partial

import numpy as np
import sklearn
from raw import read, read_matrix
from sklearn.linear_model import ElasticNetCV, LogisticRegression, RidgeCV, enet_path, ridge_regression
from sklearn.model_selection import PredefinedSplit

DESCRIPTION = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
ITERATIONS = 10_000_000


class load:
    """The data of one task."""

    def __init__(self, folder, family, outputs, n, p, kind, l1Ratio, intercept, folds):
        self.n, self.p = int(n), int(p)
        self.X = read_matrix(folder, self.n, self.p, kind)
        # The solvers for classes want rows together and would copy X for each lambda.
        if family == "binomial" and kind != "sparse":
            self.X = np.ascontiguousarray(self.X)
        self.y = read(folder, "y")
        self.lambdas = read(folder, "lambdas")
        self.l1_ratio = float(l1Ratio)
        self.intercept = intercept == "true"
        self.folds = read(folder, "folds", "<i4") if folds == "true" else None


def path(data, tolerance, variant):
    _, coefficients, _ = enet_path(
        data.X,
        data.y,
        l1_ratio=data.l1_ratio,
        alphas=data.lambdas,
        precompute="auto",
        copy_X=variant != "in-place",
        tol=tolerance,
        max_iter=ITERATIONS,
    )
    return lambda: (coefficients.T, np.zeros(len(data.lambdas)))


def cross_validation(data, tolerance, variant):
    model = ElasticNetCV(
        l1_ratio=data.l1_ratio,
        alphas=data.lambdas,
        fit_intercept=data.intercept,
        cv=PredefinedSplit(data.folds),
        tol=tolerance,
        max_iter=ITERATIONS,
    ).fit(data.X, data.y)

    def solution():
        count = len(data.lambdas)
        coefficients = np.full((count, data.p), np.nan)
        intercepts = np.full(count, np.nan)
        chosen = int(np.argmin(np.abs(data.lambdas - model.alpha_)))
        coefficients[chosen], intercepts[chosen] = model.coef_, model.intercept_
        return coefficients, intercepts, model.mse_path_.mean(axis=1)

    return solution


def ridge(data, tolerance, variant):
    count = len(data.lambdas)
    targets = np.repeat(data.y[:, None], count, axis=1)
    coefficients = ridge_regression(data.X, targets, alpha=data.n * data.lambdas, solver=variant)
    return lambda: (coefficients, np.zeros(count))


def leave_one_out(data, tolerance, variant):
    model = RidgeCV(data.n * data.lambdas, fit_intercept=data.intercept, store_cv_values=True).fit(data.X, data.y)

    def solution():
        count = len(data.lambdas)
        coefficients = np.full((count, data.p), np.nan)
        intercepts = np.full(count, np.nan)
        chosen = int(np.argmin(np.abs(data.n * data.lambdas - model.alpha_)))
        coefficients[chosen], intercepts[chosen] = model.coef_, model.intercept_
        return coefficients, intercepts, model.cv_values_.mean(axis=0)

    return solution


def eigen(data, tolerance, variant):
    """X'X = VDV', then w = V(D + n·lambda)⁻¹V'X'y for all lambdas in one product."""
    values, vectors = np.linalg.eigh(data.X.T @ data.X)
    rotated = vectors.T @ (data.X.T @ data.y)
    coefficients = (rotated / (values + data.n * data.lambdas[:, None])) @ vectors.T
    return lambda: (coefficients, np.zeros(len(data.lambdas)))


def logistic(solver, data, tolerance, variant):
    """C weighs the sum of the losses against the penalty: C = 1/(n·lambda). liblinear begins anew at each lambda.

    An L1 path begins at the smallest lambda without coefficients, and nothing is fitted there: liblinear stops relative to the
    gradient at 0, so that it would never end.
    """
    lasso = data.l1_ratio == 1
    model = LogisticRegression(
        penalty="l1" if lasso else "l2",
        solver=solver,
        tol=tolerance,
        fit_intercept=data.intercept,
        warm_start=True,
        max_iter=ITERATIONS,
        random_state=0,
    )
    coefficients = np.zeros((len(data.lambdas), data.p))
    for place in range(1 if lasso else 0, len(data.lambdas)):
        model.C = 1 / (data.n * data.lambdas[place])
        coefficients[place] = model.fit(data.X, data.y).coef_[0]
    return lambda: (coefficients, np.zeros(len(data.lambdas)))


CLASSIFIERS = ("liblinear", "saga", "lbfgs", "newton-cg", "newton-cholesky")
SOLVERS = {"path": path, "cv": cross_validation, "ridge": ridge, "loo": leave_one_out, "eigen": eigen}
SOLVERS |= {solver: partial(logistic, solver) for solver in CLASSIFIERS}
