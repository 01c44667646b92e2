"""The same job by Python: pandas.read_csv, then LassoCV over the same folds."""
import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LassoCV
from sklearn.model_selection import PredefinedSplit
from sklearn.preprocessing import StandardScaler

table = pd.read_csv(sys.argv[1])
folds = np.loadtxt(sys.argv[2])
X = StandardScaler().fit_transform(table.drop(columns="y").to_numpy())
print(LassoCV(cv=PredefinedSplit(folds), n_alphas=100).fit(X, table["y"].to_numpy()).alpha_)
