"""mtqa serve on fake models and with little patience, as a process of its own. The word SLOW takes a second."""

import sys
import time
from functools import partial

from fakes import fake_checker

import mtqa.cli.serve
from mtqa.checker import Checker
from mtqa.cli.app import main
from mtqa.core.documents import Document
from mtqa.core.report import Report
from mtqa.serve import Limits

_check = Checker.check


def check(self: Checker, *documents: Document, **options: object) -> Report:
    time.sleep(sum(document.text.count("SLOW") for document in documents))
    return _check(self, *documents, **options)  # type: ignore[arg-type]


Checker.check = check  # type: ignore[method-assign,assignment]
Checker.load = lambda *_, **__: fake_checker()  # type: ignore[method-assign,assignment]
mtqa.cli.serve.Limits = partial(Limits, patience=1.0)  # type: ignore[misc,assignment,attr-defined]
main(["serve", *sys.argv[1:]])
