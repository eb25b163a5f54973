"""Who is speaking: the version and the home of lambda-lint."""

PROGRAM = "lambda-lint"
VERSION = "0.1.0"
REPOSITORY = "https://github.com/lambda-lint/lambda-lint"
