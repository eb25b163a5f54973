"""A login to a private registry of Amazon ECR, made with the AWS credentials of the environment.

The AWS SDK finds those itself, wherever the `aws` command would. It is an optional dependency.
"""

from __future__ import annotations

import base64

from lambda_lint.errors import SourceError, printable
from lambda_lint.lazy import regex
from lambda_lint.sources.credentials import Login

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html (2026-11-23). A login is shown to hosts of
# AWS only, so the ends of their names are those of the partitions of AWS, no others.
_HOST = regex(
    r"[0-9]{12}\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)"
)
_REMEDY = "set its credentials up or renew them, as with `aws configure` or `aws sso login`"
_CONNECT_PATIENCE = 10
_READ_PATIENCE = 30


def is_ecr(host: str) -> bool:
    """Whether this is a private registry of Amazon ECR."""
    return _HOST.fullmatch(host) is not None


def ecr_command(host: str) -> str:
    """The command that logs Docker in to a registry of Amazon ECR, for twelve hours."""
    match = _HOST.fullmatch(host)
    region = f" --region {match[2]}" if match else ""
    return f"aws ecr get-login-password{region} | docker login --username AWS --password-stdin {host}"


def ecr_login(host: str) -> Login:
    """Asks AWS for a login. Raises SourceError, saying what to do, when that cannot be had."""
    match = _HOST.fullmatch(host)
    if match is None:
        raise SourceError(f"{printable(host)} is no registry of Amazon ECR")
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise SourceError(
            f"log in with `{ecr_command(host)}`, or let lambda-lint do it: pip install 'lambda-lint[aws]'"
        ) from error
    settings = Config(
        connect_timeout=_CONNECT_PATIENCE,
        read_timeout=_READ_PATIENCE,
        retries={"total_max_attempts": 2},
        use_fips_endpoint=match[1] is not None,
    )
    try:
        client = boto3.Session().client("ecr", region_name=match[2], config=settings)
        answer = client.get_authorization_token()
        token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
    except ClientError as error:
        said = error.response.get("Error", {})
        raise SourceError(
            f"AWS gives no login to ECR ({printable(str(said.get('Code', '')))}: "
            f"{printable(str(said.get('Message', '')))}); {_REMEDY}"
        ) from error
    except BotoCoreError as error:
        raise SourceError(f"AWS gives no login to ECR ({printable(str(error))}); {_REMEDY}") from error
    except (LookupError, ValueError, TypeError) as error:
        raise SourceError("AWS gives a login to ECR that is none") from error
    user, _, secret = token.partition(":")
    return Login(user, secret, source="AWS")
