"""mtqa review on fake models, as a process of its own."""

import sys

from fakes import fake_checker

from mtqa.checker import Checker
from mtqa.cli.app import main

Checker.load = lambda *_, **__: fake_checker()  # type: ignore[method-assign,assignment]
main(["review", "--no-browser", *sys.argv[1:]])
