"""Runs scikit-learn and numpy on request.

Each line on standard input is a verb and key=value pairs; each answer is one line, "ok ..." or "error ...". `load` reads the
data from a folder of raw float64 and int32 files; `run` times one fit on it and, when asked, writes the solution: p coefficients
for each lambda, then the intercepts (NaN: no model for this lambda), then the mean errors of a cross-validation.
"""

import os
import sys
import time
import warnings


def fail(message):
    print("error " + " ".join(str(message).split()), flush=True)


try:
    import numpy as np
    import scipy.sparse
    import sklearn
    from sklearn.linear_model import ElasticNetCV, RidgeCV, enet_path, ridge_regression
    from sklearn.model_selection import PredefinedSplit
except ImportError as error:
    fail(error)
    sys.exit()

warnings.filterwarnings("ignore")
ITERATIONS = 10_000_000


class Data:
    def __init__(self, folder, n, p, kind, l1Ratio, intercept, folds):
        read = lambda name, dtype: np.fromfile(os.path.join(folder, name), dtype=dtype)
        self.n, self.p = int(n), int(p)
        if kind == "sparse":
            parts = (read("values", "<f8"), read("rowIndices", "<i4"), read("columnPointers", "<i4"))
            self.X = scipy.sparse.csc_matrix(parts, shape=(self.n, self.p))
        else:
            self.X = read("X", "<f8").reshape((self.n, self.p), order="F")
        self.y = read("y", "<f8")
        self.lambdas = read("lambdas", "<f8")
        self.l1_ratio = float(l1Ratio)
        self.intercept = intercept == "true"
        self.folds = read("folds", "<i4") if folds == "true" else None


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
    return lambda: (coefficients.T, np.zeros(len(data.lambdas)), None)


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
    return lambda: (coefficients, np.zeros(count), None)


def ridge_cv(data, tolerance, variant):
    """Leave-one-out over all lambdas and the best model; the others have none."""
    model = RidgeCV(alphas=data.n * data.lambdas, fit_intercept=data.intercept).fit(data.X, data.y)

    def solution():
        count = len(data.lambdas)
        coefficients = np.full((count, data.p), np.nan)
        intercepts = np.full(count, np.nan)
        chosen = int(np.argmin(np.abs(data.n * data.lambdas - model.alpha_)))
        coefficients[chosen], intercepts[chosen] = model.coef_, model.intercept_
        return coefficients, intercepts, None

    return solution


def eigen(data, tolerance, variant):
    """X'X = VDV', then w = V(D + n·lambda)⁻¹V'X'y for all lambdas in one product."""
    values, vectors = np.linalg.eigh(data.X.T @ data.X)
    rotated = vectors.T @ (data.X.T @ data.y)
    coefficients = (rotated / (values + data.n * data.lambdas[:, None])) @ vectors.T
    return lambda: (coefficients, np.zeros(len(data.lambdas)), None)


SOLVERS = {"path": path, "cv": cross_validation, "ridge": ridge, "ridgecv": ridge_cv, "eigen": eigen}


def run(data, folder, solver, tolerance, variant, out):
    start = time.perf_counter()
    solution = SOLVERS[solver](data, float(tolerance), variant)
    seconds = time.perf_counter() - start
    if out != "none":
        with open(os.path.join(folder, out), "wb") as file:
            for part in solution():
                if part is not None:
                    np.ascontiguousarray(part, dtype="<f8").tofile(file)
    return seconds


def main():
    print(f"ready scikit-learn {sklearn.__version__}, numpy {np.__version__}", flush=True)
    data, folder = None, None
    for line in sys.stdin:
        verb, *pairs = line.split()
        values = dict(pair.split("=", 1) for pair in pairs)
        try:
            if verb == "load":
                folder = values["folder"]
                data = Data(**values)
                print("ok", flush=True)
            else:
                print(f"ok {run(data, folder, **values)!r}", flush=True)
        except Exception as error:  # the bench reports it and goes on
            fail(f"{type(error).__name__}: {error}")


main()
