"""Scikit-learn's faces of `Network`: `NetworkClassifier` and `NetworkRegressor`, the extra `sklearn`."""

from glassnet.errors import MissingExtraError

try:
    import sklearn  # noqa: F401 -- asked for here, so that what is missing is said with its install line
except ImportError as error:
    raise MissingExtraError(
        "NetworkClassifier and NetworkRegressor are estimators of scikit-learn, which is not installed here; install "
        "it with pip install 'glassnet[sklearn]'; gn.Network learns and predicts without it"
    ) from error

from glassnet.estimators.classifier import NetworkClassifier
from glassnet.estimators.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
