"""For each rule that looks at images, one that breaks it: what `support.images.layout` and `image` take."""

from __future__ import annotations

from typing import Any

from support import programs
from support.images import file, hard_link
from support.linting import AWS_ENVIRONMENT
from support.starting import APP, INDEX, aws, node, program, python

AWS = dict(AWS_ENVIRONMENT)
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
HALF = bytes(32 << 20)
ADAPTER = {"/opt/extensions/lambda-adapter": programs.program(programs.ADAPTER)}
SERVER = {**programs.python(), **ADAPTER, "/app/app.py": ""}
OLD = {
    "/etc/os-release": "ID=amzn\nVERSION_ID=2\n",
    "/var/runtime/runtime-release": "LAMBDA_RUNTIME_NAME=python3.8\n",
    "/var/task/app.py": APP,
}
PLAIN: dict[str, Any] = {"compression": "none"}


def server(**env: str) -> dict[str, Any]:
    """A web server behind the adapter."""
    return {"files": SERVER, "entrypoint": ["/usr/local/bin/python", "/app/app.py"], "env": env}


def shell(text: str) -> dict[str, Any]:
    """A function that a script starts."""
    files = {"/bin/sh": programs.program(), "/main": programs.program(programs.GO)}
    return {"files": {**files, "/entry.sh": programs.script(text)}, "entrypoint": ["/entry.sh"]}


IMAGES: dict[str, dict[str, Any]] = {
    "adapter-port": server(PORT="80"),
    "adapter-without-server": aws({**ADAPTER, "/var/task/app.py": APP}),
    "bad-script": shell("#!/bin/sh\nif true; then\n"),
    "bad-workdir": python(workdir="/nowhere"),
    "baked-into-home": python({"/root/.cache/ms-playwright/chromium-1/chrome": programs.program()}),
    "broken-extension": python({"/opt/extensions/README": ""}),
    "client-cannot-load": {
        **node(),
        "files": {**programs.node(), **programs.aws_lambda_ric(native=False), "/function/index.js": INDEX},
    },
    "client-not-started": python(entrypoint=["/usr/local/bin/python", "app.py"], command=None),
    "credential-in-image": python(env={"AWS_ACCESS_KEY_ID": "AKIA" + "Q3EGRNW5DTP7YHJK"}),
    "deleted-files": {"layers": [{"a": HALF, "b": HALF}, {".wh.a": "", ".wh.b": ""}], **PLAIN},
    "deprecated-adapter-variable": server(READINESS_CHECK_PATH="/health"),
    "deprecated-base": aws(OLD),
    "emulator-started": {
        "files": {**programs.python(), "/rie": programs.program(programs.EMULATOR)},
        "entrypoint": ["/rie", "/usr/local/bin/python", "-m", "awslambdaric"],
    },
    "entrypoint-not-found": {"files": {"/a": ""}, "entrypoint": ["/main"]},
    "extra-command-arguments": aws({}, command=["node", "server.js"], env=AWS),
    "fips-endpoint": {"files": {"/a": ""}},
    "handler-does-not-compile": node(
        {"/function/package.json": '{"type": "commonjs"}', "/function/index.js": "export const handler = 1;\n"}
    ),
    "handler-not-found": python({"/function/app.py": None, "/function/main.py": APP}),
    "hidden-by-mount": {"files": {"/tmp/main": programs.program(programs.GO)}, "entrypoint": ["/tmp/main"]},
    "home-not-writable": node(entrypoint=["/usr/local/bin/npx", "aws-lambda-ric"]),
    "ignored-user": python(user="app"),
    "ignored-volume": python(volumes=["/data"]),
    "image-index": {"files": {"/a": ""}, "attestations": True},
    "incomplete-history": {"layers": [{"/a": "1"}, {"/b": "2"}], "history": [{"created_by": "COPY"}]},
    "inert-privilege": program(programs.program(programs.GO, mode=0o4755)),
    "large-image-settings": python(env={"A": "x" * (12 << 10)}),
    "large-manifest": {"layers": [{"/a": str(number)} for number in range(101)]},
    "left-emulator": python({"/usr/bin/aws-lambda-rie": programs.program(programs.EMULATOR)}),
    "lost-base-folder": aws({"/var/task/app.py": APP}, env={**AWS, "PATH": "/usr/bin"}),
    "malformed-handler": python(command=["app"]),
    "missing-command": aws({}, command=None, env=AWS),
    "missing-exec-wrapper": python(env={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}),
    "missing-file": python({"/function/app.py": f"open('settings.json').read()\n{APP}"}),
    "missing-library": program(file(programs.elf(programs.GO, loader="/lib64/ld-linux-x86-64.so.2"), mode=0o755)),
    "missing-module": python({"/function/app.py": f"import no_such_module\n{APP}"}),
    "missing-parent-directory": {"files": {"/opt/extensions/a": ""}, "parents": False},
    "missing-runtime-client": {
        "files": programs.python(),
        "entrypoint": ["/usr/local/bin/python", "-m", "http.server"],
    },
    "moving-tag": {"files": {"/a": ""}},
    "needs-shared-memory": python({"/function/app.py": f"import multiprocessing\np = multiprocessing.Pool(4)\n{APP}"}),
    "not-executable": program(programs.program(programs.GO, mode=0o644)),
    "other-account": {"files": {"/a": ""}},
    "other-region": {"files": {"/a": ""}},
    "package-cache": {"files": {"/root/.cache/pip/a": HALF + HALF}, **PLAIN},
    "relative-entrypoint": python(),
    "replaced-files": {"layers": [{"a": HALF, "b": HALF}, {"a": HALF, "b": HALF}], **PLAIN},
    "reserved-variable": python(env={"AWS_REGION": "eu-west-1"}),
    "secret-file": python({"/function/.env": "API_TOKEN=Xw7KfQ2mPz9RbV4tYhN8cJ3s\n"}),
    "shell-form-command": aws({}, command=["/bin/sh", "-c", "app.handler"], env=AWS),
    "uncallable-handler": python({"/function/app.py": "def handler(event):\n    return event\n"}),
    "unfit-for-managed-instances": python(),
    "unfit-for-snapstart": node(),
    "unreadable-file": python({"/function/app.py": file(APP, mode=0o600)}),
    "unresolved-hard-link": {"files": {"/a": hard_link("/nowhere")}},
    "unset-variable": shell('#!/bin/sh\n: "${STAGE:?}"\nexec /main\n'),
    "unsupported-architecture": {"files": {"/a": ""}, "architecture": "riscv64"},
    "unsupported-manifest": {"files": {"/a": ""}, "compression": "zstd"},
    "unsupported-os": {"files": {"/a": ""}, "os": "windows"},
    "unusable-image-uri": {"files": {"/a": ""}},
    "user-switch": python(
        {"/usr/bin/gosu": programs.program()}, entrypoint=["gosu", "app", "python", "-m", "awslambdaric"]
    ),
    "write-outside-tmp": shell("#!/bin/sh\nset -e\necho x > /srv/x\nexec /main\n"),
    "wrong-diff-id": {"files": {"/a": "1"}, "diff_ids": [f"sha256:{'0' * 64}"]},
    "wrong-architecture-binary": program(programs.program(programs.GO, architecture="arm64")),
}
# What the settings say of the function, where a rule compares the image with that.
SETTINGS: dict[str, dict[str, Any]] = {
    "fips-endpoint": {"image": "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app:1"},
    "moving-tag": {"image": f"{ECR}/app:latest"},
    "other-account": {"image": f"{ECR}/app:1", "account": "210987654321"},
    "other-region": {"image": f"{ECR}/app:1", "region": "us-east-1"},
    "unfit-for-managed-instances": {"features": ["managed-instances"]},
    "unfit-for-snapstart": {"features": ["snapstart"]},
    "unusable-image-uri": {"image": "ghcr.io/acme/app:1"},
}
