"""Reading Python sources without what their functions do."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint_rules._start.python_source import outline_of, tree_of

LIBRARY = Path(sysconfig.get_path("stdlib"))


class Emptied(ast.NodeTransformer):
    """Takes away what an outline need not have: what functions do, and what is in strings."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [ast.Pass()]
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.body = [ast.Pass()]
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node


def emptied(tree: ast.Module | None) -> str | None:
    return None if tree is None else ast.dump(Emptied().visit(tree))


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.py")), ids=lambda path: path.stem)
def test_an_outline_of_pythons_own_modules_has_all_that_they_do_when_they_are_imported(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert emptied(outline_of(text)) == emptied(tree_of(text))


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        ("def f(a):\n    import x\n    return x\nimport y\n", "def f(a):\n    pass\nimport y"),
        (
            "class C:\n    def m(self):\n\n        import x\n    import y\n",
            "class C:\n\n    def m(self):\n        pass\n    import y",
        ),
        ("def f(\n    a,\n) -> int:\n    import x\nimport y\n", "def f(a) -> int:\n    pass\nimport y"),
        ("async def f():\n\tawait x\n", "async def f():\n    pass"),
        ("def f(): import x\n", "def f():\n    import x"),
        (
            'def f():\n    """Text\nimport x\n"""\n    import z\nimport y\n',
            'def f():\n    """Text\nimport x\n"""\n    import z\nimport y',
        ),
        ('x = """\ndef f():\n    try:\n"""\nimport y\n', "x = '\\ndef f():\\n pass\\n'\nimport y"),
        ("def f():\n    g(\n1)\nimport y\n", "def f():\n    g(1)\nimport y"),
    ],
)
def test_a_function_does_nothing_in_an_outline_unless_only_reading_it_tells_where_it_ends(
    text: str, outline: str
) -> None:
    tree = outline_of(text)
    assert tree is not None
    assert ast.unparse(tree) == outline


@given(st.text(alphabet="def f():\n\t \"'#abc\\import", max_size=60))
def test_an_outline_is_there_where_a_tree_is(text: str) -> None:
    assert (outline_of(text) is None) <= (tree_of(text) is None)
