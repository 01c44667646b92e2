"""A stream by scikit-learn, for serve.py: stochastic gradient descent over sparse rows, one update for each."""

import numpy as np
import scipy.sparse
import sklearn
from raw import read
from sklearn.linear_model import SGDRegressor

DESCRIPTION = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"


class load:
    def __init__(self, folder, rows, p, nonzeros, rate, l1, l2):
        rows, p, nonzeros = int(rows), int(p), int(nonzeros)
        pointers = np.arange(rows + 1, dtype=np.int32) * nonzeros
        parts = (read(folder, "values"), read(folder, "indices", "<i4"), pointers)
        self.X = scipy.sparse.csr_matrix(parts, shape=(rows, p))
        self.y = read(folder, "y")
        # Its penalty is alpha·(l1_ratio·|w| + (1 − l1_ratio)/2·w²).
        l1, l2 = float(l1), float(l2)
        self.options = {
            "penalty": "elasticnet",
            "alpha": l1 + 2 * l2,
            "l1_ratio": l1 / (l1 + 2 * l2),
            "learning_rate": "constant",
            "eta0": float(rate),
            "shuffle": False,
        }


def sgd(data, tolerance, variant):
    model = SGDRegressor(**data.options)
    # Each call takes time proportional to p: as many rows at a time as a stream may give.
    size = 100 * int(variant)
    for start in range(0, len(data.y), size):
        model.partial_fit(data.X[start : start + size], data.y[start : start + size])
    return lambda: (model.coef_,)


SOLVERS = {"sgd": sgd}
