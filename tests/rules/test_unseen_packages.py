"""`unseen-packages`: what a virtual environment holds is out of the sight of an AWS base image."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "unseen-packages"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
CMD = 'CMD ["app.handler"]\n'
LOCK = "COPY pyproject.toml poetry.lock ./\n"
SYNC = "RUN uv sync --frozen"

SILENT = {
    "pip": f"{AWS}RUN pip install -r requirements.txt\n{CMD}",
    "another base": f'FROM python:3.13\n{SYNC}\nENTRYPOINT ["python", "-m", "awslambdaric"]\n{CMD}',
    "another language": f"FROM public.ecr.aws/lambda/nodejs:24\n{SYNC}\n{CMD}",
    "PYTHONPATH": f"{AWS}ENV PYTHONPATH=/var/task/.venv/lib/python3.13/site-packages\n{SYNC}\n{CMD}",
    "another place, for the image": f"{AWS}ENV UV_PROJECT_ENVIRONMENT=/var/lang\n{SYNC}\n{CMD}",
    "another place, for the command": f"{AWS}RUN UV_PROJECT_ENVIRONMENT=/var/lang uv sync\n{CMD}",
    "the environment that is active": f"{AWS}{SYNC} --active\n{CMD}",
    "exported as well": f"{AWS}{SYNC} && uv export -o r.txt && uv pip install -r r.txt --target .\n{CMD}",
    "moved afterwards": f"{AWS}{SYNC} && cp -r .venv/lib/python3.13/site-packages/. .\n{CMD}",
    "an entrypoint of its own": f'{AWS}{SYNC}\nENTRYPOINT ["/var/task/.venv/bin/python", "-m", "awslambdaric"]\n{CMD}',
    "a script of its own": f"{AWS}COPY start.sh /lambda-entrypoint.sh\n{SYNC}\n{CMD}",
    "a wrapper": f"{AWS}ENV AWS_LAMBDA_EXEC_WRAPPER=/opt/wrap\n{SYNC}\n{CMD}",
    "only in another stage": f"{AWS.strip()} AS build\n{SYNC}\n{AWS}{CMD}",
    "only sometimes": f"{AWS}RUN if [ -f uv.lock ]; then uv sync; fi\n{CMD}",
    "poetry without environments": f"{AWS}{LOCK}RUN poetry config virtualenvs.create false && poetry install\n{CMD}",
    "poetry with a variable": f"{AWS}ENV POETRY_VIRTUALENVS_CREATE=false\n{LOCK}RUN poetry install\n{CMD}",
    "poetry with files that nobody knows": f"{AWS}COPY . .\nRUN poetry install\n{CMD}",
    "pipenv --system": f"{AWS}RUN pipenv install --system --deploy\n{CMD}",
    "a copy of the packages": f"{AWS}COPY --from=build /app/.venv/lib/python3.13/site-packages ./\n{CMD}",
    "a folder of the project": f"{AWS}COPY venv ./venv\n{CMD}",
    "a command that finds it, which another rule tells": f'{AWS}{SYNC}\nCMD ["uv", "run", "app.py"]\n',
    "pip --user for a tool of the build": f"{AWS}RUN pip install --user poetry\n{CMD}",
    "pip --user for what developing needs": f"{AWS}RUN pip install --user -r requirements-dev.txt\n{CMD}",
    "pip --user into a home that is moved": f"{AWS}ENV HOME=/var/task\nRUN pip install --user -r r.txt\n{CMD}",
    "pip --user with a copy": f"{AWS}RUN pip install --user -r r.txt && cp -r /root/.local/lib /opt\n{CMD}",
    "nothing to start": f"{AWS}{SYNC}\n",
    "the project installed as well": f"{AWS}{SYNC}\nCOPY src ./src\nRUN pip install -e .\n{CMD}",
    "the project installed before": f"{AWS}RUN python3.13 -m pip install --no-cache-dir '.[aws]' && uv sync\n{CMD}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "uv": (SYNC, "uv sync"),
    "uv with the project alone": ("RUN uv sync && pip install --no-deps .", "uv sync"),
    "uv with another package": ("RUN pip install ./uv.whl && uv sync", "uv sync"),
    "uv behind another command": ("RUN pip install uv && uv sync --no-dev", "uv sync"),
    "pipenv": ("RUN pipenv install --deploy", "pipenv install"),
    "an environment of another stage": ("COPY --from=build /app/.venv ./.venv", "COPY --from=build"),
}


@pytest.mark.parametrize(("instruction", "what"), FIRING.values(), ids=FIRING)
def test_firing(instruction: str, what: str) -> None:
    text = f'{AWS}ENV PATH="/var/task/.venv/bin:$PATH"\n{instruction}\n{CMD}'
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", f"3: {instruction}")]
    assert finding.problem.message.startswith(f"{what} brings a virtual environment")


def test_the_home_of_the_builds_user_is_not_the_one_on_lambda() -> None:
    text = f"{AWS}RUN pip3 install --user -r requirements.txt\n{CMD}"
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", "2: RUN pip3 install --user -r requirements.txt")]
    assert finding.problem.message.startswith("pip3 install --user fills the home of the build's user, and")
    assert finding.problem.fix == "leave --user out"


def test_poetry_installs_into_an_environment_unless_told_otherwise() -> None:
    text = f"{AWS}{LOCK}RUN poetry install --only main\n{CMD}"
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", "3: RUN poetry install --only main")]
    assert finding.problem.fix == "run `poetry config virtualenvs.create false` before"
