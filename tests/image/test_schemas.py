"""The schemas of an image's documents, and the quick check of them: it must say what jsonschema says."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.image import schemas
from lambda_lint.json_schema import Schema, fits

SCHEMAS = [
    value for name, value in vars(schemas).items() if name.isupper() and isinstance(value, dict) and name[0] != "_"
]
DIGEST = "sha256:" + "0" * 64
NAMES = sorted(
    {
        "schemaVersion",
        "config",
        "layers",
        "manifests",
        "digest",
        "size",
        "rootfs",
        "type",
        "diff_ids",
        "Config",
        "Layers",
    }
    | {"mediaType", "platform", "os", "annotations", "history", "empty_layer", "Env", "Descriptor", "RootFS", "parent"}
)
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([2, 2.0, 2.5, 1, 0, -1, "", "a", DIGEST, DIGEST + "\n", f"x{DIGEST}", float("inf"), float("nan")]),
)
DOCUMENTS = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
)
DESCRIPTOR = {"digest": DIGEST, "size": 1}
GOOD = {
    "manifest": ({"schemaVersion": 2, "config": DESCRIPTOR, "layers": [DESCRIPTOR]}, schemas.MANIFEST),
    "index": ({"schemaVersion": 2, "manifests": None}, schemas.INDEX),
    "config": ({"rootfs": {"type": "layers", "diff_ids": [DIGEST]}, "config": {"Env": ["A=b"]}}, schemas.CONFIG),
    "inspection": ({"RootFS": {}, "Descriptor": DESCRIPTOR}, schemas.INSPECT),
    "old archive": ({"app": {"latest": "0"}}, schemas.REPOSITORIES),
}


@pytest.mark.parametrize(("document", "schema"), GOOD.values(), ids=GOOD)
def test_a_good_document_fits_its_schema(document: object, schema: Schema):
    assert fits(document, schema)


@given(DOCUMENTS, st.sampled_from(SCHEMAS))
def test_a_document_fits_exactly_when_jsonschema_finds_no_fault(document: object, schema: Schema):
    assert fits(document, schema) == jsonschema.Draft202012Validator(schema).is_valid(document)


@given(DOCUMENTS, st.sampled_from(NAMES), st.sampled_from(sorted(GOOD)))
def test_a_good_document_with_one_strange_value_fits_exactly_when_jsonschema_finds_no_fault(
    value: object, name: str, kind: str
):
    document, schema = GOOD[kind]
    changed = {**document, name: value}
    assert fits(changed, schema) == jsonschema.Draft202012Validator(schema).is_valid(changed)
