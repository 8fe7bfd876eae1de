"""Groups of commands, and what their help shows."""

from __future__ import annotations

from typing import Any

import typer.core

__all__ = ["Group"]


class Group(typer.core.TyperGroup):
    """Commands whose help shows a switch by its name alone, as it takes no value, where typer would add ``<bool>``."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The group's own options."""
        return [_shown(param) for param in super().get_params(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name, or None."""
        command = super().get_command(ctx, cmd_name)
        for param in command.get_params(ctx) if command else ():
            _shown(param)
        return command


def _shown(param: Any) -> Any:
    if getattr(param, "is_flag", False):
        param.metavar = ""
    return param
