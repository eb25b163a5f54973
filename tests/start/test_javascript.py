"""JavaScript by its grammar: what is executed on loading, and what a file exports."""

from __future__ import annotations

import pytest

from lambda_lint_rules._start.javascript import (
    Code,
    Load,
    Read,
    commonjs_word,
    files_read,
    holds_markup,
    loads,
    module_word,
    read,
)
from lambda_lint_rules._start.javascript_exports import default_lacks, exported, lacks_export


def code(text: str) -> Code:
    found = read(text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["{", "}", "'a\nb'", "`a", "/* a", "`${a`", "<p>it's", "let a: string = 1", "a b"])
def test_what_is_not_understood(text: str) -> None:
    assert read(text) is None


LOADS: dict[str, list[Load]] = {
    "const a = require('a')": [Load("a", module=False)],
    "const { b, c: d } = require('a')": [Load("a", module=False)],
    'var a_1 = __importDefault(require("a"));': [Load("a", module=False)],
    'module.exports = require("./a");\nrequire("b")': [Load("./a", module=False), Load("b", module=False, line=2)],
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
    "  require('a')": [Load("a", module=False)],
    "const a = { b: require('a'), c() { require('d') } }": [Load("a", module=False)],
    "f(require('a')).g(b ? require('c') : 1, require('d'))": [Load("a", module=False), Load("d", module=False)],
    "a?.b(require('c'))": [],
    "const { a = require('b') } = c": [],
    "if (require('a').b) { require('c') }\nrequire('d')": [Load("a", module=False), Load("d", module=False, line=2)],
    "if (a) { module.exports = 1; return }\nrequire('b')": [],
    "if (a) process.exit(1)\nrequire('b')": [],
    "while (a) { await b() }\nrequire('c')": [],
    "function f() { return 1 }\nrequire('a')": [Load("a", module=False, line=2)],
    "class A { b = require('c') }": [],
    "const require = createRequire(import.meta.url)\nrequire('a')": [Load("a", module=False, line=2)],
    "const require = createRequire('/other/')\nrequire('a')": [],
    "require = require('esm')(module)\nrequire('a')": [],
    "require(`a`); require('\\x61'); require()": [],
    "f(1)\nimport 'a'": [Load("a", module=True, line=2)],
    "// require('a')\nconst a = `\nrequire('b')\n`": [],
    "const a = require(b + 'c')": [],
    "export const a = 1": [],
}


@pytest.mark.parametrize(("text", "expected"), LOADS.items(), ids=LOADS)
def test_what_is_loaded(text: str, expected: list[Load]) -> None:
    assert list(loads(code(text))) == expected


EXPORTED: dict[str, set[str] | None] = {
    "export const a = 1\nconst b = 2": {"a"},
    "export const { a, b: c } = d;": {"a", "c"},
    "export const [a, { b = 1, ...c }] = d, e = 1": {"a", "b", "c", "e"},
    "export { a as 'b c' }": {"b c"},
    "export {}": set(),
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


DEFAULT_LACKS = {
    "export default { main: 1 }": True,
    "export default { handler }": False,
    "export default { ...others }": False,
    "export default async () => 1": True,
    "export default function f() {}": True,
    "export default function f() {}\nf.handler = 1": False,
    "export default class { static handler() {} }": False,
    "export default wrap({})": False,
    "const app = { handler: 1 };\nexport default app": False,
    "const app = { handler: 1 };\nexport { app as default }": False,
    "export * from './a.js'": False,
    "export const main = 1": True,
}


@pytest.mark.parametrize(("text", "lacking"), DEFAULT_LACKS.items(), ids=DEFAULT_LACKS)
def test_what_the_default_of_a_module_lacks(text: str, lacking: bool) -> None:
    assert default_lacks(code(text), "handler") is lacking


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
    "a name that a function uses": "module.exports = { main() { this.handler = 1; } };",
    "asked whether it is there": "if (typeof module !== 'undefined') exports.main = 1;",
    "replaced in a sequence": "exports.handler=1,module.exports={main:2};",
    "replaced in a line": "const f=()=>1;exports.handler=f;module.exports={main:f};",
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
    "an object handed on": "const all = { main };\nregister(all);\nmodule.exports = all;",
    "an object that changes itself": "const all = { main };\nall.init();\nmodule.exports = all;",
    "one of two": "let all = { main };\nif (a) { var all = b; }\nmodule.exports = all;",
    "both again": "exports.handler = 1;\nexports = module.exports = exports;",
    "an object of two names": "const app = module.exports = {};\napp.handler = main;",
    "a function of two names": "const app = module.exports = () => 1;\nutil.inherits(app, Other);",
    "an own variable": "var exports = module.exports = {};\nexports.handler = main;",
    "a module that a bundle brings": "run((module, exports) => { module.exports = { main }; });",
    "a class": "module.exports = class { static handler() {} };",
    "by a name made up": "module.exports = { [name]: 1 };",
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
    "const a = readFileSync(`${__dirname}/a/b.txt`)": [Read("a/b.txt", beside=True)],
    "const A = join(__dirname, '..', 'a');\nf(readFileSync(A))": [Read("../a", beside=True)],
    "let a = '/a';\nif (b) a = '/c';\nreadFileSync(a)": [],
    "readFileSync(path.join(process.cwd(), 'a'))": [Read("a", beside=False)],
    "readFileSync('/a', { flag: 'a+' })": [],
    "readFileSync(__dirname + 'a')": [],
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


MODULE_WORDS = {
    "import a from 'a'": "import",
    "import 'a'": "import",
    "a; export {b}": "export",
    "exports.a = 1": "",
    "f(import('a'))": "",
    "// import a from 'a'": "",
    "`\nexport const a = 1\n`": "",
}


@pytest.mark.parametrize(("text", "word"), MODULE_WORDS.items(), ids=MODULE_WORDS)
def test_words_of_modules(text: str, word: str) -> None:
    assert module_word(code(text)) == word


COMMONJS_WORDS = {
    "module.exports = { a }": "module.exports",
    "exports.a = 1": "exports",
    "const a = require('a')": "require",
    "const a = join(__dirname, 'a')": "__dirname",
    "if (require.main === module) main()": "require",
    "const a = typeof require === 'undefined' ? 1 : require('a')": "",
    "const a = () => require('a')": "",
    "import { createRequire } from 'module'\nconst require = createRequire(import.meta.url)\nrequire('a')": "",
    "const __dirname = import.meta.dirname\nf(__dirname)": "",
    "globalThis.require ??= load\nrequire('a')": "",
    "const a = { exports: 1, module: 2 }\na.exports": "",
}


@pytest.mark.parametrize(("text", "word"), COMMONJS_WORDS.items(), ids=COMMONJS_WORDS)
def test_words_of_commonjs(text: str, word: str) -> None:
    assert commonjs_word(code(text)) == word
