"""What diamonds cost, by scikit-learn's tools: a search over networks, and turns that learn from some and score others.

Run it with `python examples/diamonds_search.py`; it needs `pip install 'glassnet[sklearn]' pandas`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sklearn.model_selection import GridSearchCV, KFold

import glassnet as gn

TABLE = Path(__file__).resolve().parent / "diamonds.csv"


def main(every: int = 20) -> dict[str, float]:
    """Search on every twentieth diamond, print what was found, and give the mean r2 of each kind of network."""
    diamonds = pd.read_csv(TABLE).iloc[::every]
    inputs, price = diamonds.drop(columns="price"), diamonds["price"]  # words and numbers, as they are
    model = gn.NetworkRegressor((64, 64), batch_size=32, max_iter=60, tol=1e-3, random_state=0)
    folds = KFold(3, shuffle=True, random_state=0)  # the file is in an order: its last third is unlike the rest
    rates = [gn.Adam(rate) for rate in (0.001, 0.01)]
    search = GridSearchCV(model, {"optimizer": rates}, cv=folds, n_jobs=2).fit(inputs, price)
    print(f"the best of {len(rates)}: {search.best_params_['optimizer']!r}, r2 {search.best_score_:.3f}")
    turns = gn.cross_validate(gn.Network(seed=0), diamonds, target="price", folds=3)
    print(f"a network that designs itself:\n{turns}")
    return {"laid out": float(search.best_score_), "designs itself": turns.means["r2"]}


if __name__ == "__main__":
    main()
