"""The facts that a report shows of every image."""

from support.images import image

from lambda_lint import facts


def test_documents_alone_leave_the_layers_open():
    built = image(files={"/a": "1"}, entrypoint=["/e"], command=[], workdir="/w", user="7", architecture="arm64")
    known = facts.of_documents(built.resolved, built.config)
    assert known == {
        "reference": built.resolved.repository or built.resolved.reference,
        "digest": built.resolved.document.descriptor.digest,
        "os": "linux",
        "architecture": "arm64",
        "variant": None,
        "entrypoint": ["/e"],
        "command": [],
        "workdir": "/w",
        "user": "7",
        "uncompressed_size": None,
        "layers": None,
    }


def test_without_an_image_behind_the_reference_nothing_is_known_of_it():
    known = facts.of_documents(image().resolved, None)
    assert {key for key, value in known.items() if value is not None} == {"reference", "digest"}


def test_layers_come_with_their_sizes_and_their_makers():
    built = image(
        layers=[{"/a": "1"}, {"/b": "22"}], history=[{"created_by": "FROM x"}, {"created_by": "COPY b / # buildkit"}]
    )
    known = facts.of_image(built)
    assert known["uncompressed_size"] == built.tar_size
    second = known["layers"][1]
    assert second == {
        "index": 1,
        "digest": built.layers[1].digest,
        "diff_id": built.layers[1].diff_id,
        "media_type": built.layers[1].media_type,
        "compression": "gzip",
        "compressed_size": built.layers[1].compressed_size,
        "size": built.layers[1].tar_size,
        "file_size": 2,
        "entries": 1,
        "created_by": "COPY b /",
    }
