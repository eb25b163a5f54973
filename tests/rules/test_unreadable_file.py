"""`unreadable-file` on Dockerfiles and images."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from support import programs
from support.images import directory, file, image, symlink
from support.linting import Found, lint, lint_image, shown

RULE = "unreadable-file"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
WHO = "the user of Lambda (uid 993, gid 990)"

SILENT = {
    "readable": AWS + 'COPY --chmod=644 app.py ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]\n',
    "no mode": AWS + 'COPY app.py ./\nCMD ["app.handler"]\n',
    "a program that all may execute after all": (
        'FROM debian:12\nCOPY main /\nRUN chmod 744 /main && chmod +x /main\nENTRYPOINT ["/main"]\n'
    ),
    "a program in a folder that all may execute after all": (
        'FROM debian:12\nCOPY main /app/\nRUN chmod 744 /app/main\nRUN chmod -R +x /app\nENTRYPOINT ["/app/main"]\n'
    ),
    "a program that is given to somebody": (
        'FROM debian:12\nCOPY main /\nRUN chmod 744 /main\nRUN chown 993:990 /main\nENTRYPOINT ["/main"]\n'
    ),
    "a program that is made anew": (
        'FROM debian:12\nCOPY main /\nRUN chmod 744 /main\nRUN rm /main && make main\nENTRYPOINT ["/main"]\n'
    ),
    "a program of one user that is not started": (
        'FROM debian:12\nCOPY main tool /\nRUN chmod 744 /tool && chmod 755 /main\nENTRYPOINT ["/main"]\n'
    ),
    "elsewhere": AWS + 'COPY --chmod=600 key /etc/ssl/private/key\nCMD ["app.handler"]\n',
    "opened again": AWS + 'COPY --chmod=600 . /var/task\nRUN chmod -R 755 /var/task\nCMD ["app.handler"]\n',
    "opened by letters": AWS + 'COPY --chmod=600 . /var/task\nRUN chmod -R a+rX /var/task\nCMD ["app.handler"]\n',
    "given to somebody": AWS + 'COPY --chown=993:990 --chmod=600 . /var/task\nCMD ["app.handler"]\n',
    "unknown place": AWS + 'ARG D\nCOPY --chmod=600 . $D\nCMD ["app.handler"]\n',
    "in an earlier working directory": AWS
    + 'WORKDIR /build\nCOPY --chmod=600 app.py ./\nWORKDIR /var/task\nCMD ["app.handler"]\n',
    "in an unknown working directory": 'FROM private/base\nCOPY --chmod=600 app.py ./\nCMD ["app.handler"]\n',
    "a build argument that is not known": AWS + 'ARG D\nCOPY app.py ./\nRUN chmod 600 $D/app.py\nCMD ["app.handler"]\n',
    "in another folder": AWS + 'COPY app.py ./\nRUN cd /etc && chmod 600 app.py\nCMD ["app.handler"]\n',
    "opened by find": AWS
    + 'COPY --chmod=600 . /var/task\nRUN find /var/task -type f -exec chmod 644 {} +\nCMD ["app.handler"]\n',
    "only where it fails": AWS + 'COPY app.py ./\nRUN test -f x || chmod 600 app.py\nCMD ["app.handler"]\n',
    "a umask for another command": AWS + 'RUN umask 077 && echo x\nRUN npm ci\nCMD ["app.handler"]\n',
    "a mild umask": AWS + 'RUN umask 022 && pip install -t /var/task x\nCMD ["app.handler"]\n',
    "a umask, and opened again": AWS
    + 'RUN umask 077 && pip install -t /var/task x && chmod -R a+rX /var/task\nCMD ["app.handler"]\n',
    "a program in root's home, which is opened": (
        'FROM debian:12\nCOPY main /root/\nRUN chmod 755 /root\nENTRYPOINT ["/root/main"]\n'
    ),
    "a program in root's home, which a folder that is copied to the root may open": (
        'FROM debian:12\nCOPY main /root/\nCOPY rootfs /\nENTRYPOINT ["/root/main"]\n'
    ),
    "a program in root's home, which is opened with everything": (
        'FROM debian:12\nCOPY main /root/\nRUN chmod -R a+rX /\nENTRYPOINT ["/root/main"]\n'
    ),
    "a program in root's home on a base that nobody knows": (
        'FROM private/base\nCOPY main /root/\nENTRYPOINT ["/root/main"]\n'
    ),
    "a program in a home that the build makes itself": 'FROM scratch\nCOPY main /root/\nCMD ["/root/main"]\n',
    "a program in root's home, where the working directory is": (
        'FROM debian:12\nWORKDIR /root\nCOPY main .\nCMD ["/root/main"]\n'
    ),
    "a name that begins alike": 'FROM debian:12\nCOPY main /rootfs/\nCMD ["/rootfs/main"]\n',
    "a word in root's home that is not started": (
        'FROM debian:12\nCOPY main /\nENTRYPOINT ["/main", "--cache", "/root/cache"]\n'
    ),
    "another stage": "FROM busybox AS b\nCOPY --chmod=600 . /var/task\n" + AWS + 'CMD ["app.handler"]\n',
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "a start script in root's home": (
        'FROM alpine:3.22\nCOPY entry.sh /root/entry.sh\nENTRYPOINT ["/root/entry.sh"]\nCMD ["app.handler"]\n',
        Found("warning", '3: ENTRYPOINT ["/root/entry.sh"]'),
    ),
    "a script in root's home that an interpreter starts": (
        'FROM node:22\nCOPY app.js /root/\nCMD ["node", "/root/app.js"]\n',
        Found("warning", '3: CMD ["node", "/root/app.js"]'),
    ),
    "a program in root's home on an image of AWS": (
        'FROM public.ecr.aws/lambda/provided:al2023\nCOPY main /root/\nENTRYPOINT ["/root/main"]\n',
        Found("error", '3: ENTRYPOINT ["/root/main"]'),
    ),
    "a program that its owner alone may execute, and something else after it": (
        'FROM debian:12\nCOPY main /\nRUN chmod 744 /main\nRUN apt-get update\nENTRYPOINT ["/main"]\n',
        Found("error", "3: RUN chmod 744 /main"),
    ),
    "a program that its owner alone may execute": (
        'FROM debian:12\nCOPY main /\nRUN chmod 744 /main\nENTRYPOINT ["/main"]\n',
        Found("error", "3: RUN chmod 744 /main"),
    ),
    "copied with a mode": (AWS + 'COPY --chmod=600 app.py ./\nCMD ["app.handler"]\n', Found("error", "2: --chmod=600")),
    "by variable": (
        AWS + 'COPY --chmod=0640 app.py ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]\n',
        Found("error", "2: --chmod=0640"),
    ),
    "closed afterwards": (
        AWS + 'COPY app.py ./\nRUN yum -y update && chmod -R 700 /var/task\nCMD ["app.handler"]\n',
        Found("error", "3: RUN yum -y update && chmod -R 700 /var/task"),
    ),
    "a folder for the handler": (
        AWS + 'COPY --chmod=600 a.py app.py ./\nCMD ["app.handler"]\n',
        Found("error", "2: --chmod=600"),
    ),
    "not the handler": (
        AWS + 'COPY --chmod=600 notes.txt ./\nCMD ["app.handler"]\n',
        Found("warning", "2: --chmod=600"),
    ),
    "the handler is not known": (AWS + "COPY --chmod=600 app.py ./\n", Found("warning", "2: --chmod=600")),
    "the program to start": (
        'FROM debian:12\nCOPY entry.sh /\nRUN chmod 0700 /entry.sh\nENTRYPOINT ["/entry.sh"]\n',
        Found("error", "3: RUN chmod 0700 /entry.sh"),
    ),
    "a program that may be executed and not read": (
        'FROM debian:12\nWORKDIR /app\nCOPY --chmod=711 main ./\nENTRYPOINT ["/app/main"]\n',
        Found("warning", "3: --chmod=711"),
    ),
    "relative to the base's working directory": (
        AWS + 'COPY --chmod=600 app.py ./\nWORKDIR /\nCMD ["app.handler"]\n',
        Found("error", "2: --chmod=600"),
    ),
    "by build arguments": (
        "ARG D=/function\nFROM python:3.13\nARG D\nARG M=600\nCOPY --chmod=${M} app.py ${D}/\nWORKDIR ${D}\n"
        'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
        Found("error", "5: --chmod=${M}"),
    ),
    "closed in a folder of a build argument": (
        "FROM python:3.13\nARG D=/function\nCOPY app.py ${D}/\nRUN cd ${D} && chmod 600 app.py\nWORKDIR ${D}\n"
        'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
        Found("error", "4: RUN cd ${D} && chmod 600 app.py"),
    ),
    "copied into the task root without a slash": (
        AWS + 'COPY --chmod=600 data.json ${LAMBDA_TASK_ROOT}\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n',
        Found("warning", "2: --chmod=600"),
    ),
    "a strict umask, and code beside it": (
        AWS
        + "RUN umask 077 && pip install -t ${LAMBDA_TASK_ROOT} requests\nCOPY app.py ${LAMBDA_TASK_ROOT}\n"
        + 'CMD ["app.handler"]\n',
        Found("warning", "2: RUN umask 077 && pip install -t ${LAMBDA_TASK_ROOT} requests"),
    ),
    "a strict umask": (
        AWS + 'RUN umask 077 && pip install -t ${LAMBDA_TASK_ROOT} requests\nCOPY app.py ./\nCMD ["app.handler"]\n',
        Found("warning", "2: RUN umask 077 && pip install -t ${LAMBDA_TASK_ROOT} requests"),
    ),
    "closed by letters": (
        AWS + 'COPY app.py ./\nRUN chmod o-rwx app.py\nCMD ["app.handler"]\n',
        Found("error", "3: RUN chmod o-rwx app.py"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


def messages(**description: Any) -> list[tuple[str, str]]:
    return [(str(f.severity), f.problem.message) for f in lint_image(image(**description), RULE)]


PYTHON = {**programs.python(), **programs.awslambdaric()}
START: dict[str, Any] = {
    "entrypoint": ["python", "-m", "awslambdaric"],
    "command": ["app.handler"],
    "workdir": "/function",
}


def test_a_readable_image_is_fine() -> None:
    assert messages(files={**PYTHON, "/function/app.py": ""}, **START) == []


def test_a_handler_that_only_its_owner_may_read() -> None:
    found = messages(files={**PYTHON, "/function/app.py": file("", mode=0o600)}, **START)
    assert found == [("error", f"{WHO} cannot read /function/app.py (mode 0600), the handler")]


@pytest.mark.parametrize(("uid", "gid", "mode"), [(993, 0, 0o600), (0, 990, 0o640)], ids=["owner", "group"])
def test_the_rights_of_owner_and_group_count(uid: int, gid: int, mode: int) -> None:
    files = {**PYTHON, "/function/app.py": file("", mode=mode, uid=uid, gid=gid)}
    assert messages(files=files, **START) == []


def test_a_closed_directory_on_the_way_is_the_one_named() -> None:
    files = {**PYTHON, "/function": directory(mode=0o700), "/function/app.py": ""}
    assert messages(files=files, **START) == [
        ("error", f"{WHO} cannot enter /function (mode 0700), on the way to /function/app.py, the handler")
    ]


def test_python_lists_the_folder_that_the_handler_is_in() -> None:
    files = {**PYTHON, "/function/service": directory(mode=0o711), "/function/service/app.py": ""}
    found = messages(files=files, **{**START, "command": ["service.app.handler"]})
    expected = f"{WHO} cannot list /function/service (mode 0711), where Python looks for the handler"
    assert found == [("error", expected)]


def test_a_package_of_node_that_the_handler_loads_is_on_the_way() -> None:
    files = {
        **programs.aws_base("nodejs"),
        "/var/task/app.js": 'require("pkg");\nexports.handler = 1;\n',
        "/var/task/node_modules": directory(mode=0o700),
        "/var/task/node_modules/pkg/index.js": "",
    }
    start = {"entrypoint": ["/lambda-entrypoint.sh"], "command": ["app.handler"], "workdir": "/var/task"}
    closed = f"{WHO} cannot enter /var/task/node_modules (mode 0700), on the way to /var/task/node_modules/pkg"
    assert messages(files=files, **start) == [("error", f"{closed}, a package that the handler loads")]
    layer = {"/opt/nodejs/node_modules/pkg/index.js": ""}
    assert [severity for severity, _ in messages(files={**files, **layer}, **start)] == ["warning"]


def test_the_file_of_a_package_that_node_loads_first_is_on_the_way() -> None:
    files = {
        **programs.aws_base("nodejs"),
        "/var/task/app.js": 'require("pkg");\nexports.handler = 1;\n',
        "/var/task/node_modules/pkg/package.json": '{"main": "lib/main.js"}',
        "/var/task/node_modules/pkg/lib/main.js": file("", mode=0o600),
        "/var/task/node_modules/pkg/lib/other.js": file("", mode=0o600),
    }
    start = {"entrypoint": ["/lambda-entrypoint.sh"], "command": ["app.handler"], "workdir": "/var/task"}
    folder = "/var/task/node_modules/pkg/lib"
    assert messages(files=files, **start) == [
        ("error", f"{WHO} cannot read {folder}/main.js (mode 0600), of a package that the handler loads"),
        ("warning", f"{WHO} cannot read {folder}/other.js"),
    ]


def test_the_description_of_a_package_is_on_the_way_where_it_names_the_first_file() -> None:
    files = {
        **programs.aws_base("nodejs"),
        "/var/task/app.js": 'require("pkg");\nexports.handler = 1;\n',
        "/var/task/node_modules/pkg/package.json": file('{"main": "lib/index.js"}', mode=0o600),
        "/var/task/node_modules/pkg/lib/index.js": "",
    }
    start = {"entrypoint": ["/lambda-entrypoint.sh"], "command": ["app.handler"], "workdir": "/var/task"}
    path = "/var/task/node_modules/pkg/package.json"
    expected = f"{WHO} cannot read {path} (mode 0600), of a package that the handler loads"
    assert messages(files=files, **start) == [("error", expected)]
    index = {**files, "/var/task/node_modules/pkg/package.json": file("{}", mode=0o600)}
    index["/var/task/node_modules/pkg/index.js"] = ""
    assert [severity for severity, _ in messages(files=index, **start)] == ["warning"]


@pytest.mark.parametrize(
    ("command", "script", "loaded"),
    [
        pytest.param(["perl", "/app/run.pl"], "use Own;\n", "/app/Own.pm", id="perl"),
        pytest.param(["ruby", "/app/run.rb"], "require_relative 'own'\n", "/app/own.rb", id="ruby"),
        pytest.param(["php", "/app/run.php"], "<?php\nrequire __DIR__ . '/own.php';\n", "/app/own.php", id="php"),
    ],
)
def test_what_a_script_loads_is_on_the_way(command: list[str], script: str, loaded: str) -> None:
    start = {f"/usr/bin/{command[0]}": programs.program(), command[1]: script}
    closed = {loaded: file("", mode=0o600)}
    expected = f"{WHO} cannot read {loaded} (mode 0600), which the script loads"
    assert messages(files={**start, loaded: ""}, command=command) == []
    assert messages(files={**start, **closed}, command=command) == [("error", expected)]


def test_a_closed_module_that_another_may_stand_in_for_is_not_accused() -> None:
    files = {
        "/usr/bin/perl": programs.program(),
        "/app/run.pl": "use Own;\n",
        "/app/Own.pm": file("", mode=0o600),
        "/usr/share/perl5/Own.pm": "",
    }
    assert messages(files=files, command=["perl", "/app/run.pl"]) == []


@pytest.mark.parametrize(
    ("imported", "file_name"),
    [("own", "own.py"), ("own", "own/__init__.py"), ("own.deep", "own/deep.py")],
)
def test_python_lists_the_folders_of_what_the_handler_imports(imported: str, file_name: str) -> None:
    files = {**PYTHON, "/function/app.py": f"import {imported}\n", f"/lib/{file_name}": ""}
    closed = "/lib/own" if imported == "own.deep" else "/lib"
    start = {**START, "env": {"PYTHONPATH": "/lib"}}
    if imported == "own.deep":
        files["/lib/own/__init__.py"] = ""
    assert messages(files=files, **start) == []
    (found,) = messages(files={**files, closed: directory(mode=0o711)}, **start)
    name = file_name.rpartition("/")[2]
    assert found == (
        "error",
        f"{WHO} cannot list {closed} (mode 0711), where Python looks for {name}, which the handler imports",
    )


def test_the_client_of_javas_base_image_lists_the_folder_of_jars() -> None:
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("app/Main.class", "")
    files = {**programs.aws_base("java"), "/var/task/lib/app.jar": file(packed.getvalue())}
    start = {"entrypoint": ["/lambda-entrypoint.sh"], "command": ["app.Main::answer"], "workdir": "/var/task"}
    assert messages(files=files, **start) == []
    closed = {"/var/task/lib": directory(mode=0o711)}
    expected = f"{WHO} cannot list /var/task/lib (mode 0711), where the client looks for jars"
    assert messages(files={**files, **closed}, **start) == [("error", expected)]


@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_python_goes_on_to_the_next_folder_where_it_cannot_list_the_first(mode: int) -> None:
    files = {**PYTHON, "/function/app.py": "import own\n", "/a": directory(mode=mode), "/a/own.py": ""}
    start = {**START, "env": {"PYTHONPATH": "/a:/b"}}
    assert [severity for severity, _ in messages(files=files, **start)] == ["error"]
    assert messages(files={**files, "/b/own.py": ""}, **start) == []
    closed = {"/a": directory(), "/a/own.py": file("", mode=0o600), "/b/own.py": ""}
    assert [severity for severity, _ in messages(files={**files, **closed}, **start)] == ["error"]


@pytest.mark.parametrize(
    ("class_path", "mode", "expected"),
    [
        ("/lib/*", 0o711, "cannot list /lib (mode 0711), where Java looks for the jars of the class path"),
        ("/lib/main.jar", 0o711, ""),
        ("/lib/*", 0o755, ""),
        ("lib/*", 0o711, "cannot list /lib (mode 0711), where Java looks for the jars of the class path"),
    ],
)
def test_java_lists_a_folder_whose_jars_are_the_class_path(class_path: str, mode: int, expected: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app/Main.class", "")
    jars = {"/lib": directory(mode=mode), "/lib/main.jar": file(packed.getvalue())}
    start = {"command": ["java", "-cp", class_path, "app.Main"]}
    found = messages(files={"/usr/bin/java": programs.program(), **jars}, **start)
    assert found == ([("error", f"{WHO} {expected}")] if expected else [])


def test_a_module_that_the_handler_imports_is_on_the_way() -> None:
    files = {**PYTHON, "/function/app.py": "import own\n", "/function/own.py": file("", mode=0o600)}
    assert messages(files=files, **START) == [
        ("error", f"{WHO} cannot read /function/own.py (mode 0600), which the handler imports")
    ]


def test_user_is_said_to_be_ignored() -> None:
    files = {**PYTHON, "/function/app.py": file("", mode=0o600, uid=1000)}
    ((_, message),) = messages(files=files, user="app:app", **START)
    assert message.endswith("; Lambda ignores USER app:app")


def test_links_are_followed() -> None:
    files = {**PYTHON, "/code/app.py": file("", mode=0o600), "/function/app.py": symlink("/code/app.py")}
    ((severity, message),) = messages(files=files, **START)
    assert (severity, message) == (
        "error",
        f"{WHO} cannot read /code/app.py (mode 0600), on the way to /function/app.py, the handler",
    )


def test_an_interpreter_under_root_names_the_tool_that_put_it_there() -> None:
    home = "/root/.local/share/uv/python/cpython-3.13"
    files = {
        "/root": directory(mode=0o700),
        **programs.python(prefix=home),
        **programs.awslambdaric("/app/.venv/lib/python3.13/site-packages"),
        "/app/.venv/bin/python": symlink(f"{home}/bin/python3.13"),
        "/app/.venv/pyvenv.cfg": f"home = {home}/bin\n",
        "/app/app.py": "",
    }
    (finding,) = lint_image(
        image(files=files, entrypoint=["/app/.venv/bin/python", "-m", "awslambdaric"], command=["app.handler"]), RULE
    )
    assert finding.problem.message == (
        f"{WHO} cannot enter /root (mode 0700), on the way to /app/.venv/bin/python, the program that is started; "
        "it was put under /root by uv"
    )
    assert finding.problem.fix == "set ENV UV_PYTHON_INSTALL_DIR=/opt/python before uv installs Python"


def test_other_files_of_the_function_are_a_warning_for_each_folder() -> None:
    closed = {f"/function/data/{number}.json": file("{}", mode=0o600) for number in range(5)}
    files = {**PYTHON, "/function/app.py": "", "/function/one.txt": file("", mode=0o600), **closed}
    assert messages(files=files, **START) == [
        ("warning", f"{WHO} cannot read 5 files in /function/data (0.json, 1.json, 2.json and 2 more)"),
        ("warning", f"{WHO} cannot read /function/one.txt"),
    ]


def test_very_many_files_are_one_warning() -> None:
    closed = {f"/function/data/{folder}/{name}": file("", mode=0o600) for folder in range(20) for name in "abc"}
    found = messages(files={**PYTHON, "/function/app.py": "", **closed}, **START)
    assert found == [("warning", f"{WHO} cannot read 60 files in /function (data/0/a, data/0/b, data/0/c and 57 more)")]


def test_a_file_that_nobody_may_execute_is_another_rules() -> None:
    assert messages(files={"/main": programs.program(mode=0o644)}, command=["/main"]) == []


def test_what_a_umask_closes_is_named() -> None:
    (finding,) = lint(AWS + 'RUN umask 077 && npm ci\nCMD ["app.handler"]\n', RULE)
    assert finding.problem.message == f"{WHO} cannot read what npm puts into /var/task after umask 077"


def test_a_copy_into_a_folder_names_the_file() -> None:
    (finding,) = lint(AWS + 'COPY --chmod=600 app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n', RULE)
    assert finding.problem.message == f"{WHO} cannot read /var/task/app.py after COPY --chmod=600"
