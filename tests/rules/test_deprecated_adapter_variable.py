"""`deprecated-adapter-variable` on Dockerfiles and on images."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import ADAPTER, program

RULE = "deprecated-adapter-variable"
ADAPTED = (
    "FROM python:3.13\n"
    "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
)
UNHEALTHY = "AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS"

SILENT = {
    "no adapter": "FROM python:3.13\nENV READINESS_CHECK_PATH=/health ASYNC_INIT=true\n",
    "new names": f"{ADAPTED}ENV AWS_LWA_READINESS_CHECK_PATH=/health AWS_LWA_PORT=8000\n",
    "PORT and HOST": f"{ADAPTED}ENV PORT=8000 HOST=0.0.0.0\n",
    "both names": f"{ADAPTED}ENV ASYNC_INIT=true AWS_LWA_ASYNC_INIT=true\n",
    "both ways to say what is healthy": (
        f"{ADAPTED}ENV {UNHEALTHY}=400 AWS_LWA_READINESS_CHECK_HEALTHY_STATUS=100-399\n"
    ),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


@pytest.mark.parametrize(
    "name",
    ["READINESS_CHECK_PATH", "READINESS_CHECK_PORT", "READINESS_CHECK_PROTOCOL", "REMOVE_BASE_PATH", "ASYNC_INIT"],
)
def test_an_old_name_beside_the_adapter(name: str) -> None:
    text = f"{ADAPTED}ENV {name}=x\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("note", f"3: {name}=x")]
    assert findings[0].problem.message == (
        f"{name} is a deprecated setting of the Lambda Web Adapter, which version 2 does not read"
    )
    assert findings[0].problem.fix == f"write AWS_LWA_{name}"


def test_the_name_that_version_1_dropped() -> None:
    text = f"{ADAPTED}ENV {UNHEALTHY}=400\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("note", f"3: {UNHEALTHY}=400")]
    assert findings[0].problem.message == (
        f"{UNHEALTHY} is a deprecated setting of the Lambda Web Adapter, which version 1 does not read"
    )
    assert findings[0].problem.fix == (
        "write AWS_LWA_READINESS_CHECK_HEALTHY_STATUS with what is healthy, such as 100-499, from version 1 on"
    )


def test_an_image_is_judged_alike() -> None:
    files = {"/opt/extensions/lambda-adapter": program(ADAPTER)}
    env = {"ASYNC_INIT": "true"}
    assert shown(lint_image(image(files, env=env), RULE)) == [Found("note", "config.Env[ASYNC_INIT]")]
    assert lint_image(image({"/a": ""}, env=env), RULE) == ()
