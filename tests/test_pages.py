"""Rule pages."""

from collections.abc import Callable

import pytest

from lambda_lint import Rule, Severity, pages, syntax_error

DOCS = """The thing is bad.

It fails because
of the thing.

## Bad

```dockerfile
BAD
```
"""


def silent(*_: object) -> object:
    return iter(())


def rule(
    name: str = "bad-thing", docs: str = DOCS, tags: tuple[str, ...] = (), **checks: Callable[..., object]
) -> Rule:
    return Rule(name, Severity.ERROR, "0.2.0", docs, tags=tags, **(checks or {"check_runtime": silent}))


def test_a_page_has_a_title_a_line_of_facts_and_the_docstring():
    assert pages.render_page(rule()) == (
        "# The thing is bad\n"
        "\n"
        "`bad-thing` · error · Dockerfile and image · since 0.2.0\n"
        "\n"
        "It fails because\n"
        "of the thing.\n"
        "\n"
        "## Bad\n"
        "\n"
        "```dockerfile\n"
        "BAD\n"
        "```\n"
    )


def test_a_rule_that_is_off_by_default_says_so_on_its_page_and_in_the_index():
    off = Rule("bad-thing", Severity.NOTE, "0.2.0", DOCS, check_runtime=silent, by_default=False)
    assert "`bad-thing` · note, off by default · Dockerfile and image" in pages.render_page(off)
    assert "| note, off | Dockerfile and image |" in pages.render_index([off])


@pytest.mark.parametrize(
    ("checks", "subjects"),
    [
        (("check_dockerfile",), "Dockerfile"),
        (("check_resolved",), "image"),
        (("check_image",), "image"),
        (("check_runtime",), "Dockerfile and image"),
        (("check_dockerfile", "check_image"), "Dockerfile and image"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_a_rule_tells_what_it_looks_at(checks: tuple[str, ...], subjects: str):
    assert pages.subjects(rule(**dict.fromkeys(checks, silent))) == subjects


@pytest.mark.parametrize(
    ("docs", "summary"),
    [
        pytest.param(DOCS, "It fails because of the thing.", id="first paragraph"),
        pytest.param("Title alone.", "Title alone", id="title alone"),
        pytest.param("Title.\n\n## Bad\n", "Title", id="no paragraph before the first heading"),
        pytest.param("Title.\n\n```text\nx\n```\n", "Title", id="no paragraph before the first block"),
        pytest.param("Title.\n\n`x` fails,\noften.\n", "`x` fails, often.", id="one that begins with code"),
    ],
)
def test_the_summary_is_the_first_paragraph(docs: str, summary: str):
    assert pages.summary(rule(docs=docs)) == summary


def test_the_index_has_a_table_for_each_subject():
    index = pages.render_index(
        [
            rule("z-last"),
            rule("a-first", "With | bar.", tags=("base-image", "start")),
            rule("on-image", tags=("base-image",), check_image=silent),
            rule("about-start", tags=("start",), check_dockerfile=silent),
        ]
    )
    assert index.partition("in a terminal.\n\n")[2] == (
        "## Base image\n"
        "\n"
        "| rule | severity | looks at | finds |\n"
        "| --- | --- | --- | --- |\n"
        "| [`a-first`](docs/a-first.md) | error | Dockerfile and image | With \\| bar |\n"
        "| [`on-image`](docs/on-image.md) | error | image | The thing is bad |\n"
        "\n"
        "## Start\n"
        "\n"
        "| rule | severity | looks at | finds |\n"
        "| --- | --- | --- | --- |\n"
        "| [`about-start`](docs/about-start.md) | error | Dockerfile | The thing is bad |\n"
        "\n"
        "## Other\n"
        "\n"
        "| rule | severity | looks at | finds |\n"
        "| --- | --- | --- | --- |\n"
        "| [`z-last`](docs/z-last.md) | error | Dockerfile and image | The thing is bad |\n"
    )


def test_all_files_say_that_they_are_made():
    files = pages.render_all(iter([rule()]))
    note = "<!-- Made from the docstrings of the rules by `python rules/write_pages.py`. Edit those. -->\n\n"
    assert files == {
        "README.md": note + pages.render_index([rule()]),
        "docs/bad-thing.md": note + pages.render_page(rule()),
    }


def test_the_linter_s_own_rule_has_a_page():
    assert pages.render_page(syntax_error.RULE).startswith(
        "# The Dockerfile does not parse\n\n`syntax-error` · error · Dockerfile · since 0.1.0\n\nBuildKit refuses this"
    )


def test_a_page_has_an_address():
    assert pages.url(rule()) == "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md"
