"""The logins of one run, looked for once: a helper may ask a person or another server, and AWS takes its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambda_lint.annotations import TypeVar
from lambda_lint.errors import SourceError
from lambda_lint.sources.credentials import Found, ask_helper, find_login
from lambda_lint.sources.ecr import ecr_login, is_ecr

R = TypeVar("R")


class Logins:
    """What the user's files, their helpers and AWS give, for any number of repositories."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._ask_helper = once(lambda name, key: ask_helper(name, key, environ))
        self._ask_aws = once(ecr_login)

    def find(self, host: str, repository: str) -> Found:
        """The login for a repository, or what went wrong in looking for it."""
        found = find_login(host, repository, self._environ, self._ask_helper)
        if found.login is not None or not is_ecr(host):
            return found
        try:
            return Found(self._ask_aws(host))
        except SourceError as error:
            return Found(None, (*found.troubles, str(error)))


def once(work: Callable[..., R]) -> Callable[..., R]:
    """`work`, done once for the same texts. A SourceError that it raises is an answer like any other."""
    answers: dict[tuple[str, ...], R | SourceError] = {}

    def answered(*texts: str) -> R:
        if texts not in answers:
            try:
                answers[texts] = work(*texts)
            except SourceError as error:
                answers[texts] = error
        answer = answers[texts]
        if isinstance(answer, SourceError):
            raise SourceError(str(answer)) from answer
        return answer

    return answered
