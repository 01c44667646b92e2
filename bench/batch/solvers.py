"""Many small fits by scikit-learn and numpy, for serve.py. A solution is p coefficients for each model."""

import numpy as np
import sklearn
from raw import read
from sklearn.linear_model import Lasso, Ridge, ridge_regression

DESCRIPTION = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
ITERATIONS = 10_000_000


class load:
    """The data of all models, in the layouts that suit: stacked for numpy, in Fortran order for scikit-learn."""

    def __init__(self, folder, count, n, p):
        self.n, self.p = int(n), int(p)
        self.X = read(folder, "X").reshape((int(count), self.n, self.p))
        self.y = read(folder, "y").reshape((int(count), self.n))
        self.lambdas = read(folder, "lambdas")
        self.columns = [np.asfortranarray(X) for X in self.X]


def lasso(data, tolerance, variant):
    options = {"fit_intercept": False, "tol": tolerance, "max_iter": ITERATIONS}
    if variant == "unchecked":
        models = [
            Lasso(alpha, copy_X=False, **options).fit(X, y, check_input=False)
            for X, y, alpha in zip(data.columns, data.y, data.lambdas)
        ]
    else:
        models = [Lasso(alpha, **options).fit(X, y) for X, y, alpha in zip(data.columns, data.y, data.lambdas)]
    return lambda: (np.array([model.coef_ for model in models]),)


def ridge(data, tolerance, variant):
    if variant == "unchecked":
        coefficients = [
            ridge_regression(X, y, data.n * alpha, solver="cholesky", check_input=False)
            for X, y, alpha in zip(data.columns, data.y, data.lambdas)
        ]
    else:
        coefficients = [
            Ridge(data.n * alpha, fit_intercept=False).fit(X, y).coef_
            for X, y, alpha in zip(data.columns, data.y, data.lambdas)
        ]
    return lambda: (np.array(coefficients),)


def stacked(data, tolerance, variant):
    """X'X + n·lambda·I of all models as one array, and one call that solves them."""
    transposed = data.X.transpose(0, 2, 1)
    gram = transposed @ data.X
    diagonal = np.arange(data.p)
    gram[:, diagonal, diagonal] += data.n * data.lambdas[:, None]
    coefficients = np.linalg.solve(gram, transposed @ data.y[:, :, None])
    return lambda: (coefficients,)


SOLVERS = {"lasso": lasso, "ridge": ridge, "stacked": stacked}
