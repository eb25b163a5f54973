"""JavaScript taken apart: what is code, what is executed on loading, and what a file exports."""

from __future__ import annotations

import pytest

from lambda_lint_rules._start.javascript import (
    Code,
    Load,
    Read,
    exported,
    files_read,
    holds_markup,
    is_module,
    lacks_export,
    loads,
    read,
)


def code(text: str) -> Code:
    found = read(text)
    assert found is not None
    return found


BARE = {
    "a // b\nc": "a     \nc",
    "a /* {\n */ b": "a     \n    b",
    "'a\\'b' + \"c\"": "'    ' + \" \"",
    "x = /[/'\"]{2}/g.test(y) / 2": "x = /         g.test(y) / 2",
    "return /'/": "return / /",
    "a / b / c": "a / b / c",
    "`a ${b + `c`} d` + e": "`  ${b + ` `}  ` + e",
    "#!/usr/bin/env node\na": "                   \na",
}


@pytest.mark.parametrize(("text", "bare"), BARE.items(), ids=BARE)
def test_what_is_no_code_is_blank(text: str, bare: str) -> None:
    assert code(text).bare == bare


def test_what_stands_in_braces_is_blank_at_the_top() -> None:
    assert code("if (a) { b({ c }); }\nd").top == "if (a) {           }\nd"


@pytest.mark.parametrize("text", ["{", "}", "'a\nb'", "`a", "/* a", "`${a`", "a" * 3000, "<p>it's</p>\n"])
def test_what_is_not_understood(text: str) -> None:
    assert read(text) is None


LOADS: dict[str, list[Load]] = {
    "const a = require('a')": [Load("a", module=False)],
    "const { b, c: d } = require('a')": [Load("a", module=False)],
    'var a_1 = __importDefault(require("a"));': [Load("a", module=False)],
    'module.exports = require("./a");\nrequire("b")': [Load("./a", module=False), Load("b", module=False)],
    "import 'a'": [Load("a", module=True)],
    "import a, { b as c, d } from 'a'": [Load("a", module=True, names=("default", "b", "d"))],
    "import * as a from 'a'": [Load("a", module=True)],
    "import a from './a.json' with { type: 'json' }": [Load("./a.json", True, ("default",), attributes=True)],
    "export { a as b } from './a.js'": [Load("./a.js", module=True, names=("a",))],
    "export * from './a.js'": [Load("./a.js", module=True)],
    "const { a } = await import('a');": [Load("a", module=True, attributes=True)],
    "const a = await import('a').catch(() => null);": [],
    "try {\nrequire('a')\n} catch {}": [],
    "const a = () => require('a')": [],
    "const a = b && require('a')": [],
    "  require('a')": [],
    "// require('a')\nconst a = `\nrequire('b')\n`": [],
    "const a = require(b + 'c')": [],
    "export const a = 1": [],
}


@pytest.mark.parametrize(("text", "expected"), LOADS.items(), ids=LOADS)
def test_what_is_loaded(text: str, expected: list[Load]) -> None:
    assert list(loads(code(text))) == expected


EXPORTED: dict[str, set[str] | None] = {
    "export const a = 1\nconst b = 2": {"a", "1"},
    "export const { a, b: c } = d;": {"a", "b", "c", "d"},
    "export async function a() { return b; }": {"a"},
    "export default async function a() {}": {"default"},
    "export class A {}\nexport { b, c as d }": {"A", "b", "d"},
    "export{a as b};": {"b"},
    "export * as a from './a.js'": {"a"},
    "export * from './a.js'": None,
    "const a = 1": set(),
}


@pytest.mark.parametrize(("text", "expected"), EXPORTED.items(), ids=EXPORTED)
def test_what_a_module_may_export(text: str, expected: set[str] | None) -> None:
    assert exported(code(text)) == expected


ESBUILD = """
var index_exports = {};
__export(index_exports, {
  NAME: () => handler
});
module.exports = __toCommonJS(index_exports);
var handler = async () => 1;
0 && (module.exports = {
  NAME
});
"""
LACKING = {
    "nothing": "async function handler() {}",
    "another name": "exports.main = 1;",
    "a variable of its own": "const handler = 1;\nexports = { handler };",
    "a function": "module.exports = async (event) => 1;",
    "a function by its name": "const handler = async () => 1;\nmodule.exports = handler;",
    "replaced": "exports.handler = 1;\nmodule.exports = { main: 2 };",
    "replaced by a variable": "exports.handler = 1;\nconst app = { get() {} };\nmodule.exports = app;",
    "a default of tsc": '"use strict";\nvar a = (this && this.__importDefault) || 1;\n'
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = handler;',
    "a bundle of esbuild": ESBUILD.replace("NAME", "main"),
}
MAY_HAVE = {
    "a member": "exports.handler = 1;",
    "a member of both": "exports = module.exports = { handler: 1 };",
    "an object": "module.exports = { handler };",
    "an object with quotes": "module.exports = {\n  'handler': 1,\n};",
    "an object with more": "module.exports = { ...others };",
    "a call": "module.exports = wrap({ main });",
    "a function with members": "const f = () => 1;\nf.handler = f;\nmodule.exports = f;",
    "a function with members, assigned": "const f = () => 1;\nObject.assign(f, { handler: f });\nmodule.exports = f;",
    "a property": 'Object.defineProperty(exports, "handler", { get: () => 1 });',
    "all of another file": 'var b = (this && this.__exportStar) || 1;\n__exportStar(require("./b"), exports);',
    "by this": "this.handler = 1;",
    "by the name": "exports[name] = 1;",
    "handed on": "require('./b')(module);",
    "a bundle of esbuild": ESBUILD.replace("NAME", "handler"),
}


@pytest.mark.parametrize("text", LACKING.values(), ids=LACKING)
def test_names_that_are_not_exported(text: str) -> None:
    assert lacks_export(code(text), "handler")


@pytest.mark.parametrize("text", MAY_HAVE.values(), ids=MAY_HAVE)
def test_names_that_may_be_exported(text: str) -> None:
    assert not lacks_export(code(text), "handler")


READ: dict[str, list[Read]] = {
    "const a = fs.readFileSync(path.join(__dirname, 'a', \"b.txt\"), 'utf8')": [Read("a/b.txt", beside=True)],
    "const a = JSON.parse(readFileSync(__dirname + '/a.json'))": [Read("a.json", beside=True)],
    "const a = readFileSync(new URL('./a.sql', import.meta.url))": [Read("./a.sql", beside=True)],
    "const a = readFileSync(join(import.meta.dirname, 'a'))": [Read("a", beside=True)],
    "const a = readFileSync('a.txt')": [Read("a.txt", beside=False)],
    "process.chdir('/a');\nconst a = readFileSync('a.txt')": [],
    "const a = readFileSync('/a.txt', 'utf8')": [Read("/a.txt", beside=False)],
    "const a = readFileSync('a' + b)": [],
    "const a = readFileSync(resolve(__dirname, 'a', '/b'))": [],
    "const a = readFileSync(join(__dirname, name))": [],
    "const a = existsSync(b) ? readFileSync(join(__dirname, 'b')) : ''": [],
    "function f() { return readFileSync(join(__dirname, 'b')) }": [],
    "const __dirname = '/x';\nconst a = readFileSync(join(__dirname, 'b'))": [],
    "const __dirname = path.dirname(fileURLToPath(import.meta.url));\nconst a = readFileSync(join(__dirname, 'b'))": [
        Read("b", beside=True)
    ],
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_what_is_read(text: str, expected: list[Read]) -> None:
    assert list(files_read(code(text))) == expected


@pytest.mark.parametrize("text", ["const a = () => <p>b</p>;", "return <App a={1} />;", "f(<br/>)"])
def test_markup(text: str) -> None:
    assert holds_markup(code(text))


@pytest.mark.parametrize("text", ["a < b > c", "x = '= <p>'", "a <b>c", "x = /= <p>/", "// = <p>"])
def test_no_markup(text: str) -> None:
    assert not holds_markup(code(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("import a from 'a'", True), ("a; export {b}", True), ("exports.a = 1", False), ("f(import('a'))", False)],
)
def test_is_module(text: str, *, expected: bool) -> None:
    assert is_module(code(text)) is expected
