"""Environment variables that Lambda keeps for itself."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

_VARIABLES_PAGE = Source("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html", date(2026, 11, 23))

RUNTIME_API = "AWS_LAMBDA_RUNTIME_API"
EXEC_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
HANDLER_VARIABLE = "_HANDLER"

# The keys of the function's role, and the two names of its region: several of one kind are set together.
KEYS = Fact(
    frozenset({"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}), _VARIABLES_PAGE
)
REGIONS = Fact(frozenset({"AWS_DEFAULT_REGION", "AWS_REGION"}), _VARIABLES_PAGE)

RESERVED = Fact(
    frozenset(
        {
            *KEYS.value,
            *REGIONS.value,
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_MAX_CONCURRENCY",
            "AWS_LAMBDA_METADATA_API",
            "AWS_LAMBDA_METADATA_TOKEN",
            RUNTIME_API,
            HANDLER_VARIABLE,
            "_X_AMZN_TRACE_ID",
        }
    ),
    _VARIABLES_PAGE,
)

# Reserved too, and yet set by AWS's own images and by those who imitate them. Clients disagree on whose value counts:
# the emulator takes its own, and the .NET base image's start script says that an image may bring another.
DISPUTED = Fact({"LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime"}, _VARIABLES_PAGE)

# Read in the emulator, which is the public build of what starts functions: no other name that starts so gets through.
DROPPED_PREFIX = Fact("_", Source("https://github.com/aws/aws-lambda-runtime-interface-emulator", date(2026, 11, 23)))
