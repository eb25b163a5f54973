"""Programs that serve clients of their own, or nobody, and never ask Lambda for work, by the name they start with."""

from __future__ import annotations

_PYTHON = """
uvicorn gunicorn hypercorn daphne waitress waitress-serve flask fastapi uwsgi granian streamlit jupyter
jupyter-lab jupyter-notebook celery gradio bokeh panel mlflow airflow http
"""
_WEB = """
nginx httpd apache2 apache2ctl apache2-foreground httpd-foreground caddy lighttpd puma unicorn php-fpm
"""
_OTHER = """
haproxy traefik envoy varnishd redis-server memcached mongod mysqld postgres rabbitmq-server sshd crond cron
passenger rackup thin catalina.sh tail sleep cat echo ls true false yes top whoami date printenv pause
"""

PYTHON_SERVERS = frozenset(_PYTHON.split())
WEB_SERVERS = PYTHON_SERVERS | frozenset(_WEB.split())
SERVERS = WEB_SERVERS | frozenset(_OTHER.split())
