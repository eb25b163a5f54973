"""Scripts that find what they load in ways that are easily overlooked: links, folders that code adds, options."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import image, symlink

from lambda_lint import Deployment
from lambda_lint_rules._start import plan

ASKS = "{AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next"
TYPESCRIPT = f"await fetch(`http://${ASKS}`);\n"
PHP = f"$next = curl_init('http://{ASKS}');\n"
SERVER = programs.script("#!/usr/local/bin/python\nimport sys\n")
SITE = "/usr/local/lib/python3.13/site-packages"
PROGRAMS = {
    **programs.python(),
    **{f"/usr/local/bin/{name}": programs.program() for name in ("ruby", "perl", "bun", "deno")},
    "/usr/local/bin/php": programs.program(b"CURLOPT_"),
    **{f"/usr/local/bin/{name}": SERVER for name in ("gunicorn", "uvicorn")},
    **{f"{SITE}/{name}/__init__.py": "" for name in ("gunicorn", "uvicorn")},
    "/opt/extensions/lambda-adapter": programs.program(programs.ADAPTER),
    "/usr/local/lib/ruby/3.3.0/net/http.rb": "",
    "/usr/share/perl/5.36/strict.pm": "",
    "/usr/share/perl/5.36/lib.pm": "",
    "/app/README.md": "",
}


def said(command: list[str], files: dict[str, Any]) -> list[str]:
    built = image(files={**PROGRAMS, **files}, command=command, workdir="/app")
    return [trouble.message for trouble in plan(built, Deployment()).troubles]


@pytest.mark.parametrize(
    ("command", "name", "text", "beside"),
    [
        (["python", "/srv/bin/start.py"], "start.py", "import own\n", "own.py"),
        (["ruby", "/srv/bin/start.rb"], "start.rb", f"require_relative 'own'\nNEXT = '{ASKS}'\n", "own.rb"),
        (["php", "/srv/bin/start.php"], "start.php", f"<?php\nrequire __DIR__ . '/own.php';\n{PHP}", "own.php"),
        (["bun", "/srv/bin/start.ts"], "start.ts", f"import './own.ts';\n{TYPESCRIPT}", "own.ts"),
    ],
)
def test_a_script_that_a_link_leads_to(command: list[str], name: str, text: str, beside: str) -> None:
    files = {f"/srv/bin/{name}": symlink(f"/app/{name}"), f"/app/{name}": text}
    assert said(command, {**files, f"/app/{beside}": "\n"}) == []
    assert len(said(command, files)) == 1


@pytest.mark.parametrize(
    "before",
    [
        "require 'bundler/setup'\n",
        "require './boot'\n",
        "load 'boot.rb'\n",
        "eval File.read('boot.rb')\n",
        "Gem.paths = { 'GEM_PATH' => '/app/g' }\n",
        "$stdout.sync = true; require './boot'\n",
    ],
)
def test_code_of_ruby_that_may_add_a_folder(before: str) -> None:
    text = f"require 'net/http'\n{before}require 'own'\nNEXT = '{ASKS}'\n"
    files = {"/app/start.rb": text, "/app/lib/own.rb": "", "/app/boot.rb": "$LOAD_PATH.unshift('/app/lib')\n"}
    assert said(["ruby", "start.rb"], files) == []
    assert said(["ruby", "start.rb"], {**files, "/app/start.rb": text.replace(before, "# first\n\n")}) == [
        "/app/start.rb loads own, which is in /app/lib, where Ruby does not look"
    ]


@pytest.mark.parametrize(
    "before",
    [
        "BEGIN { require './boot.pl' }\n",
        "BEGIN {\n    require lib;\n    lib->import('/app/lib');\n}\n",
        "  use lib '/app/lib';\n",
        "use strict; use lib '/app/lib';\n",
        "use lib '/app/lib';\n",
    ],
)
def test_code_of_perl_that_may_add_a_folder(before: str) -> None:
    text = f"#!/usr/bin/perl\nuse strict;\n{before}use My::Own;\nmy $next = '{ASKS}';\n"
    files = {"/app/start.pl": text, "/app/lib/My/Own.pm": "1;", "/app/boot.pl": "push @INC, '/app/lib';\n"}
    assert said(["perl", "start.pl"], files) == []
    assert said(["perl", "start.pl"], {**files, "/app/start.pl": text.replace(before, "no strict 'refs';\n")}) == [
        "/app/start.pl loads My::Own, which is in /app/lib, where Perl does not look"
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "-n", "svc:web", "main"],
        ["gunicorn", "--bind", "localhost:http", "main"],
        ["gunicorn", "--chdi", "src", "main:app"],
        ["gunicorn", "--conf", "settings.py", "main:app"],
        ["gunicorn", "--pythonp=src", "main:app"],
    ],
)
def test_options_of_gunicorn_that_are_no_application(command: list[str]) -> None:
    assert said(command, {"/app/src/main.py": "app = application = 1\n"}) == []


@pytest.mark.parametrize("text", ["import pkg\npkg.app = 1\n", "import sys\nsetattr(sys.modules['pkg'], 'app', 1)\n"])
def test_an_application_that_another_module_sets(text: str) -> None:
    files = {"/app/pkg/__init__.py": "from . import core\n", "/app/pkg/core.py": text}
    assert said(["uvicorn", "pkg:app"], files) == []
    assert said(["uvicorn", "pkg:app"], {**files, "/app/pkg/core.py": ""}) == [
        "uvicorn is to load pkg, and /app/pkg/__init__.py defines no app"
    ]


@pytest.mark.parametrize(
    ("statement", "options"),
    [
        ("import { Own } from './own'; // Own is a type", []),
        ("import Own from './own';", []),
        ("import * as own from './own';", []),
        ("import own from './own.svelte';\nown();", ["--preload", "./plugins.ts"]),
        ("import './plugins.ts';\nconst own = await import('./own.svelte');", []),
    ],
)
def test_imports_of_bun_that_need_no_file(statement: str, options: list[str]) -> None:
    files = {"/app/start.ts": f"{statement}\n{TYPESCRIPT}", "/app/plugins.ts": "Bun.plugin({});\n"}
    assert said(["bun", *options, "start.ts"], files) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import { own } from './own';\nown();",
        "import './own.ts';",
        "import { own } from './own';\nawait fetch(`http://api/x`, { body: own() });",
    ],
)
def test_imports_of_bun_that_need_one(statement: str) -> None:
    assert len(said(["bun", "start.ts"], {"/app/start.ts": f"{statement}\n{TYPESCRIPT}"})) == 1


@pytest.mark.parametrize("option", [["--cwd", "/srv"], ["--cwd=/srv"]])
def test_a_folder_that_bun_goes_to(option: list[str]) -> None:
    assert said(["bun", *option, "start.ts"], {"/srv/start.ts": TYPESCRIPT}) == []


def test_what_stands_behind_the_router_of_php() -> None:
    assert said(["php", "-S", "0.0.0.0:8080", "start.php", "-t", "x"], {"/app/start.php": ""}) == []
    assert len(said(["php", "-S", "0.0.0.0:8080", "-t", "x", "start.php"], {"/app/start.php": ""})) == 1


def test_a_php_that_is_packed() -> None:
    packed = {"/usr/local/bin/php": programs.program(b"UPX!"), "/app/start.php": f"<?php\n{PHP}"}
    assert said(["php", "start.php"], packed) == []
