"""`missing-exec-wrapper`: what a Dockerfile tells of it."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "missing-exec-wrapper"
VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap"
ENV = f"ENV {VARIABLE}\n"
NODE = "FROM public.ecr.aws/lambda/nodejs:22\n"

SILENT = {
    "no wrapper": NODE,
    "copied there": f"{NODE}{ENV}COPY bootstrap /opt/bootstrap\n",
    "copied into its folder": f"{NODE}{ENV}COPY bootstrap /opt/\n",
    "a whole layer copied": f"{NODE}{ENV}COPY --from=agent / /\n",
    "copied to wherever WORKDIR was": f"{NODE}{ENV}WORKDIR /opt\nCOPY bootstrap ./\nWORKDIR /var/task\n",
    "copied to a WORKDIR below": f"{NODE}{ENV}WORKDIR /opt\nWORKDIR sub\nCOPY bootstrap ../\n",
    "copied to where a variable says": f"{NODE}ARG TO\n{ENV}COPY bootstrap ${{TO}}\n",
    "perhaps made by a RUN": f"{NODE}{ENV}RUN ./install.sh\n",
    "copied in the stage below": f"{NODE.strip()} AS base\nCOPY bootstrap /opt/bootstrap\nFROM base\n{ENV}",
    "not known": f"{NODE}ARG WRAPPER\nENV AWS_LAMBDA_EXEC_WRAPPER=$WRAPPER\n",
    "emptied": f"{NODE}ENV AWS_LAMBDA_EXEC_WRAPPER=\n",
    "an entrypoint of its own": f'{NODE}{ENV}ENTRYPOINT ["node", "server.js"]\n',
    "another base, where nobody reads it": f"FROM node:22\n{ENV}",
    "OS only, where nobody reads it": f"FROM public.ecr.aws/lambda/provided:al2023\n{ENV}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "nothing copied": (f"{NODE}{ENV}", f"2: {VARIABLE}"),
    "something else copied": (f"{NODE}{ENV}COPY index.js /var/task/\n", f"2: {VARIABLE}"),
    "something else copied to where WORKDIR is": (f"{NODE}{ENV}COPY index.js ./\n", f"2: {VARIABLE}"),
    "another file copied to its folder": (f"{NODE}{ENV}COPY x /opt/x\n", f"2: {VARIABLE}"),
    "copied in a stage that is left": (f"{NODE.strip()} AS a\nCOPY b /opt/bootstrap\n{NODE}{ENV}", f"4: {VARIABLE}"),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", place)]
    assert findings[0].problem.message == (
        "nothing copies /opt/bootstrap into the image, and AWS_LAMBDA_EXEC_WRAPPER names it"
    )


OWN = f"FROM python:3.13\n{ENV}"
CLIENT = 'ENTRYPOINT ["python", "-m", "awslambdaric"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(f"{OWN}{CLIENT}", True, id="a client that does not read it"),
        pytest.param(f"{OWN}COPY bootstrap /opt/\n{CLIENT}", True, id="wherever the wrapper is"),
        pytest.param(f"FROM node:22\n{ENV}{CLIENT.replace('python', 'npx')}", True, id="by way of a launcher"),
        pytest.param(OWN + CLIENT.replace('"python"', '"/opt/bootstrap", "python"'), False, id="started by ENTRYPOINT"),
        pytest.param(
            f"{OWN}ENTRYPOINT exec $AWS_LAMBDA_EXEC_WRAPPER python -m awslambdaric\n", False, id="read by ENTRYPOINT"
        ),
        pytest.param(f'{OWN}ENTRYPOINT ["/entry.sh"]\n', False, id="a script that may read it"),
        pytest.param(f"FROM python:3.13\n{CLIENT}", False, id="no wrapper"),
    ],
)
def test_a_client_without_the_start_script_of_aws(text: str, told: bool) -> None:
    expected = ["awslambdaric does not read AWS_LAMBDA_EXEC_WRAPPER, so /opt/bootstrap is not started"]
    assert [finding.problem.message for finding in lint(text, RULE)] == expected * told
