"""The only importer of torch, transformers and onnxruntime."""

import os

# ONNX Runtime reports to its maker unless it is told not to before it starts; mtqa sends nothing anywhere.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
