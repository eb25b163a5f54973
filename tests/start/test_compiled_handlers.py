"""Handlers of Java and .NET, seen in the sources and in where a build puts jars."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import Files, findings, write

JAVA = "FROM public.ecr.aws/lambda/java:21\n"
MAVEN = "FROM maven:3.9-eclipse-temurin-21 AS build\nWORKDIR /src\nCOPY pom.xml .\nCOPY src ./src\nRUN mvn package\n"
JAR = "COPY --from=build /src/target/*.jar "
DOTNET = "FROM public.ecr.aws/lambda/dotnet:10\n"
SDK = "FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build\nWORKDIR /src\nCOPY . .\nRUN dotnet publish -o /out\n"
APP = "src/main/java/shop/orders/App.java"
CODE = "package shop.orders;\n\npublic class App implements RequestHandler<Map<String, String>, String> {\n"
METHOD = "    public String handleRequest(Map<String, String> in, Context c) { return null; }\n}\n"
CALLED = 'CMD ["shop.orders.App::handleRequest"]'
CSHARP = "namespace Shop.Orders;\n\npublic class Function\n{\n    public string Handle(string input) => input;\n}\n"
MISPLACED = "AWS java 21 opens jars in /var/task/lib only, and this one is copied to"

CASES: dict[str, tuple[Files, list[str]]] = {
    "jar-beside-the-classes": (
        {"Dockerfile": MAVEN + JAVA + JAR + "${LAMBDA_TASK_ROOT}/\n" + CALLED, "pom.xml": "", APP: CODE + METHOD},
        [f"error handler-not-found 7: {MISPLACED} /var/task"],
    ),
    "jar-under-a-name-beside-the-classes": (
        {"Dockerfile": JAVA + "RUN dnf update -y\nCOPY target/app.jar /var/task/app.jar\n" + CALLED},
        [f"error handler-not-found 3: {MISPLACED} /var/task/app.jar"],
    ),
    "jar-beside-a-folder-of-others": (
        {"Dockerfile": MAVEN + JAVA + JAR + ".\nCOPY --from=build /src/target/lib/ ./lib/\n" + CALLED},
        [f"warning handler-not-found 7: {MISPLACED} /var/task"],
    ),
    "another-package": (
        {"Dockerfile": JAVA + 'COPY target/app.jar lib/\nCMD ["shop.App::handleRequest"]', APP: CODE + METHOD},
        [
            "warning handler-not-found 3: AWS java 21 is to call the class shop.App, "
            f"and App is in another package here {APP}"
        ],
    ),
    "no-such-class": (
        {"Dockerfile": JAVA + 'COPY target/app.jar lib/\nCMD ["shop.orders.Main::handleRequest"]', APP: CODE + METHOD},
        [
            "error handler-not-found 3: AWS java 21 is to call the class shop.orders.Main, "
            f"and the package shop.orders has no Main {APP}"
        ],
    ),
    "no-such-method": (
        {"Dockerfile": JAVA + 'COPY target/app.jar lib/\nCMD ["shop.orders.App::handle"]', APP: CODE + METHOD},
        [
            "error handler-not-found 3: AWS java 21 is to call handle of the class shop.orders.App, "
            f"which has no such method {APP}"
        ],
    ),
    "no-such-assembly": (
        {
            "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Orders::Shop.Orders.Function::Handle"]',
            "Shop.Orders.csproj": "<Project />",
            "Function.cs": CSHARP,
        },
        [
            "error handler-not-found 7: AWS dotnet 10 is to load Orders.dll, "
            "and no project here makes an assembly of that name Shop.Orders.csproj"
        ],
    ),
    "no-such-type": (
        {
            "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Shop.Orders::Shop.Orders.Entry::Handle"]',
            "Shop.Orders.csproj": "<Project />",
            "Function.cs": CSHARP,
        },
        [
            "error handler-not-found 7: AWS dotnet 10 is to call the class Shop.Orders.Entry, "
            "and no source here has a class Entry"
        ],
    ),
    "another-namespace": (
        {
            "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Shop.Orders::Orders.Function::Handle"]',
            "Shop.Orders.csproj": "<Project />",
            "Function.cs": CSHARP,
        },
        [
            "error handler-not-found 7: AWS dotnet 10 is to call the class Orders.Function, "
            "and Function is in another namespace here Function.cs"
        ],
    ),
    "no-such-method-of-a-type": (
        {
            "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Shop.Orders::Shop.Orders.Function::Run"]',
            "Shop.Orders.csproj": "<Project />",
            "Function.cs": CSHARP,
        },
        [
            "error handler-not-found 7: AWS dotnet 10 is to call Run of the class Shop.Orders.Function, "
            "which has no such method Function.cs"
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_sources_show(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, expected = CASES[name]
    write(tmp_path, {".git/HEAD": "", **files})
    assert findings(tmp_path, monkeypatch) == expected


LEFT_ALONE: dict[str, Files] = {
    "jars-in-lib": {"Dockerfile": MAVEN + JAVA + JAR + "${LAMBDA_TASK_ROOT}/lib/\n" + CALLED, APP: CODE + METHOD},
    "classes-and-jars": {
        "Dockerfile": JAVA + "COPY target/classes ${LAMBDA_TASK_ROOT}\nCOPY target/dependency/* ./lib/\n" + CALLED,
        APP: CODE + METHOD,
    },
    "jar-unpacked-afterwards": {
        "Dockerfile": JAVA + "COPY target/app.jar ./\nRUN jar -xf app.jar && rm app.jar\n" + CALLED,
    },
    "jar-unpacked-elsewhere": {
        "Dockerfile": JAVA + "COPY target/app.jar /build/\nRUN cd /var/task && jar -xf /build/app.jar\n" + CALLED,
    },
    "an-agent-beside-the-classes": {
        "Dockerfile": MAVEN + JAVA + JAR + "lib/\nCOPY tracing-agent.jar ./\n" + CALLED,
    },
    "options-of-java": {
        "Dockerfile": JAVA
        + "ENV JAVA_TOOL_OPTIONS=-Xbootclasspath/a:/var/task/app.jar\nCOPY target/app.jar ./\n"
        + CALLED,
    },
    "the-work-folder-is-lib": {
        "Dockerfile": MAVEN + JAVA + "WORKDIR ${LAMBDA_TASK_ROOT}/lib\n" + JAR + "./\nWORKDIR /var/task\n" + CALLED,
    },
    "a-class-of-a-framework": {
        "Dockerfile": JAVA
        + 'COPY target/app.jar lib/\nCMD ["io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"]',
        APP: CODE + METHOD,
    },
    "kotlin-in-any-file": {
        "Dockerfile": JAVA + "COPY build/app.jar lib/\n" + CALLED,
        "src/main/kotlin/Functions.kt": "package shop.orders\n\nclass App { fun handleRequest() = 1 }\n",
    },
    "a-method-of-a-parent": {
        "Dockerfile": JAVA + 'COPY target/app.jar lib/\nCMD ["shop.orders.App::serve"]',
        APP: "package shop.orders;\npublic class App extends Base {\n}\n",
    },
    "a-nested-type-and-generics": {
        "Dockerfile": JAVA + "COPY target/app.jar lib/\n" + CALLED,
        APP: "package shop.orders;\npublic class App implements RequestHandler<Map<String, ? extends X>, Y> {\n"
        + METHOD,
    },
    "a-module-beside": {
        "orders/Dockerfile": JAVA + "COPY target/app.jar lib/\n" + CALLED,
        "orders/src/main/java/shop/orders/Other.java": "package shop.orders;\nclass Other {}\n",
        "shared/src/main/java/shop/orders/App.java": CODE + METHOD,
    },
    "a-source-that-is-not-written-yet": {"Dockerfile": JAVA + "COPY target/app.jar lib/\n" + CALLED, APP: ""},
    "a-type-that-is-not-written-yet": {
        "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Api::Api.Function::Handle"]',
        "Api.csproj": "",
        "Function.cs": "",
    },
    "sources-elsewhere": {"Dockerfile": JAVA + "COPY target/app.jar lib/\n" + CALLED},
    "an-assembly-by-its-setting": {
        "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Orders::Shop.Orders.Function::Handle"]',
        "src/Api.csproj": "<Project><PropertyGroup><AssemblyName>Orders</AssemblyName></PropertyGroup></Project>",
        "src/Function.cs": CSHARP,
    },
    "an-assembly-by-a-shared-setting": {
        "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Orders::Shop.Orders.Function::Handle"]',
        "Directory.Build.props": "<Project><PropertyGroup><AssemblyName>$(X)</AssemblyName></PropertyGroup></Project>",
        "src/Api.csproj": "<Project />",
        "src/Function.cs": CSHARP,
    },
    "an-assembly-that-the-build-names": {
        "Dockerfile": SDK.replace("-o", "-p:AssemblyName=Orders -o")
        + DOTNET
        + 'COPY --from=build /out .\nCMD ["Orders::Shop.Orders.Function::Handle"]',
        "src/Api.csproj": "<Project />",
        "src/Function.cs": CSHARP,
    },
    "an-assembly-that-the-build-renames": {
        "Dockerfile": SDK
        + DOTNET
        + "COPY --from=build /out .\nRUN mv Api.dll Orders.dll\n"
        + 'CMD ["Orders::Shop.Orders.Function::Handle"]',
        "src/Api.csproj": "<Project />",
        "src/Function.cs": CSHARP,
    },
    "a-method-of-a-base-class": {
        "Dockerfile": SDK
        + DOTNET
        + 'COPY --from=build /out .\nCMD ["Api::Api.LambdaEntryPoint::FunctionHandlerAsync"]',
        "Api.csproj": "<Project />",
        "LambdaEntryPoint.cs": "namespace Api\n{\n  public class LambdaEntryPoint : APIGatewayProxyFunction { }\n}\n",
    },
    "a-handler-that-is-generated": {
        "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Api::Api.Calls_Add_Generated::Add"]',
        "Api.csproj": "<Project />",
        "Calls.cs": "namespace Api;\npublic class Calls { [LambdaFunction] public int Add() => 1; }\n",
    },
    "an-assembly-that-runs-itself": {
        "Dockerfile": SDK + DOTNET + 'COPY --from=build /out .\nCMD ["Api"]',
        "Other.csproj": "<Project />",
    },
}


@pytest.mark.parametrize("git", [True, False], ids=["git", "plain"])
@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_may_be_right_is_left_alone(name: str, git: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = LEFT_ALONE[name]
    write(tmp_path, files | {".git/HEAD": ""} if git else files)
    target = next(path for path in files if path.endswith("Dockerfile"))
    assert findings(tmp_path, monkeypatch, target) == []


def test_nothing_is_said_where_not_all_of_a_repository_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, expected = CASES["no-such-class"]
    write(tmp_path, {".git/HEAD": "", "node_modules/x/index.js": "", **files})
    assert findings(tmp_path, monkeypatch) == expected
    many = tmp_path / "generated"
    many.mkdir()
    for number in range(10_001):
        (many / str(number)).touch()
    assert findings(tmp_path, monkeypatch) == []


@pytest.mark.parametrize("name", ["another-package", "no-such-class", "no-such-assembly", "no-such-type"])
def test_the_project_of_a_neighbour_tells_nothing_where_there_is_no_repository(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, expected = CASES[name]
    write(tmp_path, {path if path == "Dockerfile" else f"neighbour/{path}": files[path] for path in files})
    (tmp_path / "mine").mkdir()
    (tmp_path / "Dockerfile").rename(tmp_path / "mine/Dockerfile")
    assert findings(tmp_path, monkeypatch, "mine/Dockerfile") == []
    (tmp_path / "neighbour").rename(tmp_path / "mine/src")
    found = [line.split(" src/")[0].split(" mine/")[0] for line in findings(tmp_path, monkeypatch, "mine/Dockerfile")]
    assert found == [line.rsplit(" ", 1)[0] if line.endswith((".java", ".csproj")) else line for line in expected]


NOWHERE = "looks for the handler in /var/task, and nothing is put there"
ELSEWHERE: dict[str, tuple[str, list[str]]] = {
    "a jar in another folder": (
        JAVA + "COPY target/app.jar /function/\n" + CALLED,
        [f"error handler-not-found 3: AWS java 21 {NOWHERE}"],
    ),
    "a jar in the working directory": (
        MAVEN + JAVA + "WORKDIR /app\n" + JAR + "app.jar\n" + CALLED,
        [f"error handler-not-found 9: AWS java 21 {NOWHERE}"],
    ),
    "an assembly in the working directory": (
        SDK + DOTNET + 'WORKDIR /app\nCOPY --from=build /out ./\nCMD ["A::A.Function::Handle"]',
        [f"error handler-not-found 8: AWS dotnet 10 {NOWHERE}"],
    ),
    "packages beside it": (
        DOTNET + 'RUN dnf install -y jq\nWORKDIR /app\nCOPY out ./\nCMD ["A::A.Function::Handle"]',
        [f"error handler-not-found 5: AWS dotnet 10 {NOWHERE}"],
    ),
    "in its place": (SDK + DOTNET + 'COPY --from=build /out ./\nCMD ["A::A.Function::Handle"]', []),
    "in a folder above": (DOTNET + 'COPY rootfs/ /\nCMD ["A::A.Function::Handle"]', []),
    "in a layer's folder": (JAVA + "COPY target/app.jar /opt/java/lib/\n" + CALLED, []),
    "moved by a command": (
        DOTNET + 'COPY out /app/\nRUN mv /app/* /var/task/\nCMD ["A::A.Function::Handle"]',
        [],
    ),
    "copied to a folder in an option": (
        JAVA + "COPY . /src\nRUN cp --target-directory=/var/task/lib /src/a.jar\n" + CALLED,
        [],
    ),
    "installed to a folder in an option": (
        JAVA + "COPY . /src\nRUN install -D -t/var/task/lib /src/a.jar\n" + CALLED,
        [],
    ),
    "unpacked to a folder in an option": (JAVA + "WORKDIR /src\nCOPY . .\nRUN unzip a.zip -d/var/task\n" + CALLED, []),
    "unpacked to a folder behind several options": (
        JAVA + "WORKDIR /src\nCOPY . .\nRUN curl -sSf https://example.com/a.tgz | tar xzC /var/task\n" + CALLED,
        [],
    ),
    "copied behind a subshell": (JAVA + "COPY . /src\nRUN (cd /src && ls) && cp /src/a.jar lib/\n" + CALLED, []),
    "copied to where a command goes": (
        JAVA + "COPY . /src\nRUN cd /src && cp a.jar lib/\n" + CALLED,
        [f"error handler-not-found 4: AWS java 21 {NOWHERE}"],
    ),
    "found and copied": (
        JAVA + 'COPY . /src\nRUN find /src -name "*.jar" -exec cp {} /var/task/lib/ \\;\n' + CALLED,
        [],
    ),
    "copied by a shell that find executes": (
        JAVA + "COPY target /x/\nRUN find /x -name '*.jar' -exec sh -c 'cp {} $LAMBDA_TASK_ROOT/lib' \\;\n" + CALLED,
        [],
    ),
    "what find executes elsewhere": (
        JAVA + "COPY target /x/\nRUN find /x -name '*.sh' -exec sed -i s/a/b/ {} +\n" + CALLED,
        [f"error handler-not-found 4: AWS java 21 {NOWHERE}"],
    ),
    "a command that may make anything": (DOTNET + 'COPY out /app/\nRUN /app/setup\nCMD ["A::A.Function::Handle"]', []),
    "in a folder that is not known": (DOTNET + 'ARG TO\nCOPY out $TO\nCMD ["A::A.Function::Handle"]', []),
    "no code at all": (DOTNET + 'CMD ["A::A.Function::Handle"]', []),
    "code that the next build copies": (
        DOTNET + 'COPY ca.crt /certs/\nONBUILD COPY out ./\nCMD ["A::A.Function::Handle"]',
        [],
    ),
    "no handler": (DOTNET + "WORKDIR /app\nCOPY out ./\n", []),
    "another task root": (
        DOTNET + 'ENV LAMBDA_TASK_ROOT=/app\nWORKDIR /app\nCOPY out ./\nCMD ["A::A.Function::Handle"]',
        [],
    ),
    "another class path": (JAVA + 'ENV JAVA_TOOL_OPTIONS="-cp /app/*"\nCOPY target/app.jar /app/\n' + CALLED, []),
    "an extension only": (DOTNET + 'COPY --from=acme/agent:1 /agent /opt/extensions/agent\nCMD ["A::A.F::H"]', []),
}


@pytest.mark.parametrize(("text", "expected"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_code_that_is_nowhere_near_the_task_root(
    text: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Dockerfile": text})
    assert [each for each in findings(tmp_path, monkeypatch) if "handler-not-found" in each] == expected
