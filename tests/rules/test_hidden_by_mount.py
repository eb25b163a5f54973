"""`hidden-by-mount`: Lambda mounts an empty /tmp, and more."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import device, directory, symlink
from support.linting import Found, lint, shown
from support.starting import APP, found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "an entrypoint": (
        {"files": {"/tmp/main": programs.program(programs.GO)}, "entrypoint": ["/tmp/main"]},
        [
            (
                "error",
                "/tmp/main (the program that is started) lies under /tmp, where Lambda mounts an empty folder",
                "/tmp/main",
            )
        ],
    ),
    "an interpreter behind a link": (
        {"files": {"/tmp/main": programs.program(programs.GO), "/main": symlink("/tmp/main")}, "entrypoint": ["/main"]},
        [
            (
                "error",
                "/tmp/main (the program that is started) lies under /tmp, where Lambda mounts an empty folder",
                "/tmp/main",
            )
        ],
    ),
    "the place of Lambda's own program": (
        {"files": {"/var/rapid/init": programs.program(programs.GO)}, "entrypoint": ["/var/rapid/init"]},
        [
            (
                "warning",
                "/var/rapid/init (the program that is started) lies under /var/rapid, where Lambda mounts a folder of"
                " its own",
                "/var/rapid/init",
            )
        ],
    ),
    "a device that every image may name": (
        python({"/dev/null": device(), "/tmp": directory(0o1777)}, env={"LOG": "/dev/null", "TMPDIR": "/tmp"}),
        [],
    ),
    "a variable": (
        python(
            {"/tmp/models/a.bin": "x"}, env={"MODELS": "/tmp/models", "CACHE": "/tmp/cache", "PATH": "/usr/local/bin"}
        ),
        [("warning", "MODELS names /tmp/models, which is in the image and not on Lambda", "config.Env[MODELS]")],
    ),
    "a folder that a program is to find": (
        python({"/tmp/spool": directory(0o1777)}, env={"SPOOL": "/tmp/spool"}),
        [("warning", "SPOOL names /tmp/spool, which is in the image and not on Lambda", "config.Env[SPOOL]")],
    ),
    "caches that are made again": (
        python(
            {"/tmp/mpl/fonts.json": "{}", "/tmp/.cache/pip/x": "", "/tmp/hf": directory()},
            env={"MPLCONFIGDIR": "/tmp/mpl", "XDG_CACHE_HOME": "/tmp/.cache", "HF_HOME": "/tmp/hf"},
        ),
        [],
    ),
    "models in a cache": (
        python({"/tmp/hf/hub/model.bin": "x"}, env={"HF_HOME": "/tmp/hf"}),
        [("warning", "HF_HOME names /tmp/hf, which is in the image and not on Lambda", "config.Env[HF_HOME]")],
    ),
}

BAKED = {"/tmp/app/env.sh": "export A=1\n", "/tmp/app/list": "a\n"}
SCRIPTS = {
    "a script that is read": (". /tmp/app/env.sh\n", "", ["line 2: it reads the script /tmp/app/env.sh"]),
    "a script that bash reads": (
        "set -e\necho start >&2\ncd /tmp\nsource /tmp/app/env.sh\n",
        "bash",
        ["line 5: it reads the script /tmp/app/env.sh"],
    ),
    "a file that a command reads": (
        "set -e\nread -r first < /tmp/app/list\n",
        "",
        ["line 3: it reads /tmp/app/list"],
    ),
    "a script that is read where it is there": ("[ ! -f /tmp/app/env.sh ] || . /tmp/app/env.sh\n", "", []),
    "a script that may be read in vain": ("source /tmp/app/env.sh\n", "bash", []),
    "a script that a program makes": ("make-settings\n. /tmp/app/env.sh\n", "", []),
    "a script that the script makes": ("echo A=1 > /tmp/app/env.sh\n. /tmp/app/env.sh\n", "", []),
    "a script that a substitution makes": ("x=$(make-settings)\n. /tmp/app/env.sh\n", "", []),
    "a script of another folder": (". /app/env.sh\n", "", []),
}


@pytest.mark.parametrize(("text", "shell", "expected"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_that_read_what_was_baked_in(text: str, shell: str, expected: list[str]) -> None:
    entry = f'#!/bin/{shell or "sh"}\n{text}exec python3 -m awslambdaric "$@"\n'
    shells = {"/bin/dash": programs.program(), "/bin/sh": symlink("dash"), "/bin/bash": programs.program()}
    image = python(
        {**BAKED, **shells, "/app/env.sh": "A=1\n", "/entry.sh": programs.script(entry)}, entrypoint=["/entry.sh"]
    )
    why = ", which lies where Lambda mounts an empty folder"
    assert [message for _, message, _ in found("hidden-by-mount", image)] == [
        f"/entry.sh ends at {each}{why}" for each in expected
    ]


READS = "import json\nMODEL = json.load(open('/tmp/app/model.json'))\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({"/function/app.py": READS + APP}, True, id="the handler"),
        pytest.param(
            {"/function/app.py": "import model\n" + APP, "/function/model.py": READS}, True, id="what it imports"
        ),
        pytest.param(
            {"/function/app.py": "import model\n" + READS + APP, "/function/model.py": "download('/tmp/app')\n"},
            False,
            id="which may fetch it",
        ),
        pytest.param({"/function/app.py": READS.replace("')", "', 'w')") + APP}, False, id="and writes it"),
        *(
            pytest.param({"/function/app.py": f"{made}\n{READS}{APP}"}, False, id=f"after {made}")
            for made in (
                "frame.to_json('/tmp/app/model.json')",
                "os.open('/tmp/app/model.json', os.O_CREAT)",
                "logging.basicConfig(filename='/tmp/app/model.json')",
                "logging.FileHandler('/tmp/app/model.json')",
            )
        ),
        pytest.param(
            {"/function/app.py": f"import os\nif os.path.exists('/tmp/app/model.json'):\n    {READS[12:]}{APP}"},
            False,
            id="where it is there",
        ),
    ],
)
def test_handlers_that_read_what_was_baked_in(files: dict[str, Any], told: bool) -> None:
    image = python({"/tmp/app/model.json": "{}", **files})
    expected = [
        "/tmp/app/model.json (which the handler opens) lies under /tmp, where Lambda mounts an empty folder",
    ]
    assert [message for _, message, _ in found("hidden-by-mount", image)] == expected * told


def test_a_script_that_fetches_what_the_handler_reads() -> None:
    entry = programs.script('#!/bin/sh\nfetch-model\nexec python3 -m awslambdaric "$@"\n')
    files = {"/tmp/app/model.json": "{}", "/bin/sh": programs.program(), "/entry.sh": entry}
    image = python({**files, "/function/app.py": READS + APP}, entrypoint=["/entry.sh"])
    assert found("hidden-by-mount", image) == []


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("hidden-by-mount", description) == expected


AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
CMD = 'CMD ["app.handler"]\n'
MODEL = "RUN python -c \"AutoModel.from_pretrained('a/b')\""

SILENT_DOCKERFILES = {
    "a folder for an image that has none": (
        "FROM golang:1.25 AS b\nRUN go build -o /main\nFROM scratch\nCOPY --from=b /tmp /tmp\n"
        'COPY --from=b /main /\nENTRYPOINT ["/main"]\n'
    ),
    "what the build uses": f"{AWS}COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt\n{CMD}",
    "what the build uses from there": f"{AWS}COPY *.rpm /tmp/\nRUN cd /tmp && rpm -i *.rpm\n{CMD}",
    "what a program uses in the folder that it runs in": (
        f"{AWS}WORKDIR /tmp\nCOPY uv.lock pyproject.toml ./\nRUN pip install uv && uv sync\nWORKDIR /var/task\n{CMD}"
    ),
    "what a script may use": f"{AWS}COPY model.bin /tmp/\nCOPY setup.sh /\nRUN /setup.sh\n{CMD}",
    "what a script may use that a shell runs": f"{AWS}COPY model.bin /tmp/\nCOPY . .\nRUN bash -e setup.sh\n{CMD}",
    "what a script uses": f"{AWS}COPY setup.sh /tmp/\nENV D=/tmp\nRUN sh $D/setup.sh\n{CMD}",
    "another stage": f"{AWS.strip()} AS build\nCOPY model /tmp/model\n{AWS}COPY --from=build /tmp/model model\n{CMD}",
    "a stage that is built upon": (
        f"{AWS.strip()} AS base\nCOPY r.txt /tmp/\nFROM base AS build\nRUN pip install -r /tmp/r.txt\nFROM base\n{CMD}"
    ),
    "a folder that the function starts in": f"{AWS}COPY app.py ./\nWORKDIR /tmp\n{CMD}",
    "users that the build needs": f"{AWS}COPY passwd /etc/passwd\nRUN grep app /etc/passwd\n{CMD}",
    "other files of the system": f"{AWS}COPY group /etc/group\nCOPY hosts /etc/hosts\nCOPY x /development/x\n{CMD}",
    "a folder of a similar name": f"{AWS}COPY model /tmpl/model\n{CMD}",
    "a destination that nobody knows": f"{AWS}ARG D\nCOPY model $D/tmp\n{CMD}",
    "models in another folder": f"{AWS}ENV HF_HOME=/opt/hf\n{MODEL}\n{CMD}",
    "models that are saved elsewhere": f"{AWS}ENV HF_HOME=/tmp\n{MODEL[:-1]}.save_pretrained('/opt/m')\"\n{CMD}",
    "a cache that the function fills": f"{AWS}ENV HF_HOME=/tmp/hf\nRUN pip install transformers\n{CMD}",
    "an entrypoint that a base may bring": 'FROM acme/base:1\nCMD ["/tmp/x"]\n',
}


@pytest.mark.parametrize("text", SILENT_DOCKERFILES.values(), ids=SILENT_DOCKERFILES)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(text, "hidden-by-mount") == ()


FIRING_DOCKERFILES = {
    "a copy that nothing uses": (f"{AWS}COPY model /tmp/model\n{CMD}", "warning", "2: COPY model /tmp/model"),
    "a copy from another stage": (
        f"{AWS.strip()} AS build\n{AWS}COPY --from=build /m /tmp/m\n{CMD}",
        "warning",
        "3: COPY --from=build /m /tmp/m",
    ),
    "models that are downloaded there": (f"{AWS}ENV HF_HOME=/tmp/hf\n{MODEL}\n{CMD}", "warning", f"3: {MODEL}"),
    "data that are downloaded there": (
        f"{AWS}ENV NLTK_DATA=/tmp\nRUN python -m nltk.downloader punkt\n{CMD}",
        "warning",
        "3: RUN python -m nltk.downloader punkt",
    ),
    "a place of Lambda's own": (f"{AWS}COPY init /var/rapid/\n{CMD}", "warning", "2: COPY init /var/rapid/"),
    "a device": (f"{AWS}ADD --chmod=666 fake /dev/fake\n{CMD}", "warning", "2: ADD --chmod=666 fake /dev/fake"),
    "a process": (f"{AWS}WORKDIR /proc\nCOPY x .\n{CMD}", "warning", "3: COPY x ."),
    "a list of servers": (
        f"{AWS}COPY resolv.conf /etc/\nCOPY my /etc/resolv.conf\n{CMD}",
        "warning",
        "3: COPY my /etc/resolv.conf",
    ),
    "users": (
        f"{AWS}COPY --from=build /etc/passwd /etc/passwd\n{CMD}",
        "note",
        "2: COPY --from=build /etc/passwd /etc/passwd",
    ),
    "the program": (f'{AWS}RUN make\nENTRYPOINT ["/tmp/main"]\n', "error", '3: ENTRYPOINT ["/tmp/main"]'),
}


@pytest.mark.parametrize(("text", "severity", "place"), FIRING_DOCKERFILES.values(), ids=FIRING_DOCKERFILES)
def test_firing_dockerfiles(text: str, severity: str, place: str) -> None:
    assert shown(lint(text, "hidden-by-mount"), text) == [Found(severity, place)]
