"""The pre-publication gate: policy, baseline and ignores make the only pass or fail."""
