"""What the repository says of itself is true."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from support.samples import README, ROOT, refreshed

from lambda_lint.about import REPOSITORY, VERSION

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_leaves_work_for_later():
    later = re.compile(b"\\b(?:" + b"|".join((b"TO" + b"DO", b"FIX" + b"ME", b"X" + b"XX")) + b")\\b")

    assert [str(path.relative_to(ROOT)) for path in tracked() if later.search(path.read_bytes())] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_inside_the_repository_leads_somewhere(document: str):
    links = re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / document).read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_path_that_contributing_names_exists():
    text = re.sub(r"````?.*?````?", "", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", text)
    paths = [span for span in spans if re.fullmatch(r"[\w./-]+", span) and (ROOT / span.split("/")[0]).exists()]

    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_readme_shows_each_output_as_it_is():
    assert README.read_text(encoding="utf-8") == refreshed(README, ROOT)


class TestChangelog:
    HEADINGS = tuple(re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE))

    def test_starts_with_what_is_not_released_yet(self):
        assert self.HEADINGS[0] == "[Unreleased]"

    def test_lists_releases_with_their_dates_the_newest_first(self):
        releases = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", text) for text in self.HEADINGS[1:]]

        assert None not in releases
        versions = [tuple(map(int, match.groups()[:3])) for match in releases]
        dates = [date.fromisoformat(match[4]) for match in releases]
        assert versions == sorted(set(versions), reverse=True)
        assert dates == sorted(dates, reverse=True)

    def test_sorts_changes_into_the_sections_of_keep_a_changelog(self):
        sections = re.findall(r"^### (.*)$", CHANGELOG, re.MULTILINE)

        assert set(sections) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}

    def test_links_every_version(self):
        linked = re.findall(rf"^(\[[^\]]+\]): {re.escape(REPOSITORY)}/\S+$", CHANGELOG, re.MULTILINE)

        assert linked == [heading.split(" - ")[0] for heading in self.HEADINGS]


def test_readme_pins_the_version_that_this_is():
    pins = set(re.findall(r"(?:rev: |lambda-lint/lambda-lint@)v(\S+)", README.read_text(encoding="utf-8")))

    assert pins == {VERSION}
