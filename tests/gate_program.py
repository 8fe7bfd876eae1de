"""mtqa on fake models, as a process of its own."""

import sys

from fakes import load_fake

from mtqa.checker import Checker
from mtqa.cli.app import main

Checker.load = load_fake  # type: ignore[method-assign,assignment]
main(sys.argv[1:])
