"""From targets and settings to a report, with the real rules on real files."""

import json
from datetime import date
from pathlib import Path

import pytest
from support.images import layout

from lambda_lint import session
from lambda_lint.errors import UsageError
from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.report import Report, SubjectKind, exit_status
from lambda_lint.rule import Severity
from lambda_lint.session import Options

AWS = "FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py ${LAMBDA_TASK_ROOT}/\n"
GOOD = AWS + 'CMD ["app.handler"]\n'
BAD = AWS + "CMD app.handler\n"
NO_FUNCTION = 'FROM debian:12\nCMD ["true"]\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with nothing in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        name = name.replace("__", "/").replace("_lint", "-lint")
        path = folder / name.replace("_toml", ".toml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(*targets: str, **options: object) -> Report:
    environ = {"DOCKER_HOST": "unix:///nowhere", "HTTPS_PROXY": "http://127.0.0.1:9"}
    return session.run(targets, Options(folder=Path.cwd(), environ=environ, **options))


def found(report: Report) -> list[tuple[str, list[str]]]:
    return [(target.target, [finding.rule.name for finding in target.findings]) for target in report.targets]


def test_targets_are_linted_in_their_order_each_once(here: Path):
    write(here, good=GOOD, bad=BAD)
    assert found(run("bad", "good", "bad")) == [("bad", ["shell-form-command"]), ("good", [])]


def test_one_dockerfile_that_cannot_be_read_does_not_hide_the_others_of_its_folder(here: Path):
    write(here, a__Dockerfile=BAD)
    Path("b").mkdir()
    Path("b/Dockerfile").symlink_to("gone")
    report = run(".")
    assert [(target.target, [f.message for f in target.failures]) for target in report.targets] == [
        ("a/Dockerfile", []),
        ("b/Dockerfile", ["b/Dockerfile: no such file or directory"]),
    ]
    assert found(report)[0] == ("a/Dockerfile", ["shell-form-command"])


@pytest.mark.parametrize("text", ["FORM debian:12\n", "", "{{ base }}\n"], ids=["typo", "empty", "template"])
def test_a_dockerfile_that_does_not_parse_is_a_finding_and_not_a_failure(here: Path, text: str):
    write(here, Dockerfile=text)
    report = run("Dockerfile")
    assert found(report) == [("Dockerfile", ["syntax-error"])]
    assert exit_status(report) == 1


def test_a_folder_is_linted_without_what_builds_no_function(here: Path):
    write(here, a__Dockerfile=BAD, b__Dockerfile=NO_FUNCTION)
    report = run(".")
    assert [(target.target, bool(target.skipped)) for target in report.targets] == [
        ("a/Dockerfile", False),
        ("b/Dockerfile", True),
    ]
    assert found(report)[0] == ("a/Dockerfile", ["shell-form-command"])


@pytest.mark.parametrize(
    ("options", "skipped"),
    [
        pytest.param({}, [False, True], id="named ones are linted, those in a folder are not"),
        pytest.param({"functions_only": True}, [True, True], id="functions only"),
        pytest.param({"lint_all": True}, [False, False], id="all"),
    ],
)
def test_what_builds_no_function_is_skipped(here: Path, options: dict[str, bool], skipped: list[bool]):
    write(here, Dockerfile=NO_FUNCTION, sub__Dockerfile=NO_FUNCTION)
    assert [bool(target.skipped) for target in run("Dockerfile", "sub", **options).targets] == skipped


def test_what_cannot_be_read_stops_nothing_else_and_wins(here: Path):
    write(here, bad=BAD)
    report = run("gone.tar", "bad", "oci:nothing")
    assert [(target.kind, len(target.failures)) for target in report.targets] == [
        (None, 1),
        (SubjectKind.DOCKERFILE, 0),
        (None, 1),
    ]
    assert found(report)[1] == ("bad", ["shell-form-command"])
    assert exit_status(report) == 3


def test_a_bug_in_one_target_stops_nothing_else(here: Path, monkeypatch: pytest.MonkeyPatch):
    def parse(data: bytes, path: str) -> object:
        if path == "bad":
            raise RuntimeError("a bug")
        return original(data, path)

    original = session.parse
    monkeypatch.setattr(session, "parse", parse)
    write(here, good=GOOD, bad=BAD)
    report = run("bad", "good")
    line = parse.__code__.co_firstlineno + 2
    assert [failure.message for failure in report.failures] == [
        f"bad: lambda-lint crashed with RuntimeError: a bug (test_session.py, line {line})"
    ]
    assert [target.kind for target in report.targets] == [SubjectKind.DOCKERFILE] * 2


def test_an_image_is_linted_and_its_facts_are_told(here: Path):
    layout(here / "image", {"/app": ""}, entrypoint=["/app"], command=["x"], workdir="/srv", architecture="arm64")
    (target,) = run("oci:image", select=("unsupported-architecture", "image-too-large"), architecture="amd64").targets
    assert target.kind is SubjectKind.IMAGE
    assert [(finding.rule.name, finding.evidence) for finding in target.findings] == [
        ("unsupported-architecture", '"arm64"')
    ]
    told = ("os", "architecture", "entrypoint", "command", "workdir")
    assert [target.facts[key] for key in told] == ["linux", "arm64", ["/app"], ["x"], "/srv"]
    assert target.facts["uncompressed_size"] == sum(layer["size"] for layer in target.facts["layers"])


def test_each_target_has_the_settings_nearest_to_it(here: Path):
    write(
        here,
        lambda_lint_toml='ignore = ["shell-form-command"]',
        a__Dockerfile=BAD,
        b__Dockerfile=BAD,
        b__lambda_lint_toml='fail-on = "never"',
    )
    report = run(".")
    assert found(report) == [("a/Dockerfile", []), ("b/Dockerfile", ["shell-form-command"])]
    assert [target.fail_on for target in report.targets] == [Severity.ERROR, None]
    assert [Path(target.settings).relative_to(here).as_posix() for target in report.targets] == [
        "lambda-lint.toml",
        "b/lambda-lint.toml",
    ]
    assert exit_status(report) == 0


def test_one_file_can_be_given_for_all_targets(here: Path):
    write(here, Dockerfile=BAD, lambda_lint_toml='fail-on = "never"', other_toml='fail-on = "note"')
    report = run("Dockerfile", config=here / "other.toml")
    assert [target.fail_on for target in report.targets] == [Severity.NOTE]


def test_options_win_over_settings_and_ignored_rules_add_up(here: Path):
    write(
        here, Dockerfile=BAD, lambda_lint_toml='select = ["image-index"]\nignore = ["fips-endpoint"]\nfail-on = "never"'
    )
    report = run(
        "Dockerfile", select=("shell-form-command", "fips-endpoint", "unsupported-os"), ignore=("unsupported-os",)
    )
    assert [rule.name for rule in report.rules] == ["syntax-error", "shell-form-command"]
    assert exit_status(run("Dockerfile", select=("shell-form-command",), fail_on="error")) == 1


def test_rules_that_are_off_by_default_run_where_settings_or_options_ask(here: Path):
    write(here, Dockerfile=f"{AWS}USER app\nCMD ['app.handler']\n".replace("'", '"'))
    assert found(run("Dockerfile")) == [("Dockerfile", [])]
    assert found(run("Dockerfile", extend_select=("ignored-user",))) == [("Dockerfile", ["ignored-user"])]
    write(here, lambda_lint_toml='extend-select = ["ignored-user"]')
    assert found(run("Dockerfile")) == [("Dockerfile", ["ignored-user"])]


def test_what_the_function_sets_reaches_the_rules(here: Path):
    write(here, Dockerfile=AWS, lambda_lint_toml="[function]\ncommand = ['app.handler']\n")
    assert found(run("Dockerfile")) == [("Dockerfile", [])]
    assert found(run("Dockerfile", command=(), today=date(2026, 11, 23)))[0][1] != []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"select": ("shell-form",)}, r"^--select: unknown rule 'shell-form'; did you mean", id="select"),
        pytest.param({"extend_select": ("nope",)}, r"^--extend-select: unknown rule 'nope'", id="extend-select"),
        pytest.param({"ignore": ("nope",)}, r"^--ignore: unknown rule 'nope'", id="ignore"),
    ],
)
def test_an_unknown_rule_is_a_usage_error(here: Path, options: dict[str, tuple[str, ...]], message: str):
    write(here, Dockerfile=GOOD)
    with pytest.raises(UsageError, match=message):
        run("Dockerfile", **options)


def test_an_unknown_rule_in_a_file_names_the_file(here: Path):
    write(here, Dockerfile=GOOD, lambda_lint_toml='ignore = ["shell-form"]')
    with pytest.raises(UsageError, match=r"lambda-lint\.toml: unknown rule 'shell-form'; did you mean"):
        run("Dockerfile")


def test_features_of_the_function_reach_the_rules(here: Path):
    write(here, Dockerfile='FROM python:3.13\nENTRYPOINT ["python"]\n')
    assert found(run("Dockerfile", select=("unfit-for-managed-instances",))) == [("Dockerfile", [])]
    write(here, lambda_lint_toml='[function]\nfeatures = ["managed-instances"]')
    report = run("Dockerfile", select=("unfit-for-managed-instances",))
    assert found(report) == [("Dockerfile", ["unfit-for-managed-instances"])]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            '[function]\nfeatures = ["snap-start"]',
            r"lambda-lint\.toml: function.features: unknown feature 'snap-start'; did you mean 'snapstart'\? "
            r"\(there are managed-instances, snapstart\)",
            id="misspelt",
        ),
        pytest.param(
            "[function]\nfeatures = [1]", "function.features must be a list of feature names, not 1$", id="no name"
        ),
    ],
)
def test_an_unknown_feature_names_the_file(here: Path, settings: str, message: str):
    write(here, Dockerfile=GOOD, lambda_lint_toml=settings)
    with pytest.raises(UsageError, match=message):
        run("Dockerfile")


def test_known_rules_are_those_of_the_packs_whatever_is_selected(here: Path):
    write(here, lambda_lint_toml='select = ["image-index"]\nignore = ["syntax-error"]')
    names = [rule.name for rule in session.known_rules(Options(folder=here, select=("fips-endpoint",)))]
    assert names == sorted(names)
    assert {"syntax-error", "image-index", "fips-endpoint", "shell-form-command"} <= set(names)


def test_a_dockerfile_that_does_not_parse_is_a_finding(here: Path):
    write(here, Dockerfile="FROM public.ecr.aws/lambda/python:3.13\nCOPI a b\n")
    report = run("Dockerfile", select=("shell-form-command",))
    assert found(report) == [("Dockerfile", ["syntax-error"])]
    assert exit_status(report) == 1


def test_a_comment_in_a_dockerfile_lets_its_finding_off_and_the_run_with_it(here: Path):
    write(here, Dockerfile=AWS + "# lambda-lint: ignore[shell-form-command] a test of the tests\nCMD app.handler\n")
    (target,) = run("Dockerfile").targets
    assert [(item.finding.rule.name, item.reason) for item in target.suppressed] == [
        ("shell-form-command", "a test of the tests")
    ]
    assert target.findings == ()
    assert exit_status(run("Dockerfile", fail_on="note")) == 0


def test_ignores_are_looked_at_only_for_rules_that_ran(here: Path):
    text = "# lambda-lint: ignore-file[shell-form-command]\n# lambda-lint: ignore-file[nope] x\n" + GOOD
    write(here, Dockerfile=text)
    everything = ["ignore-without-reason", "unused-ignore", "bad-ignore"]
    assert found(run("Dockerfile")) == [("Dockerfile", everything)]
    assert found(run("Dockerfile", ignore=("shell-form-command",))) == [
        ("Dockerfile", ["ignore-without-reason", "bad-ignore"])
    ]
    assert found(run("Dockerfile", select=("shell-form-command",))) == [("Dockerfile", [])]
    assert found(run("Dockerfile", select=("unused-ignore", "shell-form-command"))) == [
        ("Dockerfile", ["unused-ignore"])
    ]


def entry(rule: str, **more: str) -> str:
    return "[[ignores]]\n" + "".join(f"{key} = {value!r}\n" for key, value in {"rule": rule, **more}.items())


def two_images(here: Path) -> tuple[str, str]:
    """One that is for another architecture, and one that is not."""
    layout(here / "arm", {"/app": ""}, entrypoint=["/app"], architecture="arm64")
    layout(here / "amd", {"/app": ""}, entrypoint=["/app"], architecture="amd64")
    return "oci:arm", "oci:amd"


def test_an_entry_of_the_settings_is_for_images(here: Path):
    used, other = "unsupported-architecture", "unsupported-os"
    write(here, lambda_lint_toml=entry(used, reason="one function each") + entry(other, reason="why not"))
    options = {"architecture": "amd64", "select": (used, other, "unused-ignore")}
    report = run(*two_images(here), **options)
    assert found(report) == [("oci:arm", ["unused-ignore"]), ("oci:amd", [])]
    assert [item.finding.rule.name for item in report.suppressed] == [used]
    assert report.findings[0].problem.location == SourceLocation(
        "lambda-lint.toml", Region(Position(5, 1), Position(5, 24))
    )
    assert report.findings[0].problem.fix == "remove the entry from lambda-lint.toml"


def test_an_entry_is_not_unused_while_an_image_is_not_read_or_none_is_there(here: Path):
    write(here, lambda_lint_toml=entry("image-too-large", reason="x"), Dockerfile=GOOD)
    arm, _ = two_images(here)
    assert found(run("Dockerfile")) == [("Dockerfile", [])]
    assert found(run(arm, select=("image-too-large", "unused-ignore"))) == [(arm, ["unused-ignore"])]
    layer = max((here / "arm/blobs/sha256").iterdir(), key=lambda path: path.read_bytes()[:2] == b"\x1f\x8b")
    layer.unlink()
    report = run(arm, select=("image-too-large", "unused-ignore"))
    assert (found(report), exit_status(report)) == ([(arm, [])], 3)


def test_an_entry_of_the_settings_is_for_dockerfiles_too(here: Path):
    rule = "shell-form-command"
    write(
        here,
        a__Dockerfile=BAD,
        Dockerfile=BAD,
        lambda_lint_toml=entry(rule, path="a/Dockerfile", reason="why")
        + entry("missing-command", path="a/Dockerfile", reason="why not")
        + entry(rule, path="b/Dockerfile", expires="2026-11-22"),
    )
    report = run("a/Dockerfile", "Dockerfile", today=date(2026, 11, 23))
    assert found(report) == [
        ("a/Dockerfile", ["unused-ignore", "expired-ignore", "ignore-without-reason"]),
        ("Dockerfile", [rule]),
    ]
    assert [(item.finding.rule.name, item.reason) for item in report.suppressed] == [(rule, "why")]


def test_an_entry_that_has_expired_suppresses_nothing(here: Path):
    rule = "unsupported-architecture"
    write(here, lambda_lint_toml=entry(rule, reason="later", expires="2026-11-22"))
    arm, _ = two_images(here)
    options = {"architecture": "amd64", "select": (rule, "expired-ignore", "unused-ignore")}
    assert found(run(arm, today=date(2026, 11, 22), **options)) == [(arm, [])]
    assert found(run(arm, today=date(2026, 11, 23), **options)) == [(arm, [rule, "expired-ignore"])]


def test_the_settings_say_how_grave_a_rule_is(here: Path):
    write(
        here,
        Dockerfile="# lambda-lint: ignore[nope] x\n" + BAD,
        lambda_lint_toml='severity = {shell-form-command = "note", bad-ignore = "error"}',
    )
    report = run("Dockerfile")
    assert [(finding.rule.name, finding.severity) for finding in report.findings] == [
        ("bad-ignore", Severity.ERROR),
        ("shell-form-command", Severity.NOTE),
    ]
    assert exit_status(report) == 1
    assert exit_status(run("Dockerfile", ignore=("bad-ignore",))) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            '[[ignores]]\nrule = "image-index"\n[[ignores]]\nrule = "shell-form"',
            r"lambda-lint\.toml: ignores\[1\]\.rule: unknown rule 'shell-form'; did you mean",
            id="ignores",
        ),
        pytest.param(
            '[severity]\nimage-indx = "note"',
            r"lambda-lint\.toml: severity: unknown rule 'image-indx'; did you mean 'image-index'",
            id="severity",
        ),
    ],
)
def test_an_unknown_rule_is_told_with_its_place(here: Path, text: str, message: str):
    write(here, Dockerfile=GOOD, lambda_lint_toml=text)
    with pytest.raises(UsageError, match=message):
        run("Dockerfile")


POLICY = '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}}'


def test_a_policy_is_a_target_like_any_other(here: Path):
    write(here, policy_json=POLICY)
    report = run("policy.json")
    (target,) = report.targets
    assert (target.kind, target.facts, target.source) == (
        SubjectKind.JSON,
        {"json_kind": "ECR repository policy"},
        POLICY,
    )
    assert found(report) == [("policy.json", ["missing-pull-permission", "denied-pull"])]
    assert exit_status(report) == 1


def test_what_the_settings_say_of_the_function_reaches_the_rules_on_json_files(here: Path):
    arn = "arn:aws:lambda:us-east-1:111122223333:function:*"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "ecr:*",
        "Condition": {"ArnLike": {"aws:SourceArn": arn}},
    }
    write(here, policy_json=json.dumps({"Statement": statement}))
    assert found(run("policy.json")) == [("policy.json", [])]
    write(here, lambda_lint_toml='[function]\nregion = "eu-west-1"')
    assert found(run("policy.json")) == [("policy.json", ["missing-pull-permission"])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "x.json: no rule pack knows what this JSON file is"),
        ('{"Version": 1', "x.json: not valid JSON: Expecting ',' delimiter, line 1 column 14"),
        ("[" * 5000, "x.json: not valid JSON: "),
        (" " * (1 << 20) + " ", "x.json: larger than 1048576 bytes, that is no file of any use here"),
    ],
    ids=["none of ours", "broken", "deep", "large"],
)
def test_a_json_file_of_no_use_is_a_failure_and_never_green(here: Path, text: str, message: str):
    write(here, x_json=text)
    report = run("x.json")
    (failure,) = report.failures
    assert failure.message.startswith(message)
    assert exit_status(report) == 3
