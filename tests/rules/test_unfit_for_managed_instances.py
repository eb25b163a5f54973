"""`unfit-for-managed-instances`: only where the settings name the feature."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, image_config, lint, lint_config, lint_image, shown
from support.programs import aws_base, awslambdaric
from support.starting import found, node, python

from lambda_lint import Deployment

RULE = "unfit-for-managed-instances"
ON = Deployment(features=frozenset({"managed-instances"}))
GALLERY = "public.ecr.aws/lambda"

SILENT = {
    "AWS base": f'FROM {GALLERY}/python:3.13\nCMD ["app.handler"]\n',
    "a version that is not known": f"FROM {GALLERY}/python\n",
    "OS only": f"FROM {GALLERY}/provided:al2023\n",
    "absolute": 'FROM python:3.13\nENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\n',
    "shell form": "FROM python:3.13\nENTRYPOINT python -m awslambdaric\n",
    "an entrypoint that the base may have": 'FROM python:3.13\nCMD ["app.handler"]\n',
    "nothing to start": "FROM scratch\n",
    "a client that serves several requests": (
        "FROM python:3.13\nRUN pip install awslambdaric==4.0.1\n"
        'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\n'
    ),
    "a client without an exact version": (
        "FROM python:3.13\nRUN pip install 'awslambdaric>=3' awslambdaric==3.*\n"
        'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\n'
    ),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE, ON) == ()


FIRING = {
    "a bare name": ('FROM python:3.13\nENTRYPOINT ["python"]\n', [Found("error", '2: ENTRYPOINT ["python"]')]),
    "a relative path": ('FROM scratch\nCMD ["./main"]\n', [Found("error", '2: CMD ["./main"]')]),
    "an old runtime": (f"FROM {GALLERY}/python:3.12\n", [Found("warning", f"1: {GALLERY}/python:3.12")]),
    "an old OS-only base": (f"FROM {GALLERY}/provided:al2\n", [Found("warning", f"1: {GALLERY}/provided:al2")]),
    "a client of the time before": (
        "FROM python:3.13\nRUN pip install boto3 awslambdaric==3.0.0\n"
        'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\n',
        [Found("warning", "2: awslambdaric==3.0.0")],
    ),
    "a client of the time before, copied from another stage": (
        'FROM python:3.13 AS build\nRUN pip install -t /app "awslambdaric==3.1"\n'
        'FROM python:3.13\nCOPY --from=build /app /app\nENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\n',
        [Found("warning", '2: "awslambdaric==3.1"')],
    ),
    "a language that takes no part": (f"FROM {GALLERY}/ruby:3.4\n", [Found("warning", f"1: {GALLERY}/ruby:3.4")]),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE, ON), text) == expected


@pytest.mark.parametrize("text", [text for text, _ in FIRING.values()], ids=FIRING)
def test_silent_where_nobody_uses_the_feature(text: str) -> None:
    assert lint(text, RULE) == ()


def test_images() -> None:
    assert shown(lint_config(image_config(entrypoint=("python",)), RULE, ON)) == [Found("error", "config.Entrypoint")]
    assert lint_config(image_config(entrypoint=("/main",)), RULE, ON) == ()
    old, new = image(aws_base("python", "3.12")), image(aws_base("python", "3.13"))
    assert shown(lint_image(old, RULE, ON)) == [Found("warning", "/var/runtime/bootstrap")]
    assert lint_image(new, RULE, ON) == ()
    assert lint_image(old, RULE) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'FROM python:3.13\nENTRYPOINT ["python"]\n',
            "python is no absolute path, and Managed Instances look nothing up in PATH",
        ),
        (
            f"FROM {GALLERY}/python:3.12\n",
            "the runtime of AWS python 3.12 does not serve Managed Instances; they start with python 3.13",
        ),
        (f"FROM {GALLERY}/ruby:3.4\n", "the runtime of AWS ruby 3.4 does not serve Managed Instances"),
    ],
)
def test_the_message_tells_what_is_asked_for(text: str, message: str) -> None:
    (finding,) = lint(text, RULE, ON)
    assert finding.problem.message == message


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("4.0.0", []),
        ("unknown", []),
        (
            "3.1.1",
            [
                (
                    "warning",
                    "awslambdaric 3.1.1 serves one request at a time, and Managed Instances send several",
                    "/usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py",
                )
            ],
        ),
    ],
)
def test_clients(version: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(RULE, python(awslambdaric(version=version)), ON) == expected
    assert found(RULE, python(awslambdaric(version=version))) == []


@pytest.mark.parametrize(("version", "told"), [("3.3.0", True), ("4.0.2", False)])
def test_the_client_of_node(version: str, told: bool) -> None:
    said = found(RULE, node(version=version, entrypoint=["/usr/local/bin/npx", "aws-lambda-ric"]), ON)
    assert [message.partition(",")[0] for _, message, _ in said] == (
        ["aws-lambda-ric 3.3.0 serves one request at a time"] * told
    )
