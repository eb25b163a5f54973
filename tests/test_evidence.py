"""What is to be seen at a place in an image."""

import pytest
from support.images import directory, file, image, symlink

from lambda_lint import Deployment, ImageLocation, Position, Region, SourceLocation, evidence
from lambda_lint.evidence import made_by

BUILT = image(
    layers=[
        {"/app": directory(mode=0o700, uid=5, gid=6), "/app/run": file("#!", mode=0o4750, uid=1, gid=2)},
        {"/link": symlink("/app/run")},
    ],
    history=[{"created_by": "RUN echo 1 # buildkit"}, {"created_by": "COPY link / # buildkit"}],
    entrypoint=["/app/run"],
    command=None,
    env={"PATH": "/bin", "EMPTY": ""},
    workdir="/app",
)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        pytest.param(ImageLocation(key="config.Entrypoint"), '["/app/run"]', id="a list"),
        pytest.param(ImageLocation(key="config.Cmd"), "", id="a setting that is absent"),
        pytest.param(ImageLocation(key="config.WorkingDir"), '"/app"', id="a string"),
        pytest.param(ImageLocation(key="config.Env[PATH]"), '"/bin"', id="a variable"),
        pytest.param(ImageLocation(key="config.Env[EMPTY]"), '""', id="an empty variable"),
        pytest.param(ImageLocation(key="config.Env[NONE]"), "", id="a variable that is absent"),
        pytest.param(ImageLocation(key="config.os"), '"linux"', id="os"),
        pytest.param(ImageLocation(key="manifest"), "application/vnd.oci.image.manifest.v1+json", id="manifest"),
        pytest.param(ImageLocation(key="manifest.layers[0].mediaType"), "", id="inside of the manifest"),
        pytest.param(
            ImageLocation(key="reference"), "app:latest, application/vnd.oci.image.manifest.v1+json", id="reference"
        ),
        pytest.param(ImageLocation(layer=1), "layer 2 of 2, made by COPY link /", id="layer"),
        pytest.param(ImageLocation(path="/app/run"), "-rwsr-x--- 1:2, layer 1 of 2, made by RUN echo 1", id="file"),
        pytest.param(ImageLocation(path="/app"), "drwx------ 5:6, layer 1 of 2, made by RUN echo 1", id="directory"),
        pytest.param(
            ImageLocation(path="/link"), "lrwxrwxrwx 0:0, layer 2 of 2, made by COPY link /", id="symlink itself"
        ),
        pytest.param(ImageLocation(path="/gone"), "", id="missing path"),
        pytest.param(
            ImageLocation(path="/gone", layer=0),
            "layer 1 of 2, made by RUN echo 1",
            id="path that a later layer deleted",
        ),
        pytest.param(ImageLocation(layer=7), "", id="layer that is not there"),
        pytest.param(SourceLocation("Dockerfile", Region(Position(1), Position(2))), "", id="source file"),
    ],
)
def test_a_place_shows(location, expected: str):
    assert evidence.of_image(location, BUILT) == expected


def test_a_setting_that_the_function_replaces_shows_what_it_sets():
    built = image(command=["app.handler"], workdir="/function")
    deployment = Deployment(command=("other.handler",))
    command, workdir = (ImageLocation(key=f"config.{key}") for key in ("Cmd", "WorkingDir"))
    assert evidence.of_image(command, built, deployment) == '["other.handler"], set on the function'
    assert evidence.of_image(workdir, built, deployment) == '"/function"'


def test_a_long_value_is_cut():
    built = image(command=["x" * 1000])
    shown = evidence.of_documents(ImageLocation(key="config.Cmd"), built.resolved, built.config)
    assert shown == '["' + "x" * 195 + "..."


@pytest.mark.parametrize(
    ("created_by", "expected"),
    [
        pytest.param("COPY app.py /app/ # buildkit", "COPY app.py /app/", id="buildkit"),
        pytest.param("RUN /bin/sh -c pip install x # buildkit", "RUN pip install x", id="buildkit run"),
        pytest.param('/bin/sh -c #(nop)  CMD ["a"]', 'CMD ["a"]', id="classic builder"),
        pytest.param("/bin/sh -c apt-get   update &&\t\n ls", "RUN apt-get update && ls", id="classic run"),
        pytest.param(
            f"/bin/sh -c #(nop) COPY dir:0123456789ab{'c' * 52} in . ",
            "COPY dir:0123456789ab... in .",
            id="classic copy",
        ),
        pytest.param("bazel build ...", "bazel build ...", id="another builder"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_history_entry_reads_as_its_author_wrote_it(created_by: str, expected: str):
    assert made_by(created_by) == expected
