"""Scores of answers against targets, in float64, each row counted by its weight."""

from __future__ import annotations

from glassnet.metrics.classification import accuracy, balanced_accuracy, log_loss
from glassnet.metrics.regression import mean_absolute_error, mean_squared_error, r2, root_mean_squared_error
from glassnet.metrics.table import METRICS, Metric, find

__all__ = [
    "METRICS",
    "Metric",
    "accuracy",
    "balanced_accuracy",
    "find",
    "log_loss",
    "mean_absolute_error",
    "mean_squared_error",
    "r2",
    "root_mean_squared_error",
]
