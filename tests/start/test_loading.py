"""What programs load as they start, in Node.js, Java, .NET and scripts, and what of it fails for certain."""

from __future__ import annotations

import io
import json
import posixpath
import zipfile
from typing import Any

import pytest
from support import programs
from support.images import file, image, symlink
from support.starting import INDEX, aws, node

from lambda_lint import Deployment
from lambda_lint_rules._start import plan

MODULE = "export const handler = async () => 1;\n"


def module(text: str, files: dict[str, Any] | None = None) -> dict[str, Any]:
    """A function whose handler's file is an ECMAScript module."""
    own = {f"/function/{name}": text for name, text in (files or {}).items()}
    return node({"/function/index.js": None, "/function/index.mjs": text + MODULE, **own})


def workspace(files: dict[str, str]) -> dict[str, Any]:
    """A function that loads a package of its own repository."""
    own = {f"/function/packages/shared/{name}": text for name, text in files.items()}
    link = {"/function/node_modules/@acme/shared": symlink("../../packages/shared")}
    return node({"/function/index.js": 'const a = require("@acme/shared");\n' + INDEX, **own, **link})


def server(text: str, *options: str, **more: Any) -> dict[str, Any]:
    """A server behind the Web Adapter."""
    adapter = {"/opt/extensions/lambda-adapter": programs.program(programs.ADAPTER)}
    files = {**programs.node(), **adapter, "/app/server.js": text}
    return {"files": files, "command": ["node", *options, "server.js"], "workdir": "/app", **more}


def npm(*args: str, package: str = "", cwd: str = "/app") -> dict[str, Any]:
    """A server that npm starts."""
    own = {"/app/package.json": package} if package else {}
    files = {
        **server("")["files"],
        "/usr/local/bin/npm": programs.program(),
        "/bin/sh": programs.program(),
        "/app/src/index.js": "",
        **own,
    }
    return {"files": files, "command": ["npm", *args], "workdir": cwd}


def of_node(version: str, files: dict[str, Any]) -> dict[str, Any]:
    """A function on a Node.js that says its version, as Docker's image does."""
    parts = zip(("MAJOR", "MINOR", "PATCH"), version.split("."), strict=True)
    header = "".join(f"#define NODE_{name}_VERSION {number}\n" for name, number in parts)
    return node({"/usr/local/include/node/node_version.h": header, **files})


def requires(name: str, files: dict[str, str]) -> dict[str, Any]:
    """Files of a function whose handler requires something."""
    own = {f"/function/{path}": text for path, text in files.items()}
    return {"/function/index.js": f"const a = require('{name}');\n{INDEX}", **own}


def packages(index: str, files: dict[str, str] | None = None) -> dict[str, Any]:
    """Files of a function whose handler requires a package; `index` is that package's main file."""
    own = {f"node_modules/{path}": text for path, text in (files or {}).items()}
    return requires("a", {"node_modules/a/package.json": "{}", "node_modules/a/index.js": index, **own})


B = {"b/package.json": '{"main": "dist/b.js"}', "b/README.md": ""}
HOOK = {
    "b/package.json": "{}",
    "b/index.js": "const { Module } = require('module');\nModule._resolveFilename = find;\n",
}
ESM = {"a.mjs": "export const a = 1;\n"}
ESM_PACKAGE = {
    "node_modules/a/package.json": '{"type": "module", "exports": "./index.js"}',
    "node_modules/a/index.js": "export const a = 1;\n",
}
WAITS = {"a.mjs": "import './b.mjs';\n", "b.mjs": "for await (const a of all()) {}\n"}
ASSERT = {
    "/function/index.js": None,
    "/function/index.mjs": "import a from './a.json' assert { type: 'json' };\n" + MODULE,
    "/function/a.json": "{}",
}
SHARP = "node_modules/@img/sharp-"


def native(package: str, version: str, *parts: str) -> dict[str, Any]:
    """A function that requires a package with native parts, which lie at these paths."""
    described = json.dumps({"name": package, "version": version, "dependencies": {"detect-libc": "^2.0.0"}})
    own = {f"node_modules/{package}/package.json": described, f"node_modules/{package}/index.js": ""}
    return node(requires(package, {**own, **dict.fromkeys(parts, "")}))


UNTOLD = {"/function/index.js": "import fs from 'node:fs';\n" + MODULE}


def jar(*names: str, **manifest: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in manifest.items())
        archive.writestr("META-INF/MANIFEST.MF", lines)
        for name in names:
            archive.writestr(name, jar("com/lib/App.class") if name.endswith(".jar") else b"")
    return buffer.getvalue()


LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher"


def boot(*names: str, start: str) -> dict[str, Any]:
    every = (f"{LAUNCHER.replace('.', '/')}.class", *names)
    files = {"/usr/bin/java": programs.program(), "/app.jar": file(jar(*every, Main_Class=LAUNCHER, Start_Class=start))}
    return {"files": files, "command": ["java", "-jar", "/app.jar"]}


PATH = {"PATH": "/usr/bin"}
JAVA_17: dict[str, Any] = {
    "/usr/bin/java": symlink("/jdk/bin/java"),
    "/jdk/bin/java": programs.program(),
    "/jdk/release": 'JAVA_VERSION="17.0.2"\n',
    "/app.jar": file(jar("com/acme/Main.class", Main_Class="com.acme.Main")),
}


def java(*args: str, arguments: str = "") -> dict[str, Any]:
    own = {"/app/args": arguments}
    return {"files": {"/usr/bin/java": programs.program(), **own}, "command": ["java", *args], "workdir": "/app"}


def script(language: str, text: str, files: dict[str, str] | None = None) -> dict[str, Any]:
    ending = {"ruby": "rb", "php": "php", "perl": "pl", "lua5.4": "lua", "Rscript": "R"}[language]
    own = {posixpath.join("/app", name): text for name, text in (files or {}).items()}
    every = {f"/usr/bin/{language}": programs.program(), f"/app/main.{ending}": text, **own}
    return {"files": every, "command": [language, f"/app/main.{ending}"]}


# One of Perl's own modules lies where another's name ends the same way.
PERL = {
    "/usr/share/perl/5.36.0/strict.pm": "",
    "/usr/lib/x86_64-linux-gnu/perl-base/lib.pm": "",
    "/usr/share/perl/5.36.0/CPAN/LWP/UserAgent.pm": "",
}


def hosted(settings: object = None, dependencies: tuple[str, ...] = (), **files: Any) -> dict[str, Any]:
    """A program for .NET 8, in an image with its runtime, ICU and what is named."""
    options = {"framework": {"name": "Microsoft.NETCore.App", "version": "8.0.0"}} if settings is None else settings
    target = {key: {"runtime": {f"lib/net8.0/{key.partition('/')[0]}.dll": {}}} for key in dependencies}
    document = {"runtimeTarget": {"name": "net8"}, "targets": {"net8": target}, "libraries": {}}
    every: dict[str, Any] = {
        "/usr/bin/dotnet": symlink("/usr/share/dotnet/dotnet"),
        "/usr/share/dotnet/dotnet": programs.program(),
        "/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.11/a.dll": "MZ",
        "/usr/lib/libicuuc.so.72": "",
        "/app/App.dll": "MZ",
        "/app/App.runtimeconfig.json": json.dumps({"runtimeOptions": options}),
        "/app/App.deps.json": json.dumps(document),
        **{f"/{name.replace('__', '/')}": what for name, what in files.items()},
    }
    present = {path: what for path, what in every.items() if what is not None}
    return {"files": present, "command": ["dotnet", "/app/App.dll"]}


def framework(name: str, version: str, **more: str) -> dict[str, Any]:
    return {"framework": {"name": f"Microsoft.{name}.App", "version": version}, **more}


FAILS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a folder that is made on the read-only root": (
        node(
            {"/function/index.js": "const fs = require('fs');\nfs.mkdirSync('/var/a', { recursive: true });\n" + INDEX}
        ),
        "write-outside-tmp",
        "/function/index.js makes /var/a when it is loaded, and the root file system of Lambda is read-only",
    ),
    "a folder that is made because it is not there": (
        node(
            {
                "/function/index.js": "const d = path.join(__dirname, 'data');\n"
                "if (!fs.existsSync(d)) {\n  fs.mkdirSync(d);\n}\n" + INDEX
            }
        ),
        "write-outside-tmp",
        "/function/index.js makes /function/data when it is loaded, and the root file system of Lambda is read-only",
    ),
    "a file that is written in the working directory": (
        module("writeFileSync('a.log', '');\n"),
        "write-outside-tmp",
        "/function/index.mjs makes /function/a.log when it is loaded, and the root file system of Lambda is read-only",
    ),
    "a module that an old Node.js is to require": (
        of_node("20.18.0", requires("./a.mjs", ESM)),
        "missing-module",
        "/function/index.js requires ./a.mjs, an ECMAScript module, which Node.js 20.18.0 refuses (ERR_REQUIRE_ESM)",
    ),
    "a package of modules that an old Node.js is to require": (
        of_node("18.20.4", requires("a", ESM_PACKAGE)),
        "missing-module",
        "/function/index.js requires a, an ECMAScript module, which Node.js 18.20.4 refuses (ERR_REQUIRE_ESM)",
    ),
    "a module that waits, required": (
        of_node("22.12.0", requires("./a.mjs", WAITS)),
        "missing-module",
        "/function/index.js requires ./a.mjs, a module that awaits something by way of /function/b.mjs "
        "(ERR_REQUIRE_ASYNC_MODULE)",
    ),
    "a module that an old Node.js does not take for one": (
        of_node("20.18.0", UNTOLD),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: there is no package.json, so it is CommonJS for Node.js 20.18.0, "
        "where import is a syntax error",
    ),
    "a module beside a package.json without a type, on an AWS base": (
        aws(
            {
                "/var/task/index.js": MODULE,
                "/var/task/package.json": '{"name": "a"}',
                "/var/lang/include/node/node_version.h": "#define NODE_MAJOR_VERSION 18\n"
                "#define NODE_MINOR_VERSION 20\n#define NODE_PATCH_VERSION 4\n",
            },
            "nodejs",
            command=["index.handler"],
        ),
        "handler-does-not-compile",
        "/var/task/index.js cannot be loaded: /var/task/package.json names no type, so it is CommonJS for "
        "Node.js 18.20.4, where export is a syntax error",
    ),
    "a native part for macOS alone": (
        native("sharp", "0.34.5", f"{SHARP}darwin-arm64/lib/sharp-darwin-arm64.node"),
        "missing-module",
        "/function/index.js loads sharp, and sharp cannot be loaded: its native part for Linux is not in the image, "
        "only sharp-darwin-arm64.node, for another system",
    ),
    "a native part that no install script has made": (
        native("bcrypt", "5.1.1"),
        "missing-module",
        "/function/index.js loads bcrypt, and bcrypt cannot be loaded: its native part for Linux is not in the image",
    ),
    "await outside of a function in CommonJS": (
        node({"/function/package.json": '{"type": "commonjs"}', "/function/index.js": "await open();\n" + INDEX}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: it is CommonJS by the type in /function/package.json, where await "
        "outside of a function is a syntax error",
    ),
    "await outside of a function, where version 3 requires the file": (
        of_node("22.12.0", {"/function/index.js": "await 1;\n" + MODULE}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: it awaits something outside of a function, and aws-lambda-ric 3 loads it "
        "with require (ERR_REQUIRE_ASYNC_MODULE)",
    ),
    "await outside of a function in what it imports": (
        node({"/function/index.js": "import './a.mjs';\n" + MODULE, "/function/a.mjs": "await 1;\n"}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: it awaits something outside of a function by way of /function/a.mjs, and "
        "aws-lambda-ric 3 loads it with require (ERR_REQUIRE_ASYNC_MODULE)",
    ),
    "await outside of a function beside what only CommonJS has, which no Node.js takes": (
        node({"/function/index.js": "const a = await open();\n" + INDEX}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: it awaits outside of a function, so it is no CommonJS, and exports is "
        "not defined in any other",
    ),
    "await outside of a function, of which an old Node.js makes nothing": (
        of_node("20.18.0", {"/function/index.js": "for await (const a of all()) {}\n" + INDEX}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: for Node.js 20.18.0 it is CommonJS, where await outside of a function "
        "is a syntax error",
    ),
    "a module of a later Node.js": (
        of_node("20.18.0", requires("node:sqlite", {})),
        "missing-module",
        "/function/index.js imports node:sqlite, which Node.js 20.18.0 does not have (ERR_UNKNOWN_BUILTIN_MODULE)",
    ),
    "a file that the imports of package.json name": (
        module("import a from '#lib/a';\n", {"package.json": '{"imports": {"#lib/*": "./dist/*.js"}}'}),
        "missing-module",
        "/function/index.mjs imports #lib/a, which /function/package.json makes ./dist/a.js, and that is not in the "
        "image",
    ),
    "a file that the imports of package.json name for require": (
        node(
            requires(
                "#a", {"package.json": '{"imports": {"#a": {"import": "./a.mjs", "default": "./a.cjs"}}}', "a.mjs": ""}
            )
        ),
        "missing-module",
        "/function/index.js imports #a, which /function/package.json makes ./a.cjs, and that is not in the image",
    ),
    "what a file loads that the imports of package.json name": (
        module(
            "import a from '#a';\n", {"package.json": '{"imports": {"#a": "./a.mjs"}}', "a.mjs": "import './b.mjs';\n"}
        ),
        "missing-module",
        "/function/a.mjs loads ./b.mjs, and no file of the image has that name",
    ),
    "assert behind an import": (
        of_node("22.0.0", ASSERT),
        "handler-does-not-compile",
        "/function/index.mjs cannot be loaded: it says assert behind an import, which Node.js 22.0.0 does not know any "
        "more",
    ),
    "an installed package without its main file": (
        node(requires("a", {"node_modules/a/package.json": '{"main": "dist/a"}', "node_modules/a/README.md": ""})),
        "missing-module",
        "/function/index.js imports a, whose dist/a is not in /function/node_modules/a",
    ),
    "a file that a server with plugins requires": (
        node({"/function/index.js": "app.register(require('./plugin'));\n" + INDEX}),
        "missing-module",
        "/function/index.js loads ./plugin, and no file of the image has that name",
    ),
    "a package of the workspace that was left behind, and its link was not": (
        node(
            {
                "/function/apps/api/index.js": "const a = require('@x/a');\n" + INDEX,
                "/function/node_modules/@x/a": symlink("../../libs/a"),
            },
            command=["apps/api/index.handler"],
        ),
        "missing-module",
        "/function/apps/api/index.js imports @x/a, which is not in the image",
    ),
    "a module that imports a package of which only the link is there": (
        module("import a from 'a';\n", {"node_modules/a": symlink("/function/libs/a")}),
        "missing-module",
        "/function/index.mjs imports a, which is not in the image",
    ),
    "a package that a package requires": (
        node(packages("'use strict';\nconst b = require('b');\n")),
        "missing-module",
        "/function/node_modules/a/index.js imports b, which is not in the image",
    ),
    "a package that is required by way of files and packages": (
        node(
            packages("module.exports = require('./lib');\n", {"a/lib/index.js": "exports.b = require('b/c');\n", **B})
        ),
        "missing-module",
        "/function/node_modules/a/lib/index.js imports b/c, which is no file of /function/node_modules/b",
    ),
    "a file of a package": (
        node(packages("var b = __importDefault(require('./lib/b'));\n", {"a/lib/b.js.map": "", "a/lib/b.d.ts": ""})),
        "missing-module",
        "/function/node_modules/a/index.js loads ./lib/b, and no file of the image has that name",
    ),
    "a folder of a package without an index": (
        node(packages("const b = require('./lib');\n", {"a/lib/b.js": ""})),
        "missing-module",
        "/function/node_modules/a/index.js loads ./lib, and no file of the image has that name",
    ),
    "many files of a package, which is said once": (
        node(packages("const b = require('./b');\nconst c = require('./c');\n")),
        "missing-module",
        "/function/node_modules/a/index.js loads ./b, and no file of the image has that name",
    ),
    "a package that a package's module imports": (
        module(
            "import a from 'a';\n",
            {
                "node_modules/a/package.json": '{"exports": {"import": "./a.mjs", "require": "./a.cjs"}}',
                "node_modules/a/a.mjs": "export { b } from 'b';\n",
                "node_modules/a/a.cjs": "",
            },
        ),
        "missing-module",
        "/function/node_modules/a/a.mjs imports b, which is not in the image",
    ),
    "a package of pnpm, which has its own packages beside it": (
        node(
            {
                **requires("a", {"node_modules/.pnpm/a@1/node_modules/a/index.js": "require('b');\n"}),
                "/function/node_modules/a": symlink(".pnpm/a@1/node_modules/a"),
            }
        ),
        "missing-module",
        "/function/node_modules/.pnpm/a@1/node_modules/a/index.js imports b, which is not in the image",
    ),
    "a package of modules that a package requires": (
        of_node("18.20.4", packages("require('b');\n", {"b/package.json": '{"type": "module"}', "b/index.js": ""})),
        "missing-module",
        "/function/node_modules/a/index.js requires b, an ECMAScript module, which Node.js 18.20.4 refuses "
        "(ERR_REQUIRE_ESM)",
    ),
    "a file that a package reads": (
        node(packages("const t = fs.readFileSync(path.join(__dirname, 'a.proto'));\n")),
        "missing-file",
        "/function/node_modules/a/index.js reads /function/node_modules/a/a.proto when it is loaded, and that is not "
        "in the image",
    ),
    "a nearer copy of a package, without its files": (
        module(
            "import a from 'a';\n",
            {
                "node_modules/a/package.json": "{}",
                "node_modules/a/index.js": "import 'b';\nexport default 1;\n",
                "node_modules/a/node_modules/b/package.json": "{}",
                "node_modules/b/index.js": "",
            },
        ),
        "missing-module",
        "/function/node_modules/a/index.js imports b, whose index.js is not in /function/node_modules/a/node_modules/b",
    ),
    "an installed package without what it exports": (
        node(requires("a", {"node_modules/a/package.json": '{"exports": {".": {"require": "./a.cjs"}}}'})),
        "missing-module",
        "/function/index.js imports a, whose ./a.cjs is not in /function/node_modules/a",
    ),
    "an installed package that exports something to import alone": (
        node(
            requires(
                "a",
                {"node_modules/a/package.json": '{"exports": {"import": "./a.mjs"}}', "node_modules/a/a.mjs": MODULE},
            )
        ),
        "missing-module",
        "/function/index.js imports a, which the exports of /function/node_modules/a/package.json do not name "
        "(ERR_PACKAGE_PATH_NOT_EXPORTED)",
    ),
    "a module that imports what is not exported": (
        module("import { db } from './db.mjs';\n", {"db.mjs": "export const client = 1;\n"}),
        "missing-module",
        "/function/index.mjs imports db from ./db.mjs, which exports nothing of that name",
    ),
    "a module that imports what CommonJS does not export": (
        module("import a, { b } from './a.cjs';\n", {"a.cjs": "exports.c = 1;\n"}),
        "missing-module",
        "/function/index.mjs imports b from ./a.cjs, which exports nothing of that name",
    ),
    "a module that imports JSON like code": (
        module("import a from './a.json';\n", {"a.json": "{}"}),
        "missing-module",
        "/function/index.mjs imports ./a.json and does not say what it is (ERR_IMPORT_ATTRIBUTE_MISSING)",
    ),
    "a module that uses what only CommonJS has": (
        module("const root = path.join(__dirname, 'a');\n"),
        "handler-does-not-compile",
        "/function/index.mjs cannot be loaded: it is an ECMAScript module by its name, where __dirname is not defined",
    ),
    "a module that waits for a package": (
        module("const { a } = await import('a');\n"),
        "missing-module",
        "/function/index.mjs imports a, which is not in the image",
    ),
    "a file of the function that is of the wrong kind": (
        module("import './a.mjs';\n", {"a.mjs": "module.exports = {};\n"}),
        "handler-does-not-compile",
        "/function/a.mjs cannot be loaded: it is an ECMAScript module by its name, where module.exports is not defined",
    ),
    "JSX": (
        node({"/function/index.js": "const App = () => <p>hello</p>;\n" + INDEX}),
        "handler-does-not-compile",
        "/function/index.js cannot be loaded: it holds JSX, which Node.js does not know",
    ),
    "a file that is read": (
        node({"/function/index.js": "const t = fs.readFileSync(path.join(__dirname, 't.html'));\n" + INDEX}),
        "missing-file",
        "/function/index.js reads /function/t.html when it is loaded, and that is not in the image",
    ),
    "a file that is read in the working directory": (
        node({"/function/index.js": "const t = JSON.parse(fs.readFileSync('./t.json'));\n" + INDEX}),
        "missing-file",
        "/function/index.js reads /function/t.json when it is loaded, and that is not in the image",
    ),
    "a wrapper that may not be executed": (
        aws({"/var/task/app.js": INDEX, "/w": "#!/bin/sh\n"}, "nodejs", env={"AWS_LAMBDA_EXEC_WRAPPER": "/w"}),
        "not-executable",
        "AWS_LAMBDA_EXEC_WRAPPER names /w, which the user of Lambda may not execute",
    ),
    "a wrapper whose interpreter is not there": (
        aws(
            {"/var/task/app.js": INDEX, "/w": programs.script('#!/usr/bin/zsh\nexec "$@"\n')},
            "nodejs",
            env={"AWS_LAMBDA_EXEC_WRAPPER": "/w"},
        ),
        "bad-script",
        "AWS_LAMBDA_EXEC_WRAPPER names /w, whose interpreter /usr/bin/zsh is not in the image",
    ),
    "a wrapper with Windows line endings": (
        aws(
            {"/var/task/app.js": INDEX, "/w": programs.script('#!/bin/sh\r\nexec "$@"\r\n')},
            "nodejs",
            env={"AWS_LAMBDA_EXEC_WRAPPER": "/w"},
        ),
        "bad-script",
        "AWS_LAMBDA_EXEC_WRAPPER names /w, whose interpreter /bin/sh\\x0d is not in the image",
    ),
    "a package that was not built": (
        workspace({"package.json": '{"main": "dist/index.js"}', "src/index.ts": ""}),
        "missing-module",
        "/function/index.js imports @acme/shared, whose dist/index.js is not in /function/packages/shared",
    ),
    "a package that was not built, with exports": (
        workspace({"package.json": '{"exports": {".": {"import": "./a.mjs", "require": "./dist/a.js"}}}', "a.mjs": ""}),
        "missing-module",
        "/function/index.js imports @acme/shared, whose ./dist/a.js is not in /function/packages/shared",
    ),
    "a package that exports nothing for require": (
        workspace({"package.json": '{"exports": {".": {"import": "./a.mjs"}}}', "a.mjs": ""}),
        "missing-module",
        "/function/index.js imports @acme/shared, "
        "which the exports of /function/packages/shared/package.json do not name (ERR_PACKAGE_PATH_NOT_EXPORTED)",
    ),
    "a path in a package without its ending": (
        module("import a from 'a/b';\n", {"node_modules/a/package.json": '{"name": "a"}', "node_modules/a/b.js": ""}),
        "missing-module",
        "/function/index.mjs imports a/b, which is no file of /function/node_modules/a",
    ),
    "a server without its packages": (
        server("const express = require('express');\n"),
        "missing-module",
        "/app/server.js imports express, which is not in the image",
    ),
    "a module to load first": (
        server("", "-r", "./tracing.js"),
        "missing-module",
        "/usr/local/bin/node is to load ./tracing.js first, which is not in the image",
    ),
    "a package to load first": (
        server("", "--import=@acme/tracing"),
        "missing-module",
        "/usr/local/bin/node is to load @acme/tracing first, which is not in the image",
    ),
    "a module to load first on an AWS base": (
        aws({"/var/task/app.js": INDEX}, "nodejs", env={"NODE_OPTIONS": "--require /opt/wrapper.js"}),
        "missing-module",
        "/var/runtime/bootstrap is to load /opt/wrapper.js first, which is not in the image",
    ),
    "settings": (
        server("", "--env-file=.env"),
        "entrypoint-not-found",
        "/usr/local/bin/node is to read .env, which is not in the image",
    ),
    "a script of npm": (
        npm("run", "lambda", package='{"scripts": {"start": "node server.js"}}'),
        "entrypoint-not-found",
        "/usr/local/bin/npm finds no script lambda in /app/package.json, and ends",
    ),
    "npm without a project": (
        npm("run", "lambda"),
        "entrypoint-not-found",
        "/usr/local/bin/npm finds no package.json in /app or above it, and ends",
    ),
    "arguments of Java": (
        java("@java.args", "Main"),
        "entrypoint-not-found",
        "java is to read its arguments from java.args, which is not in the image",
    ),
    "arguments of Java that lead nowhere": (
        java("@args", arguments="# here\n-cp 'lib/*'\ncom.acme.Main\n"),
        "entrypoint-not-found",
        "java is to start the class com.acme.Main, which is on no part of the class path",
    ),
    "an option that Java has lost": (
        {"files": JAVA_17, "command": ["java", "-XX:+UseConcMarkSweepGC", "-jar", "/app.jar"]},
        "client-cannot-load",
        "Java 17 does not know the option -XX:+UseConcMarkSweepGC, and ends at once",
    ),
    "an option that Java has lost, in a variable": (
        {
            "files": JAVA_17,
            "command": ["java", "-jar", "/app.jar"],
            "env": {**PATH, "JAVA_TOOL_OPTIONS": "-XX:PermSize=9m"},
        },
        "client-cannot-load",
        "Java 17 does not know the option -XX:PermSize=9m, and ends at once",
    ),
    "Spring Boot": (
        boot("BOOT-INF/classes/com/acme/App.class", "BOOT-INF/lib/a.jar", start="com.acme.Main"),
        "entrypoint-not-found",
        "/app.jar is to start the class com.acme.Main, which is not in it",
    ),
    "Ruby, a script": (
        {"files": {"/usr/bin/ruby": programs.program()}, "command": ["ruby", "/app/main.rb"]},
        "entrypoint-not-found",
        "/usr/bin/ruby is to run /app/main.rb, which is not in the image",
    ),
    "Ruby, a file of its own": (
        script("ruby", "require_relative 'lib/a'\nloop { }\n", {"lib/b.rb": ""}),
        "missing-module",
        "/app/main.rb loads /app/lib/a, which is not in the image",
    ),
    "Ruby, a file of its own in a file of its own": (
        script("ruby", "require_relative 'lib/b'\n", {"lib/b.rb": "require_relative './c'\n"}),
        "missing-module",
        "/app/lib/b.rb loads /app/lib/./c, which is not in the image",
    ),
    "Ruby, a gem": (
        script("ruby", "require 'sinatra'\n"),
        "missing-module",
        "/app/main.rb loads sinatra, which is not in the image",
    ),
    "PHP, a file that is nowhere": (
        script("php", "<?php\nrequire_once 'vendor/autoload.php';\n"),
        "missing-module",
        "/app/main.php loads vendor/autoload.php, which is not in the image",
    ),
    "PHP": (
        script("php", "<?php\nrequire __DIR__ . '/vendor/autoload.php';\n"),
        "missing-module",
        "/app/main.php loads /app/vendor/autoload.php, which is not in the image",
    ),
    "another root": (
        {"files": {"/usr/sbin/chroot": programs.program(), "/app/main": ""}, "command": ["chroot", "/app", "/main"]},
        "user-switch",
        "/usr/sbin/chroot is to change the root directory, which the user of Lambda may not do",
    ),
    "Perl, a module": (
        script("perl", "use strict;\nuse LWP::UserAgent;\n", PERL),
        "missing-module",
        "/app/main.pl loads LWP::UserAgent, which is not in the image",
    ),
    "Perl, a module of one of its own": (
        script(
            "perl",
            "use lib 'lib';\nuse Own::Loop;\n",
            {**PERL, "lib/Own/Loop.pm": "package Own::Loop;\nuse Moose;\n1;\n"},
        ),
        "missing-module",
        "/app/lib/Own/Loop.pm loads Moose, which is not in the image",
    ),
    "Lua, a module": (
        script("lua5.4", 'local json = require("cjson")\n'),
        "missing-module",
        "/app/main.lua loads cjson, which is not in the image",
    ),
    "R, a package": (
        script("Rscript", "library(jsonlite)\n"),
        "missing-module",
        "/app/main.R loads jsonlite, which is not in the image",
    ),
    "a shell that may not read what it is to read": (
        {
            "files": {
                "/bin/sh": symlink("dash"),
                "/bin/dash": programs.program(),
                "/e": programs.script("#!/bin/sh\n. /etc/app/env\nexec /main\n"),
                "/etc/app/env": file("A=1\n", mode=0o600),
                "/main": programs.program(programs.GO),
            },
            "command": ["/e"],
        },
        "bad-script",
        "/e ends at line 2: it reads the script /etc/app/env, which the default user may not read",
    ),
    ".NET, a newer framework": (
        hosted(framework("NETCore", "9.0.0")),
        "client-cannot-load",
        "/app/App.runtimeconfig.json asks for the framework Microsoft.NETCore.App 9.0.0, and the image has only 8.0.11",
    ),
    ".NET, an older framework": (
        hosted(framework("NETCore", "6.0.0")),
        "client-cannot-load",
        "/app/App.runtimeconfig.json asks for the framework Microsoft.NETCore.App 6.0.0, and the image has only 8.0.11",
    ),
    ".NET, another framework": (
        hosted(
            {"frameworks": [framework("NETCore", "8.0.0")["framework"], framework("AspNetCore", "8.0.0")["framework"]]}
        ),
        "client-cannot-load",
        "/app/App.runtimeconfig.json asks for the framework Microsoft.AspNetCore.App 8.0.0, "
        "and the image has none of that name",
    ),
    ".NET, no settings": (
        hosted(**{"app__App.runtimeconfig.json": None}),
        "client-cannot-load",
        "dotnet cannot run /app/App.dll without App.runtimeconfig.json beside it",
    ),
    ".NET, an assembly": (
        hosted(None, ("App/1.0.0", "Json/2.0.0")),
        "missing-module",
        "/app/App.deps.json names Json.dll, which is not in the image",
    ),
    ".NET, no ICU": (
        hosted(**{"usr__lib__libicuuc.so.72": None}),
        "missing-library",
        "dotnet finds no ICU library in the image, and /app/App.runtimeconfig.json does not do without",
    ),
}
SILENT: dict[str, dict[str, Any]] = {
    "native parts for macOS and Linux": native(
        "sharp",
        "0.35.5",
        f"{SHARP}darwin-arm64/lib/sharp-darwin-arm64-0.35.5.node",
        f"{SHARP}linux-x64/lib/sharp-linux-x64-0.35.5.node",
    ),
    "a native part of WebAssembly": native("sharp", "0.34.5", f"{SHARP}wasm32/lib/sharp-wasm32.node.js"),
    "a native part where pnpm keeps it": native(
        "sharp",
        "0.33.5",
        "node_modules/.pnpm/@img+sharp-linuxmusl-x64@0.33.5/node_modules/@img/sharp-linuxmusl-x64/lib/"
        "sharp-linuxmusl-x64.node",
    ),
    "a native part that was compiled": native(
        "sqlite3", "6.0.1", "node_modules/sqlite3/build/Release/node_sqlite3.node"
    ),
    "a native part below a folder that is called as a system": native(
        "sharp", "0.34.5", "android/node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node"
    ),
    "an empty package in place of one with native parts": node(
        requires(
            "canvas",
            {
                "node_modules/canvas/package.json": '{"name": "canvas", "version": "0.0.0"}',
                "node_modules/canvas/index.js": "module.exports = {};\n",
            },
        )
    ),
    "a package with native parts in a version that nobody knows": native("sharp", "1.0.0"),
    "a package with native parts that may be missing": node(
        {
            "/function/index.js": "try { require('bcrypt'); } catch {}\n" + INDEX,
            "/function/node_modules/bcrypt/package.json": '{"name": "bcrypt", "version": "5.1.1"}',
            "/function/node_modules/bcrypt/index.js": "",
        }
    ),
    "await outside of a function in what the client imports": of_node(
        "22.12.0", {"/function/index.js": None, "/function/index.mjs": "await 1;\n" + MODULE}
    ),
    "await outside of a function, where version 4 imports every file": node(
        {"/var/task/index.js": "await 1;\n" + MODULE}, version="4.0.2"
    ),
    "await outside of a function, where a loader was asked for": node(
        {"/function/index.js": "await 1;\n" + MODULE, "/function/node_modules/tsx/index.js": ""},
        env={"PATH": "/usr/local/bin", "NODE_OPTIONS": "--import tsx"},
    ),
    "await outside of a function, where nobody knows the version": module(
        "await import('./a.js');\n", {"a.js": "await 1;\n"}
    ),
    "await in functions, and as a name": of_node(
        "18.20.4",
        {
            "/function/index.js": "const f = async () => { await 1; };\n"
            "(async () => { for await (const a of b) {} })();\n"
            "class A { async run() { await 1; } }\n" + INDEX
        },
    ),
    "a module of Node.js that a flag brings": of_node("22.5.0", requires("node:sqlite", {})),
    "a module of Node.js, asked for in vain": of_node(
        "20.18.0", {"/function/index.js": "let a;\ntry { a = require('node:sqlite'); } catch {}\n" + INDEX}
    ),
    "imports of package.json that lead somewhere": module(
        "import a from '#lib/a';\nimport b from '#b';\nimport c from '#c';\nimport d from '#none';\n"
        "import e from '#e';\nimport f from '#lib/a.js?once';\n",
        {
            "package.json": '{"imports": {"#lib/*": "./dist/*.js", "#b": {"browser": "./none.js", "node": "./b.mjs"}, '
            '"#c": "c", "#e": "./e%20f.mjs"}}',
            "dist/a.js": "",
            "e f.mjs": "",
            "b.mjs": "",
            "node_modules/c/package.json": "{}",
            "node_modules/c/index.js": "",
        },
    ),
    "imports of the nearest package.json": module(
        "import './a/b.mjs';\n",
        {
            "package.json": '{"imports": {"#c": "./none.js"}}',
            "a/package.json": '{"imports": {"#c": "./c.js"}}',
            "a/b.mjs": "import '#c';\n",
            "a/c.js": "",
        },
    ),
    "a file that something loads and that changes the search": node(
        {
            "/function/index.js": f"try {{ require('./hook'); }} catch {{}}\nconst a = require('@root/a');\n{INDEX}",
            "/function/hook.js": "const M = require('module');\nM['_resolveFilename'] = find;\n",
        }
    ),
    "a file of unknown name that changes the search": node(
        {
            "/function/index.js": f"[name].forEach(require);\nconst a = require('virtual');\n{INDEX}",
            "/function/hook.js": "Object.assign(module.constructor.prototype, { require(name) {} });\n",
        }
    ),
    "a compiler that is loaded first": of_node(
        "18.20.8",
        {
            "/function/index.js": f"require('@babel/register');\nconst a = require('./a');\n{INDEX}",
            "/function/a.js": "export const a = <b/>;\n",
            "/function/node_modules/@babel/register/index.js": "",
        },
    ),
    "a module that is given what only CommonJS has": module(
        "import './shim.mjs';\nconst fs = require('fs');\n",
        {"shim.mjs": "globalThis.require = createRequire(import.meta.url);\n"},
    ),
    "a file that is read in a folder that another file enters": node(
        {
            "/function/index.js": f"require('./enter');\nrequire('fs').readFileSync('a.txt');\n{INDEX}",
            "/function/enter.js": "process.chdir('/srv');\n",
        }
    ),
    "a file system in memory": node(
        {
            "/function/index.js": "const { fs } = require('memfs');\nfs.mkdirSync('/function/a');\n"
            f"fs.writeFileSync('/function/a/b', '');\nfs.readFileSync(__dirname + '/c');\n{INDEX}",
            "/function/node_modules/memfs/index.js": "",
        }
    ),
    "a file system that is changed": node(
        {
            "/function/index.js": "const fs = require('fs');\nfs.readFileSync = find;\n"
            f"fs.readFileSync(__dirname + '/c');\n{INDEX}"
        }
    ),
    "what a bundler says of its exports": module(
        "import { a } from './a.cjs';\n",
        {"a.cjs": "var x = {};\nmodule.exports = x;\n0 && (module.exports = { a });\n"},
    ),
    "a package that names itself, and another of its name": node(
        {
            **requires("me/a", {"package.json": '{"name": "me", "exports": {"./a": "./a.js"}}', "a.js": ""}),
            "/function/node_modules/me/package.json": "{}",
        }
    ),
    "an object that inherits": node({"/function/index.js": "module.exports = { __proto__: { handler() {} } };\n"}),
    "a relative folder in NODE_PATH": {
        **node(requires("deep", {"src/deep.json": "{}"})),
        "env": {"PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_PATH": "src"},
    },
    "a file system of the function's in NODE_PATH": {
        **node(requires("deep", {})),
        "env": {"PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_PATH": "/mnt/efs"},
    },
    "links to file systems of the function's": node(
        {
            "/function/index.js": "const a = require('./a.json');\nconst b = require('b');\n"
            f"require('fs').readFileSync(__dirname + '/c/d');\n{INDEX}",
            "/function/a.json": symlink("/mnt/efs/a.json"),
            "/function/node_modules/b": symlink("/mnt/efs/b"),
            "/function/c": symlink("/mnt/efs/c"),
        }
    ),
    "a package of Debian's": node({**requires("deep", {}), "/usr/share/nodejs/deep/index.js": ""}),
    "the longer of two patterns": node(
        requires(
            "a/b.js",
            {
                "node_modules/a/package.json": '{"exports": {"./*": "./lib/*.js", "./*.js": "./lib/*.js"}}',
                "node_modules/a/lib/b.js": "",
            },
        )
    ),
    "parts of Node.js that have an underscore": node(
        packages("require('_http_common');\nrequire('_stream_duplex');\n")
    ),
    "a package whose name begins with a dot": node(packages("require('.b/c');\n", {".b/c.js": ""})),
    "a module that is a file of node_modules": node(requires("data", {"node_modules/data.json": "{}"})),
    "exports that are no exports": of_node(
        "22.20.0",
        requires("a", {"node_modules/a/package.json": '{"exports": false}', "node_modules/a/index.js": ""}),
    ),
    "a package without package.json in a module": of_node(
        "18.20.8",
        {
            "/function/package.json": '{"type": "module"}',
            "/function/index.js": "import 'a';\n" + MODULE,
            "/function/node_modules/a/package.json": "{}",
            "/function/node_modules/a/index.js": "require('b');\n",
            "/function/node_modules/b/index.js": "",
        },
    ),
    "a question behind a file of a package": module(
        "import 'a/b.js?c';\n", {"node_modules/a/package.json": "{}", "node_modules/a/b.js": ""}
    ),
    **{
        f"{hook} in another file": node(
            {
                "/function/index.js": "require('./hook');\nrequire('virtual');\n" + INDEX,
                "/function/hook.js": f"const M = require('module');\n{hook};\n",
            }
        )
        for hook in (
            "M._load = load",
            "M._initPaths()",
            "M.prototype.require = load",
            "require.main.paths.push(__dirname); module.paths.push(__dirname)",
            "require('module-alias').addAlias('virtual', __dirname)",
            "require('ts-paths').register()",
        )
    },
    "a package that changes what require is": node(
        packages(
            "require('module').prototype.require = load;\nrequire('b');\n", {"b/index.js": "require('virtual');\n"}
        )
    ),
    "a wrapper that can start": aws(
        {"/var/task/app.js": INDEX, "/w": programs.script('#!/bin/sh\nexec "$@"\n'), "/x": programs.program()},
        "nodejs",
        env={"AWS_LAMBDA_EXEC_WRAPPER": "/w"},
    ),
    "a folder that is made where Lambda lets it": module("mkdirSync('/tmp/a');\nmkdirSync('/mnt/efs/a');\n"),
    "a folder that is made and is there": module("mkdirSync('/function', { recursive: true });\n"),
    "a folder that is made when it is not there, and is": module(
        "if (!existsSync('/function'))\n  mkdirSync('/function/a');\n"
    ),
    "a folder that is made perhaps": module(
        "try { mkdirSync('/var/a'); } catch {}\nif (existsSync('/var/a')) mkdirSync('/var/b');\n"
        "if (process.env.A) mkdirSync('/var/c');\nfunction f() { mkdirSync('/var/d'); }\n"
    ),
    "a folder whose name is worked out": module("mkdirSync(process.env.A || '/var/a');\n"),
    "a module that Node.js is to require, of which nobody knows how new it is": node(requires("./a.mjs", ESM)),
    "a module that a new Node.js is to require": of_node("20.19.0", requires("./a.mjs", ESM)),
    "a package of modules that a new Node.js is to require": of_node("22.12.0", requires("a", ESM_PACKAGE)),
    "a module that an old Node.js imports": of_node(
        "18.20.4", {"/function/index.js": "const a = import('./a.mjs');\n" + INDEX, "/function/a.mjs": MODULE}
    ),
    "a module that awaits in a function": of_node(
        "22.12.0", requires("./a.mjs", {"a.mjs": "export async function f() { await 1; }\n"})
    ),
    "a module that a new Node.js takes for one": of_node("22.7.0", UNTOLD),
    "assert behind an import, where Node.js knows it": of_node("20.19.0", ASSERT),
    "an option that lets modules be required": {
        **of_node("20.18.0", requires("./a.mjs", ESM)),
        "env": {"NODE_OPTIONS": "--experimental-require-module"},
    },
    "an installed package whose main file has another ending": node(
        requires("a", {"node_modules/a/package.json": '{"main": "./dist/"}', "node_modules/a/dist/index.json": "{}"})
    ),
    "an installed package with a main file that is not there, and an index": node(
        requires("a", {"node_modules/a/package.json": '{"main": "dist/a.js"}', "node_modules/a/index.js": INDEX})
    ),
    "a module that imports what is exported": module(
        "import a, { b } from './a.mjs';\n", {"a.mjs": "const b = 1;\nexport { b, b as default };\n"}
    ),
    "a module that imports of CommonJS": module("import { b } from './a.cjs';\n", {"a.cjs": "exports.b = 1;\n"}),
    "a module that imports JSON": module("import a from './a.json' with { type: 'json' };\n", {"a.json": "{}"}),
    "a module that makes its own __dirname": module(
        "const __dirname = dirname(fileURLToPath(import.meta.url));\nconst root = path.join(__dirname, 'a');\n"
    ),
    "a file that is read": node(
        {"/function/index.js": "const t = readFileSync(join(__dirname, 't.html'));\n" + INDEX, "/function/t.html": ""}
    ),
    "a file that is read in the task root": aws(
        {"/var/task/app.js": "const t = fs.readFileSync('t');\n" + INDEX, "/var/task/t": "", "/srv/a": ""},
        "nodejs",
        workdir="/srv",
    ),
    "a file that is read where Lambda mounts": node(
        {"/function/index.js": "const t = readFileSync(join(__dirname, '../tmp/t'));\n" + INDEX}
    ),
    "a package that was built": workspace({"package.json": '{"main": "dist"}', "dist/index.js": ""}),
    "a package with patterns": module(
        "import a from 'a/b/c';\n",
        {
            "node_modules/a/package.json": '{"exports": {"./b/*": {"types": "./x", "default": "./lib/*.js"}}}',
            "node_modules/a/lib/c.js": "",
        },
    ),
    "a file that is loaded after a loader is registered": node(
        {
            "/function/index.js": "require('tsconfig-paths').register(paths);\nrequire('@/plugin');\n" + INDEX,
            "/function/node_modules/tsconfig-paths/index.js": "",
        }
    ),
    "packages that a package may do without": node(
        packages(
            "let b;\ntry { b = require('b'); } catch {}\nconst c = () => require('c');\n"
            "if (process.env.D) require('d');\nconst e = process.env.E && require('e');\n/** require('f') */\n"
        )
    ),
    "a package that a package does not load for certain": node(
        packages("exports.b = () => require('b');\n", {"b/index.js": "require('c');\n"})
    ),
    "a package whose copy farther away is whole": node(
        packages("require('b');\n", {"a/node_modules/b/package.json": "{}", "b/index.js": ""})
    ),
    "a package whose copy for everybody is whole": node(
        {
            **packages("require('b');\n", {"b/package.json": "{}"}),
            "/usr/local/lib/node_modules/b/index.js": "",
        }
    ),
    "packages that load one another": node(
        packages(
            "require('b');\n", {"b/index.js": "require('a');\nrequire('b');\nrequire('./b.json');\n", "b/b.json": ""}
        )
    ),
    "a package that a hook for one kind of file brings": node(
        packages("require('./b');\n", {"a/b.coffee": ""}),
    ),
    "a package that changes how modules are found": node(
        {**packages("require('b');\nrequire('@/c');\n", HOOK), "/function/node_modules/d/index.js": ""}
    ),
    "a module that a package changed how to find": {
        **node(
            {
                **requires("b", {f"node_modules/{path}": text for path, text in HOOK.items()}),
                "/function/index.js": "require('b');\nrequire('@/c');\n" + INDEX,
            }
        )
    },
    "a condition that only newer Node.js know": of_node(
        "18.20.4",
        requires(
            "a",
            {
                "node_modules/a/package.json": '{"exports": {"module-sync": "./no.js", "default": "./a.js"}}',
                "node_modules/a/a.js": "",
            },
        ),
    ),
    "a package whose exports are damaged": workspace({"package.json": "{", "index.js": ""}),
    "a package with exports in many layers": workspace(
        {"package.json": '{"exports": ' + '{"default": ' * 100 + "1" + "}" * 101, "index.js": ""}
    ),
    "a module to load first": server("", "-r", "./server.js"),
    "a module that is made first": server("", "-r", "/tmp/tracing.js"),
    "settings that may be missing": server("", "--env-file-if-exists=.env"),
    "npm start without such a script": npm("start", package="{}"),
    "npm, a script above the working directory": npm(
        "run", "lambda", package='{"scripts": {"lambda": "node server.js"}}', cwd="/app/src"
    ),
    "npm, if there is such a script": npm("run", "lambda", "--if-present", package="{}"),
    "npm, in another folder": npm("--prefix", "/srv", "run", "lambda", package="{}"),
    "npm, and a damaged package.json": npm("run", "lambda", package="{"),
    "Spring Boot": boot("BOOT-INF/classes/com/acme/App.class", start="com.acme.App"),
    "an option that another Java has": {
        "files": {**JAVA_17, "/jdk/release": 'JAVA_VERSION="11.0.2"\n'},
        "command": ["java", "-XX:+UseParNewGC", "-jar", "/app.jar"],
    },
    "an option that Java is to overlook": {
        "files": JAVA_17,
        "command": ["java", "-XX:+UseParNewGC", "-XX:+IgnoreUnrecognizedVMOptions", "-jar", "/app.jar"],
    },
    "an option for the program": {"files": JAVA_17, "command": ["java", "-jar", "/app.jar", "-XX:+UseParNewGC"]},
    "Spring Boot, in a jar inside": boot("BOOT-INF/lib/a.jar", start="com.lib.App"),
    "arguments of Java that are not followed": java("@args", arguments='-cp "a b:c\\\n d" Main'),
    "Ruby": script("ruby", "require 'json'\nrequire_relative 'lib/a'\n", {"lib/a.rb": ""}),
    "Ruby, a gem": script("ruby", "require 'a/b'\n", {"gems/a/lib/a/b.rb": ""}),
    "Ruby, not for certain": script("ruby", "begin\nrequire 'a'\nrescue LoadError\nend\n"),
    "Perl": script(
        "perl",
        "use v5.36;\nuse strict;\n=pod\n\nuse A;\n\n=cut\nuse B::C;\neval { require D };\n__END__\nuse E;\n",
        {**PERL, "/B/C.pm": ""},
    ),
    "Perl, a hook": script("perl", "BEGIN { unshift @INC, sub { } }\nuse A;\n"),
    "Perl, text": script("perl", "print <<'X';\nuse A;\nX\n"),
    "Perl, preloaded": {**script("perl", "use A;\n"), "env": {"PERL5OPT": "-MB"}},
    "Lua": script(
        "lua5.4",
        "local s = require 'string'\nlocal ok = pcall(require, 'a')\n--[[\nrequire 'b'\n]]\nlocal c = require 'c.d'\n",
        {"lib/c/d.lua": ""},
    ),
    "Lua, preloaded": script("lua5.4", "package.preload['a'] = f\nrequire 'a'\n"),
    "R": script("Rscript", "library(stats)\nif (FALSE) {\n  library(a)\n}\n", {"r/stats/DESCRIPTION": ""}),
    ".NET": hosted(None, ("App/1.0.0", "Json/2.0.0"), **{"app__Json.dll": "MZ"}),
    ".NET, an assembly elsewhere": hosted(None, ("Json/2.0.0",), **{"opt__store__Json.dll": "MZ"}),
    ".NET, rolled forward": hosted(framework("NETCore", "6.0.0", rollForward="Major")),
    ".NET, a preview": hosted(
        framework("NETCore", "9.0.0"), **{"usr__share__dotnet__shared__Microsoft.NETCore.App__9.0.0-rc.2__a.dll": ""}
    ),
    ".NET, invariant": hosted(
        {**framework("NETCore", "8.0.0"), "configProperties": {"System.Globalization.Invariant": True}},
        **{"usr__lib__libicuuc.so.72": None},
    ),
    ".NET, invariant by a variable": {
        **hosted(**{"usr__lib__libicuuc.so.72": None}),
        "env": {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    },
    ".NET, odd settings": hosted([1], **{"app__App.deps.json": "[]"}),
    "PHP": script("php", "<?php\nrequire __DIR__ . '/vendor/autoload.php';\n", {"vendor/autoload.php": ""}),
    "PHP, a file that is looked for": script("php", "<?php\nrequire 'lib/a.php';\n", {"sub/lib/a.php": ""}),
    "PHP, a file whose name is worked out": script("php", "<?php\nrequire \"$a.php\";\n// require 'b.php';\n"),
    "PHP, not for certain": script("php", "<?php\nif ($a) {\n    require __DIR__ . '/b.php';\n}\n"),
}


@pytest.mark.parametrize(("description", "rule", "message"), FAILS.values(), ids=FAILS)
def test_what_fails(description: dict[str, Any], rule: str, message: str) -> None:
    troubles = plan(image(**description), Deployment()).troubles
    assert [(trouble.rule, trouble.message) for trouble in troubles] == [(rule, message)]


@pytest.mark.parametrize("description", SILENT.values(), ids=SILENT)
def test_what_may_work(description: dict[str, Any]) -> None:
    assert plan(image(**description), Deployment()).troubles == ()


def test_files_that_are_loaded_must_be_readable() -> None:
    description = node(
        {
            "/function/index.js": "const a = require('./a');\nconst t = readFileSync(join(__dirname, 't'));\n" + INDEX,
            "/function/a.js": "",
            "/function/t": "",
        }
    )
    needs = [need.path for need in plan(image(**description), Deployment()).needs if "loads" in need.why]
    assert needs == ["/function/a.js", "/function/t"]
