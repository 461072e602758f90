"""Scores of answers against targets, in float64, each row counted by its weight."""

from __future__ import annotations

from glassnet.metrics.calibration import brier, calibration_error
from glassnet.metrics.classification import accuracy, balanced_accuracy, log_loss
from glassnet.metrics.confusion import confusion_matrix, f1, matthews_correlation
from glassnet.metrics.ranking import area_under_curve, average_precision, top_k_accuracy
from glassnet.metrics.regression import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    r2,
    root_mean_squared_error,
)
from glassnet.metrics.table import METRICS, Metric, find

__all__ = [
    "METRICS",
    "Metric",
    "accuracy",
    "area_under_curve",
    "average_precision",
    "balanced_accuracy",
    "brier",
    "calibration_error",
    "confusion_matrix",
    "f1",
    "find",
    "log_loss",
    "matthews_correlation",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "r2",
    "root_mean_squared_error",
    "top_k_accuracy",
]
