"""What it cost to ask a language model of the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from mtqa.bench.results import Measure, Table
from mtqa.core.llm import Usage

__all__ = ["cost_note", "cost_table"]


def cost_table(costs: Mapping[str, Usage]) -> Table:
    """A row for each model; none where none was asked."""
    return Table(
        name="cost",
        title="What asking cost",
        note="Tokens are as the server counts them. Seconds are from the first question to the last answer, often "
        "several at once. Answers out of the cache cost nothing.",
        rows={
            model: {
                "requests": Measure(usage.requests),
                "tokens read": Measure(usage.read),
                "tokens written": Measure(usage.written),
                "seconds": Measure(round(usage.seconds, 1)),
                "answers out of the cache": Measure(usage.remembered),
            }
            for model, usage in costs.items()
        },
    )


def cost_note(model: str, usage: Usage) -> str:
    """The same in a sentence."""
    return (
        f"{model}: {usage.requests:,} request{'s'[: usage.requests != 1]}, {usage.read:,} tokens read and "
        f"{usage.written:,} written, {usage.seconds:,.0f} s; {usage.remembered:,} "
        f"{'answer was' if usage.remembered == 1 else 'answers were'} in the cache."
    )
