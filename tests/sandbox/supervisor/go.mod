module lambda-lint/sandbox/supervisor

go 1.19
