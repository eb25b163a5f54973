"""`secret-file`: files for secrets, by their names in a Dockerfile and by their content in an image."""

from __future__ import annotations

import pytest
from support.images import Node, device, directory, fifo, symlink
from support.linting import Found, lint, shown
from support.starting import found, python

RULE = "secret-file"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
SECRET = "kX9" + "mQ27vLp4tR8"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{AWS}COPY .env.example .env.production .env.sample ./\n", id="samples and public settings"),
        pytest.param(f"{AWS}COPY . .\n", id="a whole folder"),
        pytest.param(f"{AWS.strip()} AS build\nCOPY .env ./\n{AWS}COPY app.py ./\n", id="another stage"),
        pytest.param(f"{AWS}RUN --mount=type=secret,id=env,target=/var/task/.env true\n", id="a mount"),
        pytest.param(f"{AWS}COPY app.env id_rsa.pub credentials ./\n", id="other names"),
    ],
)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(text, RULE) == ()


@pytest.mark.parametrize(
    "source",
    [".env", "config/.env", ".env.local", ".aws/credentials", ".ssh/id_rsa", "keys/id_ed25519", "service_account.json"],
)
def test_firing_dockerfiles(source: str) -> None:
    text = f"{AWS}COPY app.py {source} ./\n"
    assert shown(lint(text, RULE), text) == [Found("warning", f"2: {source}")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("PORT=8080\nAPI_URL=https://api.example.com/v1\n", id="no secrets"),
        pytest.param(
            "PASSWORD=changeme-please\nTOKEN=<your-token>\nAPI_KEY=xxxxxxxxxxxx\nSECRET=\n", id="placeholders"
        ),
        pytest.param("DB_PASSWORD=${DB_PASSWORD}\nSECRET_NAME=prod/database\n", id="references"),
        pytest.param(f"# TOKEN={SECRET}\n", id="a comment"),
    ],
)
def test_a_harmless_file_in_an_image(content: str) -> None:
    assert found(RULE, python({"/function/.env": content})) == []


@pytest.mark.parametrize("line", [f"DB_PASSWORD={SECRET}", f'export API_TOKEN = "{SECRET}"', f"\tSecretKey='{SECRET}'"])
def test_a_secret_in_an_image_is_named_and_not_shown(line: str) -> None:
    ((severity, message, place),) = found(RULE, python({"/function/.env": f"A=1\n{line}\n"}))
    assert (severity, place) == ("warning", "/function/.env")
    assert message.startswith("/function/.env holds a value for ")
    assert SECRET not in message


def test_keys_in_the_home_directory_of_an_image() -> None:
    key = "-----BEGIN " + "OPENSSH PRIVATE KEY-----\n"
    files = {"/root/.aws/credentials": f"[default]\naws_secret_access_key = {SECRET}\n", "/root/.ssh/id_rsa": key}
    assert found(RULE, python(files)) == [
        (
            "warning",
            "/root/.aws/credentials holds a value for aws_secret_access_key, and is in the image",
            "/root/.aws/credentials",
        ),
        ("warning", "/root/.ssh/id_rsa holds a private key, and is in the image", "/root/.ssh/id_rsa"),
    ]


def test_files_of_packages_are_examples() -> None:
    path = "/function/node_modules/dotenv/tests/.env"
    assert found(RULE, python({path: f"TOKEN={SECRET}\n"})) == []


@pytest.mark.parametrize(
    "what",
    [directory(), symlink("/function"), symlink("nothing"), symlink(".env"), fifo(), device()],
    ids=["a virtual environment", "a link to a folder", "a link to nothing", "a loop", "a pipe", "a device"],
)
def test_what_only_has_the_name_is_no_file_of_secrets(what: Node) -> None:
    assert found(RULE, python({"/function/.env": what})) == []
