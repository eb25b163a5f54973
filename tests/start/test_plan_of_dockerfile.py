"""Start plans of Dockerfiles: known where the file itself tells, unknown everywhere else."""

from __future__ import annotations

import pytest
from support.linting import dockerfile

from lambda_lint import Deployment
from lambda_lint_rules._start import Verdict, plan

AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
OS_ONLY = "FROM public.ecr.aws/lambda/provided:al2023\n"
SLIM = "FROM python:3.13-slim\n"
ADAPTER = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"

CASES: dict[str, tuple[str, Verdict]] = {
    "AWS base": (AWS + 'CMD ["app.handler"]\n', Verdict.STARTED),
    "AWS base by way of a stage": (AWS.rstrip() + ' AS base\nFROM base\nCMD ["app.handler"]\n', Verdict.STARTED),
    "AWS base with a web server": (AWS + 'ENTRYPOINT ["gunicorn", "app:app"]\n', Verdict.NOT_STARTED),
    "OS-only base without a program": (OS_ONLY + 'COPY main /var/task/\nCMD ["main"]\n', Verdict.STUCK),
    "OS-only base with a program": (OS_ONLY + 'COPY main /var/runtime/bootstrap\nCMD ["main"]\n', Verdict.LIKELY),
    "OS-only base with a program by variable": (
        OS_ONLY + 'COPY main ${LAMBDA_RUNTIME_DIR}/bootstrap\nCMD ["main"]\n',
        Verdict.LIKELY,
    ),
    "OS-only base where a command may make it": (OS_ONLY + 'RUN ./build.sh\nCMD ["main"]\n', Verdict.LIKELY),
    "OS-only base where the entrypoint is replaced": (
        OS_ONLY + 'COPY start.sh /lambda-entrypoint.sh\nCOPY main /var/task/\nCMD ["main"]\n',
        Verdict.UNKNOWN,
    ),
    "AWS base where the entrypoint is replaced": (
        AWS + 'COPY --chmod=755 start.sh /lambda-entrypoint.sh\nCMD ["app.handler"]\n',
        Verdict.UNKNOWN,
    ),
    "OS-only base with another entrypoint": (OS_ONLY + 'COPY main /main\nENTRYPOINT ["/main"]\n', Verdict.UNKNOWN),
    "client named": (SLIM + 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n', Verdict.LIKELY),
    "web server on a public base": (SLIM + 'CMD ["uvicorn", "app:app"]\n', Verdict.ABSENT),
    "web server in shell form": (SLIM + "CMD exec gunicorn app:app\n", Verdict.ABSENT),
    "web server as a module": (SLIM + 'CMD ["python", "-m", "uvicorn", "app:app"]\n', Verdict.ABSENT),
    "web server on a private base": ('FROM registry.example.com/web:1\nCMD ["uvicorn", "app:app"]\n', Verdict.UNKNOWN),
    "web server behind the adapter": (SLIM + ADAPTER + 'CMD ["uvicorn", "app:app"]\n', Verdict.STARTED),
    "web server where the adapter may be in a folder": (
        SLIM + 'COPY opt/ /opt/\nCMD ["uvicorn", "app:app"]\n',
        Verdict.UNKNOWN,
    ),
    "program of its own": ('FROM scratch\nCOPY main /main\nENTRYPOINT ["/main"]\n', Verdict.UNKNOWN),
    "base by build argument": ('ARG BASE\nFROM $BASE\nCMD ["app.handler"]\n', Verdict.UNKNOWN),
    "plain script": (SLIM + 'CMD ["python", "app.py"]\n', Verdict.UNKNOWN),
}


@pytest.mark.parametrize(("text", "verdict"), CASES.values(), ids=CASES)
def test_the_verdict_says_what_the_file_tells(text: str, verdict: Verdict) -> None:
    assert plan(dockerfile(text), Deployment()).verdict is verdict


def test_the_base_and_the_handler_are_named() -> None:
    found = plan(dockerfile(AWS + 'CMD ["app.handler"]\n'), Deployment())
    assert found.base == "AWS python 3.13"
    assert found.handler is not None
    assert found.handler.text == "app.handler"
