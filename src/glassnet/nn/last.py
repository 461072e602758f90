"""A last activation function that the loss applies too, taken off."""

from __future__ import annotations

from dataclasses import replace

from glassnet.nn.activations import Activation
from glassnet.nn.dense import Dense
from glassnet.nn.layer import Node
from glassnet.nn.losses.loss import Loss


def raw_output(output: Node, loss: Loss) -> Node:
    """The node whose output the loss works from: `output`, or the one before a last activation that the loss applies.

    A final softmax under the softmax log loss, or sigmoid under the binary log loss, is the loss's own map from raw
    output to answer; applied twice it would learn something else.
    """
    match output.layer:
        case Activation(function=function) if function in loss.finals:
            return output.inputs[0]
        case Dense(activation=function) if function in loss.finals:
            return Node(replace(output.layer, activation=None), output.inputs)
    return output
