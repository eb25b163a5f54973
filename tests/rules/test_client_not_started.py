"""`client-not-started` on Dockerfiles and images."""

from __future__ import annotations

from support import programs
from support.images import image
from support.linting import Found, lint, lint_image, shown

RULE = "client-not-started"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"


def test_an_aws_base_that_starts_a_web_server_instead() -> None:
    text = AWS + 'ENTRYPOINT ["gunicorn", "app:app"]\n'
    assert shown(lint(text, RULE), text) == [Found("error", '2: ENTRYPOINT ["gunicorn", "app:app"]')]


def test_an_aws_base_that_starts_its_client_or_something_unknown_is_fine() -> None:
    assert lint(AWS + 'CMD ["app.handler"]\n', RULE) == ()
    assert lint(AWS + 'COPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n', RULE) == ()


def test_the_client_that_nothing_starts_is_named_with_its_place() -> None:
    files = {**programs.python(), **programs.awslambdaric(), "/app.py": "print('hello')\n"}
    (finding,) = lint_image(image(files=files, command=["python", "/app.py"]), RULE)
    assert finding.problem.message == "awslambdaric is in the image, but /app.py is started instead"
    ((why, place),) = finding.problem.related
    assert (why, getattr(place, "path", "")) == (
        "the runtime client",
        "/usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py",
    )


def test_an_adapter_outside_of_the_extensions_folder_is_told_where_to_go() -> None:
    files = {"/lambda-adapter": programs.program(programs.ADAPTER), "/usr/sbin/nginx": programs.program()}
    (finding,) = lint_image(image(files=files, command=["nginx"]), RULE)
    assert finding.problem.fix == "copy it to /opt/extensions/lambda-adapter, with mode 755"
