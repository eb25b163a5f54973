"""JSON Schemas of the documents that an image is made of.

Written from the OCI image-spec 1.1 (manifest.md, image-index.md, config.md, descriptor.md) and from Docker's "Image
Manifest Version 2, Schema 2". They ask for what is needed to read an image and for the right types, no more: which
media types are good is for rules to judge. Where tools write null for an absent list or map, null is fine.
"""

from __future__ import annotations

from lambda_lint.json_schema import Schema

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": ["array", "null"], "items": _TEXT}
_TEXT_MAP: Schema = {"type": ["object", "null"], "additionalProperties": _TEXT}
_SET: Schema = {"type": ["object", "null"]}

# Two algorithms are registered (descriptor.md, "Registered algorithms"). Nothing else may become part of a path.
DIGEST_PATTERN = "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$"
DIGEST: Schema = {"type": "string", "pattern": DIGEST_PATTERN}

_PLATFORM: Schema = {
    "type": ["object", "null"],
    "properties": {"os": _TEXT, "architecture": _TEXT, "variant": _TEXT},
}

DESCRIPTOR: Schema = {
    "type": "object",
    "required": ["digest", "size"],
    "properties": {
        "mediaType": _TEXT,
        "digest": DIGEST,
        "size": {"type": "integer", "minimum": 0},
        "platform": _PLATFORM,
        "annotations": _TEXT_MAP,
        "artifactType": _TEXT,
    },
}

_VERSION: Schema = {"const": 2}

MANIFEST: Schema = {
    "type": "object",
    "required": ["schemaVersion", "config", "layers"],
    "properties": {
        "schemaVersion": _VERSION,
        "mediaType": _TEXT,
        "artifactType": _TEXT,
        "config": DESCRIPTOR,
        "layers": {"type": "array", "items": DESCRIPTOR},
        "annotations": _TEXT_MAP,
    },
}

INDEX: Schema = {
    "type": "object",
    "required": ["schemaVersion", "manifests"],
    "properties": {
        "schemaVersion": _VERSION,
        "mediaType": _TEXT,
        "manifests": {"type": ["array", "null"], "items": DESCRIPTOR},
        "annotations": _TEXT_MAP,
    },
}

_SETTINGS: Schema = {
    "type": ["object", "null"],
    "properties": {
        "Entrypoint": _TEXTS,
        "Cmd": _TEXTS,
        "Env": _TEXTS,
        "WorkingDir": _TEXT,
        "User": _TEXT,
        "Labels": _TEXT_MAP,
        "Volumes": _SET,
        "ExposedPorts": _SET,
    },
}

CONFIG: Schema = {
    "type": "object",
    "required": ["rootfs"],
    "properties": {
        "os": _TEXT,
        "architecture": _TEXT,
        "variant": _TEXT,
        "config": _SETTINGS,
        "rootfs": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": _TEXT, "diff_ids": {"type": ["array", "null"], "items": DIGEST}},
        },
        "history": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {"created_by": _TEXT, "comment": _TEXT, "empty_layer": {"type": "boolean"}},
            },
        },
    },
}

# A docker-archive's manifest.json, as `docker save` writes it and `docker load` takes it.
ARCHIVE: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["Config", "Layers"],
        "properties": {
            "Config": _TEXT,
            "RepoTags": _TEXTS,
            "Layers": {"type": ["array", "null"], "items": _TEXT},
        },
    },
}

# What Docker before 1.10 wrote instead: repositories, and a `json` for each layer (Docker image specification v1.0).
REPOSITORIES: Schema = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": _TEXT},
}

LEGACY: Schema = {
    "type": "object",
    "properties": {"parent": _TEXT, "os": _TEXT, "architecture": _TEXT, "config": _SETTINGS},
}

# What a Docker engine answers to GET /images/NAME/json, as far as it is used (API 1.24 to 1.51).
INSPECT: Schema = {
    "type": "object",
    "required": ["RootFS"],
    "properties": {
        "Id": _TEXT,
        "RepoTags": _TEXTS,
        "Size": {"type": ["integer", "null"]},
        "Os": _TEXT,
        "Architecture": _TEXT,
        "Variant": _TEXT,
        "Config": _SETTINGS,
        "RootFS": {"type": "object", "properties": {"Layers": {"type": ["array", "null"], "items": DIGEST}}},
        "Descriptor": {"anyOf": [{"type": "null"}, DESCRIPTOR]},
        "Manifests": {
            "type": ["array", "null"],
            "items": {"type": "object", "required": ["Descriptor"], "properties": {"Descriptor": DESCRIPTOR}},
        },
    },
}

# What it answers to GET /images/NAME/history.
HISTORY: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["Size"],
        "properties": {"CreatedBy": _TEXT, "Comment": _TEXT, "Size": {"type": "integer"}},
    },
}
