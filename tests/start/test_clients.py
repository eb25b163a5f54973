"""Runtime clients of every language: recognised where they are started, and told from what only looks like one."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from support import programs
from support.images import file, image, symlink

from lambda_lint import Deployment
from lambda_lint_rules._start import StartPlan, Verdict, markers, plan


def planned(**description: Any) -> StartPlan:
    return plan(image(**description), Deployment())


def jar(*names: str, main: str = "") -> bytes:
    """A jar with entries of these names, and a manifest; the main class is there without being named."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        manifest = f"Manifest-Version: 1.0\r\n{f'Main-Class: {main}' if main else ''}\r\n"
        archive.writestr("META-INF/MANIFEST.MF", manifest)
        own = {f"{main.replace('.', '/')}.class"} if main and main != JAVA_MAIN else set()
        for name in (*names, *own):
            archive.writestr(name, b"")
    return buffer.getvalue()


JAVA_MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
JAVA_CLASS = JAVA_MAIN.replace(".", "/") + ".class"
SERIALIZATION = "com/amazonaws/services/lambda/runtime/serialization/PojoSerializer.class"
JAVA = {"/usr/bin/java": programs.program()}
REQUEST_HANDLER = "com/amazonaws/services/lambda/runtime/RequestHandler"
CLIENT_JAR = "/function/aws-lambda-java-runtime-interface-client-2.10.1.jar"
DOTNET = {"/usr/bin/dotnet": programs.program()}
RUBY = {
    "/usr/local/bin/ruby": programs.program(),
    "/usr/bin/env": programs.program(),
}
LOOP = "http://api/2018-06-01/runtime/invocation/next"
BINSTUB = (
    '#!/usr/bin/env ruby\nrequire "rubygems"\nload Gem.activate_bin_path("aws_lambda_ric", "aws_lambda_ric", version)\n'
)


def gem(version: str) -> dict[str, Any]:
    return {
        **RUBY,
        "/usr/local/bundle/bin/aws_lambda_ric": programs.script(BINSTUB),
        f"/usr/local/bundle/gems/aws_lambda_ric-{version}/lib/aws_lambda_ric.rb": "",
    }


def dotnet(*libraries: str) -> dict[str, Any]:
    return {
        **DOTNET,
        "/app/App.dll": "MZ",
        "/app/App.runtimeconfig.json": "{}",
        "/app/App.deps.json": json.dumps({"libraries": {key: {} for key in libraries}}),
        "/app/Amazon.Lambda.RuntimeSupport.dll": "MZ",
        "/app/Amazon.Lambda.Core.dll": "MZ",
    }


def binary(*found: bytes) -> dict[str, Any]:
    return {"files": {"/main": programs.program(b"\0".join(found))}, "command": ["/main"]}


WIDE = (markers.WIDE_VERSION, markers.WIDE_INVOCATION, markers.WIDE_API)


def bun(*words: str) -> dict[str, Any]:
    """Bun, and a loop that the script `start` of package.json runs."""
    return {
        "files": {
            "/usr/bin/bun": programs.program(),
            "/bin/sh": programs.program(),
            "/srv/package.json": '{"scripts": {"start": "bun ./run.ts", "test": "bun ./run.ts"}}',
            "/srv/run.ts": f"fetch({LOOP!r});\n",
        },
        "command": ["/usr/bin/bun", *words],
        "workdir": "/srv",
    }


def deno(settings: str, name: str = "deno.json", task: str = "start") -> dict[str, Any]:
    """Deno, no shell, and a loop that a task runs."""
    return {
        "files": {
            "/usr/bin/deno": programs.program(),
            f"/srv/{name}": settings,
            "/srv/run.ts": f"fetch({LOOP!r});\n",
        },
        "command": ["deno", "task", task],
        "workdir": "/srv",
    }


CLIENTS: dict[str, tuple[dict[str, Any], Verdict, str]] = {
    "ruby 2": (
        {
            "files": {**gem("2.0.0"), "/app/app.rb": "def handler; end"},
            "entrypoint": ["/usr/local/bundle/bin/aws_lambda_ric"],
            "command": ["app.handler"],
            "workdir": "/app",
        },
        Verdict.STARTED,
        "aws_lambda_ric 2.0.0",
    ),
    "ruby 3 by bundle exec": (
        {
            "files": {**gem("3.1.3"), "/usr/local/bin/bundle": programs.program(), "/app.rb": "def handler; end"},
            "entrypoint": ["bundle", "exec", "aws_lambda_ric"],
            "command": ["app.handler"],
        },
        Verdict.STARTED,
        "aws_lambda_ric 3.1.3",
    ),
    "java by class path": (
        {
            "files": {
                **JAVA,
                CLIENT_JAR: file(jar(JAVA_CLASS)),
                "/function/neighbour.jar": file(jar(SERIALIZATION)),
                "/function/app.jar": file(jar("app/Handler.class")),
            },
            "entrypoint": ["java", "-cp", "./*", JAVA_MAIN],
            "command": ["app.Handler::handle"],
            "workdir": "/function",
        },
        Verdict.STARTED,
        "aws-lambda-java-runtime-interface-client 2.10.1",
    ),
    "java, all in one jar": (
        {
            "files": {**JAVA, "/app.jar": file(jar(JAVA_CLASS, SERIALIZATION, "app/Handler.class", main=JAVA_MAIN))},
            "entrypoint": ["/usr/bin/java", "-XX:+UseSerialGC", "-jar", "/app.jar"],
            "command": ["app.Handler"],
        },
        Verdict.STARTED,
        "aws-lambda-java-runtime-interface-client",
    ),
    "java, a framework's own": (
        {
            "files": {
                **JAVA,
                "/app.jar": file(
                    jar("io/micronaut/function/aws/runtime/MicronautLambdaRuntime.class", main="app.Main")
                ),
            },
            "command": ["java", "-jar", "/app.jar"],
        },
        Verdict.LIKELY,
        "Micronaut",
    ),
    "dotnet": (
        {"files": dotnet("Amazon.Lambda.RuntimeSupport/1.13.0"), "command": ["dotnet", "exec", "/app/App.dll"]},
        Verdict.STARTED,
        "Amazon.Lambda.RuntimeSupport 1.13.0",
    ),
    "dotnet by its own starter": (
        {
            "files": {**dotnet("Amazon.Lambda.RuntimeSupport/1.13.0"), "/app/App": programs.program()},
            "command": ["/app/App"],
        },
        Verdict.STARTED,
        "Amazon.Lambda.RuntimeSupport 1.13.0",
    ),
    "dotnet, ahead of time": (binary(*WIDE), Verdict.STARTED, "Amazon.Lambda.RuntimeSupport"),
    "go": (binary(programs.GO), Verdict.STARTED, "aws-lambda-go"),
    "rust": (binary(programs.RUST), Verdict.STARTED, "lambda_runtime"),
    "c++": (binary(b"/" + markers.NEXT, markers.API, markers.CPP), Verdict.STARTED, "aws-lambda-cpp"),
    "swift": (
        binary(b"/" + markers.NEXT, markers.API, markers.SWIFT),
        Verdict.STARTED,
        "swift-aws-lambda-runtime",
    ),
    "native image": (
        binary(b"/" + markers.NEXT, markers.API, markers.NATIVE_IMAGE),
        Verdict.STARTED,
        "GraalVM native image",
    ),
    "LLRT": (
        binary(markers.ROOT, markers.SHORT_INVOCATION, markers.API, markers.LLRT),
        Verdict.LIKELY,
        "LLRT",
    ),
    "address in two pieces": (
        binary(markers.VERSION, markers.INVOCATION, markers.API, markers.REQUEST_ID),
        Verdict.STARTED,
        "custom runtime",
    ),
    "bref": (
        {
            "files": {
                **programs.aws_base("provided"),
                "/opt/bin/php": programs.program(),
                "/opt/bref/bootstrap.php": "<?php require '/opt/bref/x.php'; Bref\\Main::run();",
                "/var/runtime/bootstrap": programs.script(
                    "#!/bin/sh\nwhile true\ndo\n    /opt/bin/php /opt/bref/bootstrap.php\ndone\n"
                ),
            },
            "entrypoint": ["/lambda-entrypoint.sh"],
            "command": ["index.php"],
        },
        Verdict.LIKELY,
        "bref",
    ),
    "perl": (
        {
            "files": {"/usr/bin/perl": programs.program()},
            "entrypoint": ["/usr/bin/perl", "-MAWS::Lambda::Bootstrap", "-e", "bootstrap(@ARGV)"],
            "command": ["handler.handle"],
        },
        Verdict.LIKELY,
        "AWS::Lambda",
    ),
    "R": (
        {
            "files": {
                "/usr/bin/Rscript": programs.program(),
                "/bin/sh": programs.program(),
                "/r.R": "lambdr::start_lambda()",
            },
            "entrypoint": ["/bin/sh", "-c", "Rscript /r.R"],
            "command": ["parity"],
        },
        Verdict.LIKELY,
        "lambdr",
    ),
    "deno": (
        {
            "files": {
                "/usr/bin/deno": programs.program(),
                "/r.ts": 'fetch(`http://${Deno.env.get("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/next`)',
            },
            "command": ["deno", "run", "-A", "/r.ts"],
        },
        Verdict.STARTED,
        "custom runtime",
    ),
    "deno, and the loop in another module": (
        {
            "files": {
                "/usr/bin/deno": programs.program(),
                "/app/main.ts": 'import { poll } from "./lib/poll.ts";\nawait poll();\n',
                "/app/lib/poll.ts": f"export async function poll() {{ await fetch({LOOP!r}); }}\n",
            },
            "command": ["deno", "run", "-A", "/app/main.ts"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "perl, and the loop in a folder of PERL5LIB": (
        {
            "files": {
                "/usr/bin/perl": programs.program(),
                "/run.pl": "use App::Loop;\nApp::Loop->run;\n",
                "/app/lib/App/Loop.pm": f"package App::Loop;\nsub run {{ get({LOOP!r}) }}\n1;\n",
            },
            "env": {"PERL5LIB": "/app/lib"},
            "command": ["/usr/bin/perl", "/run.pl"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "ruby, and the loop in a file that it requires": (
        {
            "files": {
                **RUBY,
                "/app/bin/run": 'require_relative "../lib/loop"\n',
                "/app/lib/loop.rb": f"get({LOOP!r})\n",
            },
            "command": ["/usr/local/bin/ruby", "/app/bin/run"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "ruby, and the loop in one of the files of a folder": (
        {
            "files": {
                **RUBY,
                "/srv/boot.rb": "Dir[File.join(__dir__, 'app', '*.rb')].each { |file| require file }\nserve\n",
                "/srv/app/loop.rb": f"def serve = get({LOOP!r})\n",
            },
            "command": ["/usr/local/bin/ruby", "/srv/boot.rb"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "php, and the loop in a file that it looks for": (
        {
            "files": {
                "/usr/bin/php": programs.program(),
                "/srv/bin/run.php": "<?php\nrequire dirname(__DIR__) . '/src/loop.php';\n",
                "/srv/src/loop.php": f"<?php\nget({LOOP!r});\n",
            },
            "command": ["/usr/bin/php", "/srv/bin/run.php"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "R, and the loop in a file that it sources": (
        {
            "files": {
                "/usr/bin/Rscript": programs.program(),
                "/app/run.R": 'source("R/loop.R")\n',
                "/app/R/loop.R": f"GET({LOOP!r})\n",
            },
            "command": ["/usr/bin/Rscript", "/app/run.R"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "go, and the address in two pieces": (
        binary(
            markers.GO_BUILD_INFO, markers.VERSION, markers.API, b"http://%s/%s/runtime/invocation", markers.REQUEST_ID
        ),
        Verdict.STARTED,
        "custom runtime",
    ),
    "a script that is not understood, and the loop in one beside it": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/app/run.sh": programs.script('#!/bin/sh\n. "$(locate runtime)"\n"$@"\n'),
                "/app/lib/loop.sh": 'loop() { curl "$API/2018-06-01/runtime/invocation/next"; }\n',
            },
            "command": ["/app/run.sh"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "bun, and the loop in a package": (
        {
            "files": {
                "/usr/bin/bun": programs.program(),
                "/srv/src/run.ts": 'import { serve } from "tiny-loop";\nserve();\n',
                "/srv/node_modules/tiny-loop/index.js": f"export const serve = () => fetch({LOOP!r});\n",
            },
            "command": ["/usr/bin/bun", "run", "/srv/src/run.ts"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "bun, and a script of package.json": (
        {
            "files": {
                "/usr/bin/bun": programs.program(),
                "/bin/sh": programs.program(),
                "/srv/package.json": '{"scripts": {"start": "bun ./run.ts"}}',
                "/srv/run.ts": f"fetch({LOOP!r});\n",
            },
            "command": ["/usr/bin/bun", "run", "start"],
            "workdir": "/srv",
        },
        Verdict.STARTED,
        "custom runtime",
    ),
    "bun start": (bun("start"), Verdict.STARTED, "custom runtime"),
    "bun with an option and a script": (bun("--bun", "start"), Verdict.STARTED, "custom runtime"),
    "a task of deno's": (deno('{"tasks": {"start": "deno run -A ./run.ts"}}'), Verdict.STARTED, "custom runtime"),
    "a task of deno's, which PATH does not lead to": (
        {**deno('{"tasks": {"start": "deno run -A run.ts"}}'), "command": ["/usr/bin/deno", "task", "start"]}
        | {"env": {"PATH": "/bin"}},
        Verdict.STARTED,
        "custom runtime",
    ),
    "a task of deno's with variables and remarks": (
        deno('{\n  // the start\n  "tasks": {"start": {"command": "MODE=x deno run -A run.ts"}}}', "deno.jsonc"),
        Verdict.STARTED,
        "custom runtime",
    ),
    "a task of deno's from package.json": (
        deno('{"scripts": {"start": "deno run -A run.ts"}}', "package.json"),
        Verdict.STARTED,
        "custom runtime",
    ),
    "java, a client of the project's own": (
        {
            "files": {
                **JAVA,
                "/srv/com/example/shop/Main.class": "",
                "/srv/com/example/loop/Api.class": "/2018-06-01/runtime AWS_LAMBDA_RUNTIME_API",
            },
            "command": ["java", "-cp", "/srv", "com.example.shop.Main"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "java, a main class that calls the client": (
        {
            "files": {
                **JAVA,
                CLIENT_JAR: file(jar(JAVA_CLASS)),
                "/function/app/Main.class": JAVA_CLASS.removesuffix(".class"),
            },
            "command": ["java", "-cp", f"/function:{CLIENT_JAR}", "app.Main"],
        },
        Verdict.LIKELY,
        "aws-lambda-java-runtime-interface-client",
    ),
    "node, with the address in two places": (
        {
            "files": {
                **programs.node(),
                "/app/loop.mjs": (
                    "const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;\n"
                    "await fetch(`${api}/next`);\n"
                ),
            },
            "command": ["node", "/app/loop.mjs"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "node, with the address in two files": (
        {
            "files": {
                **programs.node(),
                "/app/loop.js": 'const { version } = require("./api");\nfetch(`${host}/${version}/invocation/next`);\n',
                "/app/api.js": 'exports.version = "2018-06-01";\n',
            },
            "command": ["node", "/app/loop.js"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "python, with the address in two places": (
        {
            "files": {
                **programs.python(),
                "/app/loop.py": "from urllib.request import urlopen\n"
                'def ask(host):\n    urlopen(host + "/2018-06-01/runtime" + "/invocation" + "/next")\n',
            },
            "command": ["python", "/app/loop.py"],
        },
        Verdict.LIKELY,
        "custom runtime",
    ),
    "bundled into one file for node": (
        {
            "files": {**programs.node(), "/app/bundle.js": '"/2018-06-01/runtime/invocation/next"'},
            "command": ["node", "/app/bundle.js"],
        },
        Verdict.LIKELY,
        "bundled client",
    ),
}


@pytest.mark.parametrize(("description", "verdict", "client"), CLIENTS.values(), ids=CLIENTS)
def test_a_client_is_recognised(description: dict[str, Any], verdict: Verdict, client: str) -> None:
    found = planned(**description)
    assert (found.verdict, str(found.client), found.troubles) == (verdict, client, ())


OTHERS: dict[str, tuple[dict[str, Any], Verdict]] = {
    "bun, and a command of its own": (bun("test"), Verdict.UNKNOWN),
    "a task of deno's for its shell": (
        deno('{"tasks": {"start": "deno cache run.ts && deno run -A run.ts"}}'),
        Verdict.UNKNOWN,
    ),
    "a task of deno's that needs another": (
        deno('{"tasks": {"start": {"command": "deno run -A run.ts", "dependencies": ["build"]}}}'),
        Verdict.UNKNOWN,
    ),
    "a task of deno's that is of its shell": (deno('{"tasks": {"start": "sleep 1"}}'), Verdict.UNKNOWN),
    "a task of deno's that a package has": (deno('{"tasks": {"start": "vite preview"}}'), Verdict.UNKNOWN),
    "no such task of deno's": (deno('{"tasks": {"run": "deno run -A run.ts"}}'), Verdict.UNKNOWN),
    "tasks of deno's that cannot be read": (deno('{"tasks": '), Verdict.UNKNOWN),
    "a task of deno's that serves": (
        deno('{"tasks": {"start": "deno run -A other.ts"}}')
        | {
            "files": {
                "/usr/bin/deno": programs.program(),
                "/srv/deno.json": '{"tasks": {"start": "deno run -A other.ts"}}',
                "/srv/other.ts": "console.log(1);\n",
            }
        },
        Verdict.ABSENT,
    ),
    "java without the client": (
        {
            "files": {**JAVA, "/function/app.jar": file(jar("app/Handler.class"))},
            "entrypoint": ["java", "-cp", "./*", JAVA_MAIN],
            "command": ["app.Handler"],
            "workdir": "/function",
        },
        Verdict.STUCK,
    ),
    "java with the client alone": (
        {
            "files": {**JAVA, CLIENT_JAR: file(jar(JAVA_CLASS))},
            "entrypoint": ["java", "-cp", "./*", JAVA_MAIN],
            "command": ["app.Handler"],
            "workdir": "/function",
        },
        Verdict.BROKEN,
    ),
    "java's core library alone": (
        {
            "files": {
                **JAVA,
                "/app.jar": file(jar("com/amazonaws/services/lambda/runtime/LambdaRuntime.class", main="app.Main")),
            },
            "command": ["java", "-jar", "/app.jar"],
        },
        Verdict.ABSENT,
    ),
    "java with the client inside a fat jar": (
        {
            "files": {
                **JAVA,
                "/app.jar": file(
                    jar("BOOT-INF/lib/aws-lambda-java-runtime-interface-client-2.10.1.jar", main="org.boot.Launcher")
                ),
            },
            "command": ["java", "-jar", "/app.jar"],
        },
        Verdict.UNKNOWN,
    ),
    "a jar that is none": (
        {"files": {**JAVA, "/app.jar": "PK"}, "command": ["java", "-jar", "/app.jar"]},
        Verdict.STUCK,
    ),
    "a jar that names no main class": (
        {"files": {**JAVA, "/app.jar": file(jar(JAVA_CLASS))}, "command": ["java", "-jar", "/app.jar"]},
        Verdict.STUCK,
    ),
    "a main class that is nowhere": (
        {"files": {**JAVA, "/app.jar": file(jar(JAVA_CLASS))}, "command": ["java", "-cp", "/app.jar", "app.Main"]},
        Verdict.STUCK,
    ),
    "an agent that is nowhere": (
        {
            "files": {**JAVA, "/app.jar": file(jar(JAVA_CLASS, SERIALIZATION, main=JAVA_MAIN))},
            "env": {"JAVA_TOOL_OPTIONS": "-Xmx64m -javaagent:/opt/agent.jar=service=a"},
            "command": ["java", "-jar", "/app.jar"],
        },
        Verdict.STUCK,
    ),
    "an agent that is nowhere, seen from the working directory": (
        {
            "files": {**JAVA, "/app/app.jar": file(jar("x", main="app.Main")), "/agents/agent.jar": ""},
            "command": ["java", "-javaagent:agents/agent.jar", "-jar", "app.jar"],
            "workdir": "/app",
        },
        Verdict.STUCK,
    ),
    "a main class of Java's own": (
        {"files": {**JAVA, "/app.jar": file(jar("x"))}, "command": ["java", "-cp", "/app.jar", "sun.tools.jar.Main"]},
        Verdict.ABSENT,
    ),
    "a manifest whose class path leads nowhere": (
        {
            "files": {**JAVA, "/app.jar": file(jar("app/Handler.class", main=JAVA_MAIN))},
            "command": ["java", "-jar", "/app.jar"],
        },
        Verdict.STUCK,
    ),
    "dotnet without the client": (
        {"files": dotnet("Amazon.Lambda.Core/2.0.0"), "command": ["dotnet", "/app/App.dll"]},
        Verdict.NOT_STARTED,
    ),
    "go with the events alone": (
        binary(markers.GO_BUILD_INFO, b"dep\tgithub.com/aws/aws-lambda-go\tv1.54.0", b"aws-lambda-go/events.S3Event"),
        Verdict.ABSENT,
    ),
    "go before the Runtime API": (binary(markers.GO_BUILD_INFO, markers.GO_START), Verdict.ABSENT),
    "go, packed": (binary(b"UPX!"), Verdict.UNKNOWN),
    "an extension": (
        binary(markers.VERSION, markers.INVOCATION, markers.API, markers.REQUEST_ID, markers.EXTENSION),
        Verdict.LIKELY,
    ),
    "plain ruby": ({"files": {**RUBY, "/a.rb": "puts 1\n"}, "command": ["ruby", "/a.rb"]}, Verdict.ABSENT),
    "ruby that loads more": (
        {"files": {**RUBY, "/a.rb": "require 'sinatra'\n", "/gems/lib/sinatra.rb": ""}, "command": ["ruby", "/a.rb"]},
        Verdict.UNKNOWN,
    ),
    "an entrypoint that Docker's node image brings": (
        {
            "files": {
                **programs.node(),
                "/usr/local/bin/docker-entrypoint.sh": programs.script(
                    '#!/bin/sh\nset -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then\n'
                    '  set -- node "$@"\nfi\nexec "$@"\n'
                ),
                "/app/server.js": "require('http').createServer(() => {}).listen(8080)",
            },
            "entrypoint": ["docker-entrypoint.sh"],
            "command": ["server.js"],
            "workdir": "/app",
        },
        Verdict.ABSENT,
    ),
    "npm start": (
        {
            "files": {
                **programs.node(),
                "/usr/local/bin/npm": symlink("npx"),
                "/app/package.json": '{"scripts": {"start": "node server.js"}}',
                "/app/server.js": "listen()",
            },
            "command": ["npm", "start"],
            "workdir": "/app",
        },
        Verdict.ABSENT,
    ),
}


@pytest.mark.parametrize(("description", "verdict"), OTHERS.values(), ids=OTHERS)
def test_what_only_looks_like_a_client_is_none(description: dict[str, Any], verdict: Verdict) -> None:
    assert planned(**description).verdict is verdict


SCRIPTS = {
    "/usr/bin/perl": programs.program(),
    "/usr/share/perl/5.36/strict.pm": "",
    "/usr/share/perl/5.36/lib.pm": "",
    "/usr/bin/php": programs.program(),
    "/usr/local/bin/deno": programs.program(),
    **RUBY,
}
PERL_LOOP = f"package My::Loop;\nget({LOOP!r});\n1;\n"
CURL_LOOP = f"<?php\n$api = curl_init({LOOP!r});\n"
FETCH_LOOP = f"await fetch({LOOP!r});\n"


@pytest.mark.parametrize(
    ("files", "command", "expected"),
    [
        (
            {"/app/run.pl": "use strict;\nuse My::Loop;\n", "/app/lib/My/Loop.pm": PERL_LOOP},
            ["perl", "/app/run.pl"],
            "/app/run.pl loads My::Loop, which is in /app/lib, where Perl does not look",
        ),
        (
            {"/app/run.rb": "require 'json'\nrequire 'my/loop'\n", "/app/lib/my/loop.rb": f"get({LOOP!r})\n"},
            ["ruby", "/app/run.rb"],
            "/app/run.rb loads my/loop, which is in /app/lib, where Ruby does not look",
        ),
        (
            {"/app/run.php": "<?php\nrequire __DIR__ . '/loop.php';\n", "/app/loop.php": CURL_LOOP},
            ["php", "/app/run.php"],
            "/usr/bin/php has no extension curl, by which the script asks for work",
        ),
        (
            {"/app/index.php": ""},
            ["php", "-S", "0.0.0.0:8080", "-t", "/app/public"],
            "/usr/bin/php is to serve /app/public, which is no folder of the image",
        ),
        (
            {"/app/run.ts": FETCH_LOOP},
            ["deno", "run", "--allow-env", "/app/run.ts"],
            "/usr/local/bin/deno may not use the network, and asks for work",
        ),
        (
            {"/app/run.ts": f'const api = Deno.env.get("AWS_LAMBDA_RUNTIME_API");\n{FETCH_LOOP}'},
            ["deno", "run", "--allow-net", "/app/run.ts"],
            "/usr/local/bin/deno may not read variables, and asks one for the address of its work",
        ),
        (
            {"/app/run.ts": f'import {{ answer }} from "./lib/answer.ts";\n{FETCH_LOOP}answer();\n'},
            ["deno", "run", "-A", "/app/run.ts"],
            "/app/run.ts loads /app/lib/answer.ts, which is not in the image",
        ),
    ],
)
def test_what_keeps_a_script_from_asking(files: dict[str, Any], command: list[str], expected: str) -> None:
    assert [each.message for each in planned(files={**SCRIPTS, **files}, command=command).troubles] == [expected]


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"/a.pl": "use My::Loop;\n", "/lib/My/Loop.pm": PERL_LOOP}, ["perl", "-I/lib", "/a.pl"]),
        ({"/a.pl": "#!/usr/bin/perl -I/lib\nuse My::Loop;\n", "/lib/My/Loop.pm": PERL_LOOP}, ["perl", "/a.pl"]),
        ({"/a.pl": "use lib '/lib';\nuse My::Loop;\n", "/lib/My/Loop.pm": PERL_LOOP}, ["perl", "/a.pl"]),
        ({"/a.pl": "use My::Loop;\n", "/x/perl5/My/Loop.pm": PERL_LOOP}, ["perl", "/a.pl"]),
        ({"/a.rb": "$LOAD_PATH << 'lib'\nrequire 'loop'\n", "/lib/loop.rb": f"get({LOOP!r})\n"}, ["ruby", "/a.rb"]),
        (
            {"/a.rb": "require_relative 'boot'\nrequire 'loop'\n", "/boot.rb": "", "/x/loop.rb": f"get({LOOP!r})\n"},
            ["ruby", "/a.rb"],
        ),
        ({"/a.php": CURL_LOOP, "/usr/lib/php/20220829/curl.so": ""}, ["php", "/a.php"]),
        ({"/a.php": CURL_LOOP, "/usr/bin/php": programs.program(b"\0CURLOPT_URL\0")}, ["php", "/a.php"]),
        ({"/a.php": f"{CURL_LOOP} or file_get_contents($url);\n"}, ["php", "/a.php"]),
        ({"/app/public/index.php": ""}, ["php", "-S", "0.0.0.0:8080", "-t", "/app/public"]),
        ({"/a.ts": FETCH_LOOP}, ["deno", "run", "--allow-net=127.0.0.1:9001", "/a.ts"]),
        ({"/a.ts": FETCH_LOOP}, ["deno", "run", "-EN", "/a.ts"]),
        ({"/a.ts": f'import "./b.js";\n{FETCH_LOOP}', "/b.ts": ""}, ["deno", "run", "-A", "/a.ts"]),
        (
            {"/a.ts": f'import {{ type T }} from "./b.ts";\nconst a: T = 1;\n{FETCH_LOOP}'},
            ["deno", "run", "-A", "/a.ts"],
        ),
        (
            {"/a.ts": f'import "./lib/b.ts";\n{FETCH_LOOP}', "/deno.json": '{"imports": {"./lib/": "./src/"}}'},
            ["deno", "run", "-A", "/a.ts"],
        ),
    ],
)
def test_a_script_that_can_ask_is_not_accused(files: dict[str, Any], command: list[str]) -> None:
    assert planned(files={**SCRIPTS, **files}, command=command).troubles == ()


BUN = {"/usr/bin/bun": programs.program(), "/app/index.ts": f'import {{ z }} from "zod";\nz();\n{FETCH_LOOP}'}


@pytest.mark.parametrize(
    ("files", "more", "lacks"),
    [
        pytest.param({}, {}, True, id="nothing is installed"),
        pytest.param({"/app/node_modules/zed/package.json": "{}"}, {}, True, id="another is"),
        pytest.param(
            {"/app/node_modules/zed/package.json": "{}"}, {"env": {"HOME": "/tmp"}}, True, id="nothing is added then"
        ),
        pytest.param({"/node_modules/zod/package.json": "{}"}, {}, False, id="it is, further up"),
        pytest.param({"/app/tsconfig.json": "{}"}, {}, False, id="names may lead elsewhere"),
        pytest.param({"/app/package.json": '{"name": "zod"}'}, {}, False, id="it is this package"),
        pytest.param({}, {"env": {"BUN_INSTALL_CACHE_DIR": "/tmp/bun"}}, False, id="it can be installed"),
        pytest.param({"/app/index.ts": f'import ws from "ws";\nws();\n{FETCH_LOOP}'}, {}, False, id="Bun has it"),
        pytest.param({"/app/index.ts": f'import {{ z }} from "zod";\n{FETCH_LOOP}'}, {}, False, id="perhaps a type"),
    ],
)
def test_a_package_that_bun_does_not_find(files: dict[str, str], more: dict[str, Any], lacks: bool) -> None:
    found = planned(files={**BUN, **files}, command=["bun", "/app/index.ts"], **more)
    expected = ["/app/index.ts imports zod, which is not in the image"] if lacks else []
    assert [trouble.message for trouble in found.troubles] == expected


@pytest.mark.parametrize(
    ("gems", "library", "expected"),
    [
        ("3.3", "3.1", ["aws_lambda_ric 3.1.3 is installed for Ruby 3.3, and the image has Ruby 3.1"]),
        ("3.1", "3.1", []),
        ("3.3", "", []),
    ],
)
def test_the_client_in_a_folder_of_another_ruby(gems: str, library: str, expected: list[str]) -> None:
    own = {f"/usr/lib/ruby/{library}.0/set.rb": ""} if library else {}
    found = planned(
        files={
            **RUBY,
            **own,
            "/usr/local/bin/aws_lambda_ric": programs.script(BINSTUB),
            f"/var/lib/gems/{gems}.0/gems/aws_lambda_ric-3.1.3/lib/aws_lambda_ric.rb": "",
            "/var/task/app.rb": "def handler(event:, context:) = 1\n",
        },
        entrypoint=["aws_lambda_ric"],
        command=["app.handler"],
        workdir="/var/task",
    )
    assert [each.message for each in found.troubles] == expected


def java(handler: str, *, path: str = "/function/app.jar", client: bytes = b"") -> list[str]:
    """What is wrong with a function in Java whose one class is `app.Handler`, in the jar or folder at `path`."""
    here = path.endswith(".jar")
    own = {path: file(jar("app/Handler.class"))} if here else {f"{path}/app/Handler.class": ""}
    found = planned(
        files={**JAVA, CLIENT_JAR: file(client or jar(JAVA_CLASS, SERIALIZATION)), **own},
        entrypoint=["java", "-cp", "./*:classes", JAVA_MAIN],
        command=[handler],
        workdir="/function",
    )
    return [trouble.message for trouble in found.troubles]


@pytest.mark.parametrize(
    "path",
    ["/function/app.jar", "/function/lib/app.jar", "/opt/java/lib/app.jar", "/function/classes", "/function"],
)
def test_a_class_is_found_where_the_java_client_looks(path: str) -> None:
    assert java("app.Handler::handle", path=path) == []


def test_an_agent_that_is_nowhere_ends_the_java_of_a_base_image_too() -> None:
    files = {**programs.aws_base("java"), "/var/lang/bin/java": programs.program()}
    start: dict[str, Any] = {
        "entrypoint": ["/lambda-entrypoint.sh"],
        "command": ["app.Handler"],
        "workdir": "/var/task",
    }
    env = {"JAVA_TOOL_OPTIONS": "-javaagent:/opt/agent.jar"}
    expected = "java is to load the agent /opt/agent.jar, which is not in the image"
    assert expected in [trouble.message for trouble in planned(files=files, env=env, **start).troubles]
    agent = {"/opt/agent.jar": file(jar("x"))}
    assert expected not in [trouble.message for trouble in planned(files={**files, **agent}, env=env, **start).troubles]


@pytest.mark.parametrize(
    ("handler", "path"),
    [("app.Handler", "/function/target"), ("app.Handler::handle", "/srv/app.jar"), ("Handler", "/function/app.jar")],
)
def test_a_class_that_is_nowhere_on_the_class_path_is_missed(handler: str, path: str) -> None:
    (message,) = java(handler, path=path)
    assert f"looks for {handler.partition('::')[0].replace('.', '/')}.class in /function and " in message


def test_no_class_is_missed_where_not_all_jars_can_be_read() -> None:
    assert java("app.Missing", client=b"PK") == []


def test_a_jar_inside_of_a_jar_brings_the_client_no_class() -> None:
    assert java("app.Missing", client=jar(JAVA_CLASS, SERIALIZATION, "BOOT-INF/lib/more.jar")) != []


def test_what_a_manifest_adds_to_the_class_path_counts() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", f"Main-Class: {JAVA_MAIN}\r\nClass-Path: lib/a.jar lib/b.jar\r\n")
        archive.writestr(JAVA_CLASS, b"")
    found = planned(
        files={
            **JAVA,
            "/app/main.jar": file(buffer.getvalue()),
            "/app/lib/a.jar": file(jar(SERIALIZATION)),
            "/app/lib/b.jar": file(jar("app/Handler.class")),
        },
        entrypoint=["java", "-jar", "/app/main.jar"],
        command=["app.Handler"],
    )
    assert (found.verdict, found.troubles) == (Verdict.STARTED, ())


def java_class(
    *methods: str,
    parent: str = "java/lang/Object",
    uses: tuple[str, ...] = (),
    interface: str = "",
    version: int = 17,
    flags: int = 1,
    public: bool = True,
    constructor: bool = True,
) -> bytes:
    """A class file `app/Handler` with these methods, all without a body; it names the classes of `uses`."""
    names = (*methods, "<init>") if constructor else methods
    classes = ("app/Handler", parent, *((interface,) if interface else ()), *uses)
    texts = (*classes, *names, "()V")
    pool = b"".join(struct.pack(">BH", 1, len(text)) + text.encode() for text in texts)
    pool += struct.pack(">Bd", 6, 1.5)  # takes two places
    pool += b"".join(struct.pack(">BH", 7, 1 + index) for index in range(len(classes)))
    first = len(texts) + 3
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 44 + version, first + len(classes)) + pool
    implemented = [first + 2] if interface else []
    head += struct.pack(f">HHHH{len(implemented)}HH", flags, first, first + 1, len(implemented), *implemented, 0)
    entries = [
        struct.pack(">HHHH", 1 if public or name == "<init>" else 0, len(classes) + 1 + index, len(texts), 0)
        for index, name in enumerate(names)
    ]
    return head + struct.pack(">H", len(names)) + b"".join(entries) + struct.pack(">H", 0)


def method_troubles(compiled: bytes, handler: str) -> list[str]:
    """What is wrong with this handler when `app.Handler` is that class, in a folder of the class path."""
    found = planned(
        files={
            "/opt/jre/bin/java": programs.program(),
            "/opt/jre/release": 'IMPLEMENTOR="N/A"\nJAVA_VERSION="17.0.15"\n',
            CLIENT_JAR: file(jar(JAVA_CLASS, SERIALIZATION)),
            "/function/classes/app/Handler.class": file(compiled),
            "/function/classes/app/Base.class": file(java_class("inherited")),
        },
        entrypoint=["/opt/jre/bin/java", "-cp", "./*:classes", JAVA_MAIN],
        command=[handler],
        workdir="/function",
    )
    return [trouble.message for trouble in found.troubles]


@pytest.mark.parametrize(
    ("compiled", "handler"),
    [
        (java_class("run"), "app.Handler::run"),
        (java_class(interface=REQUEST_HANDLER), "app.Handler"),
        (java_class(parent="app/Base"), "app.Handler::inherited"),
        (java_class(parent="com/example/Elsewhere"), "app.Handler::inherited"),
        (java_class(interface="com/example/Elsewhere"), "app.Handler"),
        (java_class("run")[:-9], "app.Handler::cut"),
        (b"", "app.Handler::empty"),
    ],
    ids=["there", "an interface", "inherited", "parent unknown", "interface unknown", "cut short", "empty"],
)
def test_a_java_method_is_not_missed_without_certainty(compiled: bytes, handler: str) -> None:
    assert method_troubles(compiled, handler) == []


def acting(code: bytes, caught: int | None = None) -> bytes:
    """A class file `app/Handler` whose constructor has this code. Constant 10 is the class `com/acme/Lost`.

    From the place `caught` on, exceptions are caught.
    """
    texts = ("app/Handler", "java/lang/Object", "<init>", "()V", "Code", "run", "com/acme/Lost")
    pool = b"".join(struct.pack(">BH", 1, len(text)) + text.encode() for text in texts)
    pool += b"".join(struct.pack(">BH", 7, place) for place in (1, 2, 7))
    pool += struct.pack(">BHHBHH", 10, 9, 12, 12, 3, 4)  # Object's constructor
    table = b"\0\0" if caught is None else struct.pack(">HHHHH", 1, caught, len(code), 0, 0)
    body = struct.pack(">HHI", 2, 1, len(code)) + code + table + b"\0\0"
    constructor = struct.pack(">HHHHHI", 1, 3, 4, 1, 5, len(body)) + body
    method = struct.pack(">HHHH", 1, 6, 4, 0)
    head = struct.pack(">IHHH", 0xCAFEBABE, 0, 61, 13) + pool + struct.pack(">HHHHHH", 1, 8, 9, 0, 0, 2)
    return head + constructor + method + b"\0\0"


SUPER = b"\x2a\xb7\x00\x0b"  # aload_0, invokespecial
LOST = b"\xbb\x00\x0a\x57\xb1"  # new, pop, return


def test_a_class_that_the_handler_is_made_of_is_missed() -> None:
    assert method_troubles(acting(SUPER + LOST), "app.Handler::run") == [
        "aws-lambda-java-runtime-interface-client cannot load app.Handler::run: "
        "in /function/classes/app/Handler.class, app.Handler needs the class com.acme.Lost, "
        "which is on no part of the class path (NoClassDefFoundError)"
    ]


@pytest.mark.parametrize(
    "compiled",
    [
        acting(SUPER + b"\xb1"),
        acting(SUPER + b"\x03\x99\x00\x08" + LOST),  # iconst_0, ifeq
        acting(SUPER + LOST, caught=4),
        acting(b"\xb1" + LOST),
        acting(SUPER + LOST)[:-20],
        acting(SUPER + b"\xbb\x00\x02\xb1"),
    ],
    ids=["nothing", "under a condition", "where it may be caught", "never", "cut short", "damaged"],
)
def test_a_class_that_may_not_be_needed_is_not_missed(compiled: bytes) -> None:
    assert method_troubles(compiled, "app.Handler::run") == []


@pytest.mark.parametrize(
    ("compiled", "handler", "why"),
    [
        (java_class("run"), "app.Handler::walk", "has no method walk"),
        (java_class("run", public=False), "app.Handler::run", "has no public method run"),
        (java_class("run", parent="app/Base"), "app.Handler::walk", "has no method walk"),
        (
            java_class("run"),
            "app.Handler",
            "implements neither RequestHandler nor RequestStreamHandler, and no method is named",
        ),
        (java_class("run", flags=0x401), "app.Handler::run", "is abstract, so no instance of it can be made"),
        (java_class("run", constructor=False), "app.Handler::run", "has no public constructor without parameters"),
        (
            java_class("run", version=21),
            "app.Handler::run",
            "is compiled for Java 21, and the image has Java 17 (UnsupportedClassVersionError)",
        ),
    ],
    ids=["no method", "not public", "nor in its parent", "no interface", "abstract", "constructor", "newer"],
)
def test_a_class_that_the_java_client_refuses(compiled: bytes, handler: str, why: str) -> None:
    assert method_troubles(compiled, handler) == [
        f"aws-lambda-java-runtime-interface-client cannot load {handler}: "
        f"in /function/classes/app/Handler.class, app.Handler {why}"
    ]


@pytest.mark.parametrize(
    ("uses", "options", "verdict"),
    [
        (("java/lang/Thread", "java/io/PrintStream"), [], Verdict.NOT_STARTED),
        (("java/lang/Thread",), ["-javaagent:/agent.jar"], Verdict.UNKNOWN),
        (("java/lang/Class",), [], Verdict.UNKNOWN),
        (("java/net/Socket",), [], Verdict.UNKNOWN),
        (("app/Other",), [], Verdict.UNKNOWN),
    ],
    ids=["nothing else", "an agent", "reflection", "the network", "a class of its own"],
)
def test_another_main_class_is_judged_by_what_it_uses(
    uses: tuple[str, ...], options: list[str], verdict: Verdict
) -> None:
    found = planned(
        files={
            **JAVA,
            "/agent.jar": "",
            CLIENT_JAR: file(jar(JAVA_CLASS, SERIALIZATION)),
            "/function/classes/app/Handler.class": file(java_class("main", uses=uses)),
        },
        entrypoint=["java", *options, "-cp", "./*:classes", "app.Handler"],
        workdir="/function",
    )
    assert found.verdict is verdict
