"""The runtime of ONNX models, which answers and does not learn."""
