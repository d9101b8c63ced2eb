"""The frame of the `chord` command: quick, plain, and found by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys

HEAVY = ("dlt", "dagster", "duckdb", "pandas", "pyarrow", "sqlalchemy", "cryptography", "rich")


def chord(*arguments: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own; `code` runs after the command."""
    program = (
        "import sys\n"
        "from chord_platform.cli import main\n"
        f"try: main({list(arguments)!r}, prog_name='chord')\n"
        f"except SystemExit as end: status = end.code\n{code}\nsys.exit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_help_loads_nothing_heavy_and_names_every_command() -> None:
    code = f"import json; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    shown = chord("--help", code=code)
    assert shown.returncode == 0
    assert json.loads(shown.stdout.splitlines()[-1]) == []
    for name in ("connections", "connectors"):
        assert f"  {name} " in shown.stdout


def test_every_command_explains_itself() -> None:
    code = (
        "import click\n"
        "from click.testing import CliRunner\n"
        "def walk(command, path):\n"
        "    assert command.get_short_help_str(), path\n"
        "    assert CliRunner().invoke(main, [*path, '--help']).exit_code == 0, path\n"
        "    if isinstance(command, click.Group):\n"
        "        context = click.Context(command)\n"
        "        for name in command.list_commands(context):\n"
        "            walk(command.get_command(context, name), [*path, name])\n"
        "walk(main, [])\n"
    )
    walked = chord("--help", code=code)
    assert walked.returncode == 0, walked.stderr


def test_an_error_is_one_plain_line_without_colours_in_a_pipe() -> None:
    failed = chord("--home", "/dev/null/home", "connections", "list", NO_COLOR="1")
    assert failed.returncode == 1
    assert failed.stderr.startswith("Error: The home folder /dev/null/home cannot be made")
    assert "\x1b" not in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_unknown_command_is_wrong_use() -> None:
    assert chord("nonsense").returncode == 2
