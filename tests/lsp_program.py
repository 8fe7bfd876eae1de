"""The language server on fake models, for a client in another process."""

import os
from dataclasses import replace

from fakes import SIGNATURE, FakeModels, fake_checker

from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.settings import CheckerSettings, Editor
from mtqa.lsp import serve


def load(settings: CheckerSettings) -> Checker:
    """A checker with a threshold for two rates."""
    rate = settings.rate
    if rate not in (0.05, 0.01):
        raise ConfigError(f"this model has no threshold for a false-alarm rate of {rate:g}; choose 0.05 or 0.01")
    signature = replace(SIGNATURE, rate=rate, fpr=rate)
    if "WITHOUT_EDITOR" in os.environ:
        FakeModels.proofreader = lambda models: None  # type: ignore[method-assign, assignment, return-value]
        return fake_checker(signature=signature, limits=settings.limits, editor=Editor.CAREFUL)
    return fake_checker(signature=signature, limits=settings.limits)


if __name__ == "__main__":
    serve(load)
