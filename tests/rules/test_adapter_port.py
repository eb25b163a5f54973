"""`adapter-port` on Dockerfiles and on images."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import ADAPTER, program

RULE = "adapter-port"
COPY = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
ADAPTED = f"FROM python:3.13\n{COPY}"

SILENT = {
    "no adapter": 'FROM nginx:1\nENV PORT=80\nCMD ["serve", "--port", "80"]\n',
    "the adapter in another stage": f"{ADAPTED}ENV PORT=80\nFROM nginx:1\nENV PORT=80\n",
    "an ordinary port": f'{ADAPTED}ENV PORT=8000\nCMD ["uvicorn", "--port", "8000", "app:app"]\n',
    "PORT where AWS_LWA_PORT counts": f"{ADAPTED}ENV PORT=80 AWS_LWA_PORT=8080\n",
    "no number": f"{ADAPTED}ENV PORT=http\n",
    "not known": f"{ADAPTED}ARG PORT\nENV PORT=$PORT\n",
    "any free port": f"{ADAPTED}ENV PORT=0\n",
    "EXPOSE says nothing to Lambda": f"{ADAPTED}EXPOSE 80\n",
    "another option": f'{ADAPTED}CMD ["serve", "--workers", "80", "-p", "8080"]\n',
    "the port that the adapter waits for when nobody says": f'{ADAPTED}CMD ["x", "--port", "8080"]\n',
    "another port, on a base that may name it": f'FROM acme/web:1\n{COPY}CMD ["x", "--port", "8000"]\n',
    "another port, and the adapter's is not known": f'{ADAPTED}ARG P\nENV PORT=$P\nCMD ["x", "--port", "8000"]\n',
    "another port, and the adapter asks elsewhere": (
        f'{ADAPTED}ENV AWS_LWA_READINESS_CHECK_PORT=8000\nCMD ["x", "--port", "8000"]\n'
    ),
    "a server beside the one that the adapter asks": f"{ADAPTED}CMD uvicorn --port 8000 app:app & exec python web.py\n",
    "a server before it": f"{ADAPTED}CMD redis-server --port 6379 --daemonize yes && gunicorn -c web.py app:app\n",
    "two ports of one server": f'{ADAPTED}CMD ["gunicorn", "-b", ":8000", "-b", ":8080", "app:app"]\n',
    "another port behind a proxy": (
        f'{ADAPTED}RUN apt-get install -y nginx\nENTRYPOINT ["/start.sh"]\nCMD ["gunicorn", "-b", ":8000", "app:app"]\n'
    ),
    "a URL with a port": f"{ADAPTED}ENV ASPNETCORE_URLS=http://+:8080\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "for the adapter": ("ENV AWS_LWA_PORT=80", "error"),
    "for the server": ("ENV PORT=443", "error"),
    "of the Runtime API": ("ENV PORT=9001", "warning"),
    "of Lambda Insights": ("ENV PORT=3000", "note"),
    "of ASP.NET in a URL": ("ENV ASPNETCORE_URLS=http://+:80/", "error"),
    "of ASP.NET as a number": ("ENV ASPNETCORE_HTTP_PORTS=80", "error"),
    "in an option": ('CMD ["uvicorn", "app:app", "--port", "80"]', "error"),
    "in an option with an address": ('CMD ["gunicorn", "--bind=0.0.0.0:80", "app:app"]', "error"),
    "in shell form": ("CMD exec gunicorn -b :80 app:app", "error"),
    "not the adapter's": ('CMD ["uvicorn", "app:app", "--port", "8000"]', "warning"),
    "not the adapter's, after something else": ("CMD python manage.py migrate && gunicorn -b :8000 app", "warning"),
    "in ENTRYPOINT": ('ENTRYPOINT ["serve", "-p", "80"]', "error"),
}


@pytest.mark.parametrize(("line", "severity"), FIRING.values(), ids=FIRING)
def test_firing(line: str, severity: str) -> None:
    text = f"{ADAPTED}{line}\n"
    assert shown(lint(text, RULE), text) == [Found(severity, f"3: {line.removeprefix('ENV ')}")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ENV PORT=80", "PORT asks for port 80, and on Lambda nobody may listen below 1024"),
        ("ENV PORT=9001", "PORT asks for port 9001, which belongs to the Runtime API"),
        ("CMD x -b :8000", "CMD (-b :8000) lets the server listen on 8000, and the Web Adapter waits for 8080"),
        ('CMD ["x", "-p", "80"]', "CMD (-p 80) asks for port 80, and on Lambda nobody may listen below 1024"),
    ],
)
def test_the_message_tells_who_asks(line: str, message: str) -> None:
    (finding,) = lint(f"{ADAPTED}{line}\n", RULE)
    assert finding.problem.message == message


IMAGES: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "without the adapter": ({"env": {"PORT": "80"}}, []),
    "with it": ({"files": {"/opt/extensions/lambda-adapter": program(ADAPTER)}, "env": {"PORT": "8080"}}, []),
    "with it and a low port": (
        {"files": {"/opt/extensions/lambda-adapter": program(ADAPTER)}, "env": {"PORT": "80"}},
        [Found("error", "config.Env[PORT]")],
    ),
    "with it and a server on another port": (
        {
            "files": {"/opt/extensions/x": program(ADAPTER)},
            "command": ["serve", "--port=8000"],
            "env": {"AWS_LWA_PORT": "9000"},
        },
        [Found("warning", "config.Cmd")],
    ),
    "with it and a server behind a proxy": (
        {
            "files": {"/opt/extensions/x": program(ADAPTER), "/usr/sbin/nginx": program()},
            "command": ["serve", "--port=8000"],
        },
        [],
    ),
    "with it and a low port in the command": (
        {"files": {"/opt/extensions/x": program(ADAPTER)}, "command": ["/bin/sh", "-c", "serve --port 80"]},
        [Found("error", "config.Cmd")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(description: dict[str, Any], expected: list[Found]) -> None:
    assert shown(lint_image(image(**description), RULE)) == expected


NGINX = f"FROM nginx:1.29-alpine\n{COPY}"
SET_UP = {
    "another image": f"FROM nginxinc/nginx-unprivileged:1.29\n{COPY}COPY site/ /usr/share/nginx/html/\n",
    "an image without Apache": f"FROM php:8.4-fpm\n{COPY}COPY site/ /var/www/html/\n",
    "all settings": f"{NGINX}COPY nginx.conf /etc/nginx/nginx.conf\n",
    "a site's settings": f"{NGINX}COPY default.conf /etc/nginx/conf.d/\n",
    "settings in the working directory": f"{NGINX}WORKDIR /etc/nginx\nCOPY nginx.conf ./\n",
    "a folder above": f"{NGINX}COPY rootfs/ /\n",
    "an unknown folder": f"{NGINX}ARG TO\nCOPY nginx.conf $TO\n",
    "settings that are changed": f"{NGINX}RUN sed -i s/80/8080/ /etc/nginx/conf.d/default.conf\n",
    "a script at the start": f"{NGINX}COPY port.envsh /docker-entrypoint.d/\n",
    "a command": f'{NGINX}COPY my.conf /srv/\nCMD ["nginx", "-c", "/srv/my.conf", "-g", "daemon off;"]\n',
    "Apache's ports": f"FROM php:8.4-apache\n{COPY}RUN sed -i 's/Listen 80/Listen 8080/' /etc/apache2/ports.conf\n",
    "a script that a RUN starts": f"{NGINX}COPY setup.sh /tmp/\nRUN sh /tmp/setup.sh\n",
    "a program that a RUN starts": f"{NGINX}WORKDIR /setup\nCOPY setup/ .\nRUN ./prepare && rm -r /setup\n",
    "a build tool": f"{NGINX}COPY . /src\nRUN make -C /src install\n",
    "for the stages that are built from this one": (
        f"FROM nginx:1.29 AS web\nONBUILD COPY nginx.conf /etc/nginx/nginx.conf\nFROM web\n{COPY}"
    ),
    "templates in another folder": f"{NGINX}COPY site/ /site/\nENV NGINX_ENVSUBST_TEMPLATE_DIR=/site\n",
    "another folder of settings": f"FROM php:8.4-apache\n{COPY}COPY . /srv\nENV APACHE_CONFDIR=/srv/apache\n",
    "an entry script of its own": f"FROM php:8.4-apache\n{COPY}COPY docker-php-entrypoint /usr/local/bin/\n",
    "another program that starts it": f"FROM httpd:2.4\n{COPY}COPY httpd-foreground /usr/local/bin/\n",
    "a folder of programs": f"FROM httpd:2.4\n{COPY}COPY docker/bin/ /usr/local/bin/\n",
    "a base of one's own": f"FROM acme/nginx:1\n{COPY}",
    "no adapter": "FROM nginx:1.29\nCOPY site/ /usr/share/nginx/html/\n",
}


@pytest.mark.parametrize("text", SET_UP.values(), ids=SET_UP)
def test_a_server_with_settings_of_its_own(text: str) -> None:
    assert lint(text, RULE) == ()


@pytest.mark.parametrize(
    ("base", "site"),
    [
        ("nginx:1.29-alpine", "/usr/share/nginx/html/"),
        ("public.ecr.aws/docker/library/nginx:1.29", "/usr/share/nginx/html"),
        ("httpd:2.4", "/usr/local/apache2/htdocs/"),
        ("php:8.4-apache", "/var/www/html/"),
    ],
)
def test_a_server_as_its_image_sets_it_up(base: str, site: str) -> None:
    text = f"FROM {base} AS web\nRUN apk add curl\nFROM web\n{COPY}WORKDIR {site}\nCOPY site/ {site}\nCOPY x .\n"
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("error", f"1: {base}")]
    server = "nginx" if "nginx" in base else "Apache"
    assert finding.problem.message == f"{server} listens on port 80 here, and on Lambda nobody may listen below 1024"


@pytest.mark.parametrize(
    ("base", "command", "told"),
    [
        ("nginx:1.29", '["nginx", "-g", "daemon off;"]', True),
        ("nginx:1.29", "nginx -g 'daemon off;'", True),
        ("nginx:1.29", '["nginx", "-g", "daemon off;", "-c", "/srv/nginx.conf"]', False),
        ("php:8.4-apache", '["apache2-foreground"]', True),
        ("httpd:2.4", '["httpd-foreground"]', True),
        ("httpd:2.4", '["httpd-foreground", "-C", "Listen 8080"]', False),
        ("php:8.4-apache", '["php", "-S", "0.0.0.0:8080"]', False),
    ],
)
def test_the_images_own_command_written_out(base: str, command: str, told: bool) -> None:
    text = f"FROM {base}\n{COPY}COPY site/ /srv/\nCMD {command}\n"
    assert shown(lint(text, RULE), text) == [Found("error", f"1: {base}")] * told


def test_a_build_that_changes_no_settings() -> None:
    text = (
        f"FROM php:8.4-apache\n{COPY}RUN apt-get update && apt-get install -y git && docker-php-ext-install intl\n"
        "COPY --from=composer:2 /usr/bin/composer /usr/local/bin/\nCOPY site/ /var/www/html/\n"
        "RUN chown -R www-data /var/www && rm -r /var/www/html/cache\n"
    )
    assert shown(lint(text, RULE), text) == [Found("error", "1: php:8.4-apache")]


def test_one_finding_where_a_variable_names_the_port_as_well() -> None:
    text = f"{NGINX}ENV AWS_LWA_PORT=80\n"
    assert shown(lint(text, RULE), text) == [Found("error", "3: AWS_LWA_PORT=80")]
    assert len(lint(f"{NGINX}ENV AWS_LWA_PORT=3000\n", RULE)) == 2
