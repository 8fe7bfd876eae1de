"""mtqa serve on fake models, as a process of its own. A document with the word SLOW takes a second."""

import sys
import time

from fakes import fake_checker

from mtqa.checker import Checker
from mtqa.cli.app import main
from mtqa.core.documents import Document
from mtqa.core.report import Report

_check = Checker.check


def check(self: Checker, *documents: Document, **options: object) -> Report:
    time.sleep(sum("SLOW" in document.text for document in documents))
    return _check(self, *documents, **options)  # type: ignore[arg-type]


Checker.check = check  # type: ignore[method-assign,assignment]
Checker.load = lambda *_, **__: fake_checker()  # type: ignore[method-assign,assignment]
main(["serve", *sys.argv[1:]])
