"""`credential-in-image`: values that have the form of a secret. Put together here, so that no scanner takes alarm."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown

from lambda_lint.evidence import of_image

RULE = "credential-in-image"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
KEY = "AKIA" + "Q3EGRNW5DTP7YHJK"
RANDOM = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF" + "3hJ6kM9x"

SILENT = {
    "a dummy": f"{AWS}ENV AWS_ACCESS_KEY_ID=dummy AWS_SECRET_ACCESS_KEY=dummy PASSWORD=changeme API_KEY=test\n",
    "AWS's own example": f"{AWS}ENV AWS_ACCESS_KEY_ID=AKIA{'IOSFODNN7EXAMPLE'}\n",
    "a form filled with one letter": f"{AWS}ENV TOKEN=ghp_{'x' * 36} KEY=AKIA{'A' * 16}\n",
    "a variable that nothing declares": f"{AWS}ENV GITHUB_TOKEN=$TOKEN\n",
    "a digest where no secret is named": f"{AWS}ENV SUM={RANDOM}\n",
    "a commit where a secret is named": f"{AWS}ENV SECRET_KEY={'0123456789abcdef' * 2 + '01234567'}\n",
    "inside a longer word": f"{AWS}ENV ID=X{KEY}Y\n",
    "a command with a dummy": f"{AWS}RUN aws configure set aws_secret_access_key dummy\n",
    "a command with what the build is given": f"{AWS}RUN git clone https://${{TOKEN}}@github.com/a/b\n",
    "a command with a digest": f"{AWS}RUN echo {RANDOM} | sha1sum -c\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


SECRETS = {
    "an AWS access key": KEY,
    "a GitHub token": "ghp_" + RANDOM,
    "a GitLab token": "glpat-" + RANDOM[:20],
    "a Slack token": "xoxb" + "-123456789012-" + RANDOM[:24],
    "a Stripe key": "sk_live" + "_" + RANDOM[:24],
    "an npm token": "npm_" + RANDOM[:36],
    "a PyPI token": "pypi-AgEIcHlwaS5vcmc" + RANDOM,
    "a Google API key": "AIza" + RANDOM[:35],
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----\\n" + RANDOM * 2,
}


@pytest.mark.parametrize(("what", "value"), SECRETS.items(), ids=SECRETS)
@pytest.mark.parametrize("keyword", ["ENV", "ARG"])
def test_a_value_in_the_form_of_a_secret(keyword: str, what: str, value: str) -> None:
    text = f'{AWS}{keyword} X="{value}"\n'
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", f'2: X="{value}"')]
    assert finding.problem.message == f"{keyword} X holds what looks like {what}"


COMMANDS = {
    "a token in an address": (f"git clone https://ghp_{RANDOM}@github.com/a/b", f"https://ghp_{RANDOM}@github.com/a/b"),
    "a key that a tool is given": (f'aws configure set aws_access_key_id "{KEY}"', f'"{KEY}"'),
    "a secret key that a tool is given": (f"aws configure set aws_secret_access_key {RANDOM}", RANDOM),
    "a variable of one command": (f"AWS_SECRET_ACCESS_KEY={RANDOM} make", f"AWS_SECRET_ACCESS_KEY={RANDOM}"),
}


@pytest.mark.parametrize(("command", "place"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_holds_a_secret(command: str, place: str) -> None:
    text = f"{AWS}RUN {command}\n"
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", f"2: {place}")]
    assert finding.problem.message.startswith("a command of RUN holds what looks like a")


def test_a_secret_access_key_is_known_by_its_name_and_form() -> None:
    text = f"{AWS}ENV A=1 AWS_SECRET_ACCESS_KEY={RANDOM}\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", f"2: AWS_SECRET_ACCESS_KEY={RANDOM}")]
    assert findings[0].problem.message == "ENV AWS_SECRET_ACCESS_KEY holds what looks like an AWS secret access key"


def test_every_stage_counts_since_the_file_holds_it() -> None:
    text = f"FROM python:3.13 AS build\nARG KEY={KEY}\n{AWS}"
    assert shown(lint(text, RULE), text) == [Found("warning", f"2: KEY={KEY}")]


def test_an_image_shows_it_in_its_variables_and_its_history() -> None:
    history = [{"created_by": f"ENV KEY={KEY}", "empty_layer": True}, {"created_by": f"RUN |1 T=ghp_{RANDOM} /bin/sh"}]
    subject = image({"/a": ""}, env={"KEY": KEY, "OK": "1"}, history=history)
    findings = lint_image(subject, RULE)
    assert shown(findings) == [Found("warning", "config.Env"), Found("warning", "config.history[1]")]
    assert [finding.problem.message for finding in findings] == [
        "the variable KEY holds what looks like an AWS access key",
        "step 2 of the image's history holds what looks like a GitHub token",
    ]


def test_a_report_on_an_image_never_shows_the_value() -> None:
    subject = image({"/a": ""}, env={"KEY": KEY}, history=[{"created_by": f"RUN |1 T=ghp_{RANDOM} /bin/sh"}])
    for finding in lint_image(subject, RULE):
        assert KEY not in finding.problem.message
        assert of_image(finding.problem.location, subject) == finding.evidence == ""


def test_an_image_without_secrets_is_silent() -> None:
    assert lint_image(image({"/a": ""}, env={"PASSWORD": "changeme"}), RULE) == ()


KEPT = {
    "by the same name": ("ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN\n", ["3: API_TOKEN=$API_TOKEN"]),
    "by another name": ('ARG KEY\nENV OPENAI_API_KEY="${KEY}"\n', ['3: OPENAI_API_KEY="${KEY}"']),
    "an empty default": ("ARG DB_PASSWORD=\nENV DB_PASSWORD=$DB_PASSWORD\n", ["3: DB_PASSWORD=$DB_PASSWORD"]),
    "a default of its own": ("ARG DB_PASSWORD=postgres\nENV DB_PASSWORD=$DB_PASSWORD\n", []),
    "no secret by its name": ("ARG VERSION\nENV VERSION=$VERSION\n", []),
    "the name of a secret": ("ARG SECRET_NAME\nENV SECRET_NAME=$SECRET_NAME\n", []),
    "the name of a shop's app": ("ARG SHOPIFY_API_KEY\nENV SHOPIFY_API_KEY=$SHOPIFY_API_KEY\n", []),
    "a key for browsers": ("ARG NEXT_PUBLIC_API_KEY\nENV NEXT_PUBLIC_API_KEY=$NEXT_PUBLIC_API_KEY\n", []),
    "no build argument": ("ENV API_TOKEN=$API_TOKEN\n", []),
    "part of a text": ("ARG API_TOKEN\nENV API_TOKEN=x-$API_TOKEN\n", []),
    "not in the final image": ("ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN\nFROM scratch\n", []),
    "in the stage below": ("ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN\nFROM a\n", ["3: API_TOKEN=$API_TOKEN"]),
}


@pytest.mark.parametrize(("text", "places"), KEPT.values(), ids=KEPT)
def test_build_arguments_that_the_image_keeps(text: str, places: list[str]) -> None:
    text = f"FROM public.ecr.aws/lambda/python:3.13 AS a\n{text}"
    assert shown(lint(text, RULE), text) == [Found("warning", place) for place in places]
