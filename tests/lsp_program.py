"""The language server on fake models, for a client in another process."""

from dataclasses import replace

from fakes import SIGNATURE, fake_checker

from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.settings import CheckerSettings
from mtqa.lsp import serve


def load(settings: CheckerSettings) -> Checker:
    """A checker with a threshold for two rates."""
    rate = settings.rate
    if rate not in (0.05, 0.01):
        raise ConfigError(f"this model has no threshold for a false-alarm rate of {rate:g}; choose 0.05 or 0.01")
    return fake_checker(signature=replace(SIGNATURE, rate=rate, fpr=rate))


if __name__ == "__main__":
    serve(load)
