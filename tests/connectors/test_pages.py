"""The pages of documentation that are written from the connectors."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chord_platform.cli import main
from chord_platform.cli.presentation.connector_guides import as_markdown
from chord_platform.cli.presentation.connector_pages import pages, span, table_of
from dlt_pipelines.catalog import connectors

GUIDE = """\
1. Make a key, and note
   what it is called.

2. Create the role. Paste this:

     create role reader;

     grant usage to reader;

3. chord connections add my_shop --connector shop \\
       --set key=env:KEY
   or do it on the page.
"""

MARKDOWN = """\
1. Make a key, and note
   what it is called.

2. Create the role. Paste this:

   ```sh
   create role reader;

   grant usage to reader;
   ```

3. ```sh
   chord connections add my_shop --connector shop \\
     --set key=env:KEY
   ```
   or do it on the page."""


def chord(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["connectors", "docs", *arguments])


def test_the_pages_say_what_the_connectors_say() -> None:
    checked = chord("--check")
    assert checked.exit_code == 0, checked.output


def test_every_connector_has_a_page_that_says_what_a_newcomer_asks() -> None:
    known = connectors()
    made = pages(known, dict.fromkeys(known, "staged"))
    assert set(made) == {"README.md", *(f"{name}.md" for name in known)}
    for name, connector in known.items():
        text = made[f"{name}.md"]
        assert f"]({name}.md)" in made["README.md"]
        for title in ("How to connect it", "Settings", "Tables", "Personal data"):
            assert f"\n## {title}\n" in text, (name, title)
        for table in connector.tables:
            assert f"| `{table.name}`" in text
        for stream in connector.left_out:
            assert f"| {stream} " in text
        assert text.count("```") % 2 == 0, name


def test_every_connector_says_what_its_limits_are() -> None:
    assert [name for name, connector in connectors().items() if not connector.limits] == []


def test_written_pages_are_up_to_date_and_a_changed_one_is_named(tmp_path: Path) -> None:
    folder = ("--write", str(tmp_path / "pages"))
    assert "of them changed" in chord(*folder).output
    assert chord(*folder, "--check").exit_code == 0
    (tmp_path / "pages" / "shopify.md").write_text("older")
    (tmp_path / "pages" / "gone.md").write_text("of a connector that is gone")
    outdated = chord(*folder, "--check")
    assert outdated.exit_code == 1
    assert "gone.md, shopify.md in pages are not as the connectors say" in outdated.output
    assert "2 of them changed" in chord(*folder).output
    assert not (tmp_path / "pages" / "gone.md").exists()
    assert "0 of them changed" in chord(*folder).output


def test_a_guides_commands_and_scripts_become_blocks() -> None:
    assert as_markdown(GUIDE) == MARKDOWN


@pytest.mark.parametrize(
    ("seconds", "said"), [(172_800, "2 days"), (60, "1 minute"), (5_400, "90 minutes"), (0, "")]
)
def test_lengths_of_time_are_said_in_the_largest_whole_unit(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert "a \\| b" in table_of(("One",), [("a | b",)])
