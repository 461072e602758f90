"""A model with the nodes that exporters write, on all threads and on one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tasks.answering import Questions
from tasks.task import Turn

OPSET, FORMAT = 17, 9  # old enough for every runtime of these years


def forms(questions: Questions) -> Mapping[str, Turn]:
    written, batches = model(questions.sizes).SerializeToString(), questions.batches()

    def turn(threads: int) -> Turn:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(written, options, providers=["CPUExecutionProvider"])
        return questions.turn(lambda x: session.run(None, {"x": x}), batches)

    return {"onnxruntime": turn(0), "onnxruntime, one thread": turn(1)}  # 0: as many as it thinks best


def model(sizes: tuple[int, int, int]) -> ModelProto:
    """y = relu(x w + b) v + c."""
    inputs, units, outputs = sizes
    shapes = {"w": (inputs, units), "b": (units,), "v": (units, outputs), "c": (outputs,)}
    weights = [numpy_helper.from_array(np.full(shape, 0.01, np.float32), name) for name, shape in shapes.items()]
    nodes = [
        helper.make_node("Gemm", ["x", "w", "b"], ["z"]),
        helper.make_node("Relu", ["z"], ["h"]),
        helper.make_node("Gemm", ["h", "v", "c"], ["y"]),
    ]
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size])]
        for name, size in (("x", inputs), ("y", outputs))
    ]
    graph = helper.make_graph(nodes, "answers", *ends, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=FORMAT)
