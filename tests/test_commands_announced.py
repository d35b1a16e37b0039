"""Is every command announced in the help of the program, and each one that is announced there to be had?"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

import tui.cli
from tui.cli.commands import FAMILIES, Announced, vedtak


def declared() -> dict[str, set[str | None]]:
    """The names of the commands in each module that has any."""
    modules = (import_module(f"tui.cli.{found.name}") for found in pkgutil.iter_modules(tui.cli.__path__))
    return {
        module.__name__.rpartition(".")[2]: {command.name for command in module.COMMANDS}
        for module in modules
        if hasattr(module, "COMMANDS")
    }


def test_every_command_is_announced() -> None:
    assert declared() == {family: set(told) for family, told in FAMILIES.items()}


def test_what_is_announced_is_loaded_with_the_help_it_was_announced_with() -> None:
    context = click.Context(vedtak)
    for name in vedtak.list_commands(context):
        announced = vedtak.get_command(context, name)
        assert isinstance(announced, Announced)
        found, command, rest = vedtak.resolve_command(context, [name, "x"])
        assert (found, rest) == (name, ["x"])
        assert command is not None
        assert not isinstance(command, Announced)
        assert (command.name, command.help) == (announced.name, announced.help)
