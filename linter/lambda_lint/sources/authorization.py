"""Proof of who asks: from the challenge of a registry to the header Authorization.

The protocol is that of distribution's token authentication
(https://distribution.github.io/distribution/spec/auth/token/ and .../auth/oauth/); else Basic (RFC 7617).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from threading import Lock
from urllib.parse import urlencode

from lambda_lint.annotations import Any
from lambda_lint.errors import SourceError, printable
from lambda_lint.sources.challenge import Challenge, parse_challenges
from lambda_lint.sources.connections import Answer, Connections, origin, status_text
from lambda_lint.sources.credentials import Found, Login
from lambda_lint.sources.ecr import ecr_command, is_ecr
from lambda_lint.sources.logins import Logins

_TOKEN_LIMIT = 1 << 20
_MESSAGE_LIMIT = 64 << 10
_CLIENT = "lambda-lint"


class Authorization:
    """What to send to one registry for one repository. It starts with nothing, and is shared between threads."""

    def __init__(self, host: str, repository: str, connections: Connections, logins: Logins) -> None:
        self._host = host
        self._repository = repository
        self._connections = connections
        self._logins = logins
        self._found: Found | None = None
        self._token = ""
        self._lock = Lock()
        self.header = ""

    def renew(self, answer: Answer, shown: str) -> bool:
        """Takes up the challenge of an answer to a request that showed this header. False when there is no way to.

        Raises SourceError when the login, or the lack of one, is not accepted.
        """
        with self._lock:
            if self.header != shown:
                return True  # another thread was here first
            challenges = parse_challenges(", ".join(answer.headers.getlist("WWW-Authenticate")))
            by_scheme = {challenge.scheme: challenge for challenge in reversed(challenges)}
            login = self._login()
            if login is not None and login.bearer:
                self.header = f"Bearer {login.bearer}"
            elif "bearer" in by_scheme:
                self.header = f"Bearer {self._new_token(by_scheme['bearer'], answer)}"
            elif "basic" in by_scheme and login is not None and login.secret:
                self.header = _basic(login)
            return self.header != shown

    def refusal(self, answer: Answer) -> SourceError:
        """Why a registry did not let us in, and what to do."""
        what = f"{self._host}/{self._repository}"
        login = self._login()
        told = self.told(answer)
        said = f" ({told})" if told else ""
        if login is not None:
            user = f"the login of {printable(login.user)}" if login.user else "the login"
            command = ecr_command(self._host) if is_ecr(self._host) else f"docker login {self._host}"
            return SourceError(
                f"{self._host} does not let {user} from {login.source} pull {self._repository}{said}; "
                f"check that it may, or log in again with `{command}`"
            )
        troubles = "".join(f"; {trouble}" for trouble in (self._found.troubles if self._found else ()))
        if is_ecr(self._host):
            return SourceError(f"{what} needs a login{said}{troubles}")
        return SourceError(
            f"there is no {what}, or it needs a login{said}; log in with `docker login {self._host}`{troubles}"
        )

    def told(self, answer: Answer) -> str:
        """What a server says of itself that is wrong, to be shown: one line, and nothing in it that is secret."""
        try:
            errors = json.loads(answer.document(_MESSAGE_LIMIT))["errors"]
            text = str(errors[0].get("message") or errors[0]["code"])
        except (SourceError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return ""
        login = self._found.login if self._found else None
        secrets = [self._token, *((_basic(login).partition(" ")[2], *login.secrets) if login else ())]
        return "" if any(secret and secret in text for secret in secrets) else printable(text)

    def _login(self) -> Login | None:
        if self._found is None:
            self._found = self._logins.find(self._host, self._repository)
        return self._found.login

    def _new_token(self, challenge: Challenge, refused: Answer) -> str:
        realm = challenge.parameters.get("realm", "")
        self._check_realm(realm, refused)
        login = self._login()
        query = [(name, challenge.parameters[name]) for name in ("service",) if name in challenge.parameters]
        scopes = challenge.parameters.get("scope", "").split() or [f"repository:{self._repository}:pull"]
        if login is not None and login.identity:
            form = [("grant_type", "refresh_token"), ("refresh_token", login.identity), ("client_id", _CLIENT)]
            body = urlencode([*form, *query, ("scope", " ".join(scopes))]).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = self._asked(realm, headers, body=body)
        else:
            basic = _basic(login) if login is not None else ""
            account = [("account", login.user)] if login is not None and login.user else []
            text = urlencode([*query, *(("scope", scope) for scope in scopes), *account])
            url = f"{realm}{'&' if '?' in realm else '?'}{text}"
            answer = self._asked(url, authorization=basic)
        return self._token_of(answer)

    def _asked(
        self, url: str, headers: Mapping[str, str] | None = None, authorization: str = "", body: bytes | None = None
    ) -> Answer:
        try:
            return self._connections.open(url, headers, authorization, body)
        except SourceError as error:
            raise SourceError(f"{self._host} wants a token, and {error}") from error

    def _check_realm(self, realm: str, refused: Answer) -> None:
        """A login goes where the registry sends us, as with every client; but never in the clear over a network."""
        try:
            server = origin(realm)
        except SourceError as error:
            raise SourceError(f"{self._host} wants a token, and names no server that gives one") from error
        if server.scheme != "https" and not (server.loopback and refused.origin.loopback):
            raise SourceError(f"{self._host} wants a login to be sent to {server} without TLS")

    def _token_of(self, answer: Answer) -> str:
        if answer.status in (400, 401, 403):
            raise self.refusal(answer)
        if answer.status != 200:
            answer.close()
            raise SourceError(
                f"{answer.origin}, which gives the tokens for {self._host}, answers {status_text(answer.status)}"
            )
        where = f"what {answer.origin} gives as a token for {self._host}"
        try:
            document: Any = json.loads(answer.document(_TOKEN_LIMIT))
            token = document.get("token") or document.get("access_token")
        except (ValueError, AttributeError, RecursionError) as error:
            raise SourceError(f"{where} is not a JSON object") from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise SourceError(f"{where} is none")
        self._token = token
        return token


def _basic(login: Login) -> str:
    return "Basic " + base64.b64encode(f"{login.user}:{login.secret}".encode()).decode()
