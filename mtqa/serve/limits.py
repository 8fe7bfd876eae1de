"""How much of a request, of requests and of time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one client may ask for, so that the others are answered too.

    Attributes:
        document: bytes of a document: of the body of a request for one, of a line of a batch.
        batch: bytes of the body of a batch.
        waiting: documents that may wait to be judged.
        batches: batches that are answered at the same time.
        seconds: that a document may wait and be judged for, and that a client may take to take what it is sent.
        connections: that may be open at the same time; beyond them, those make room that ask for nothing.
        patience: seconds that a client may take to send the head of a request, or its body.
    """

    document: int = 128 * 1024
    batch: int = 64 * 1024 * 1024
    waiting: int = 128
    batches: int = 4
    connections: int = 512
    seconds: float = 60.0
    patience: float = 15.0
