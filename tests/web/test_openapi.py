"""The OpenAPI document: which descriptions its types and fields carry."""

from __future__ import annotations

import re

from oneheart.web.api import types
from oneheart.web.api.openapi import description


def test_each_field_of_an_api_type_is_described() -> None:
    schemas = description()["components"]["schemas"]
    own = {name for name, kind in vars(types).items() if isinstance(kind, type) and kind.__module__ == types.__name__}
    assert own <= set(schemas), own - set(schemas)
    bare = [
        f"{name}.{field}"
        for name in sorted(own)
        for field, schema in schemas[name].get("properties", {}).items()
        if not schema.get("description")
    ]
    assert not bare


def test_the_description_of_a_type_ends_before_its_attributes_and_example() -> None:
    for name, schema in description()["components"]["schemas"].items():
        assert schema["description"], name
        assert "Attributes:" not in schema["description"], name
        assert ">>>" not in schema["description"], name


def test_everything_that_stands_in_a_path_is_described_as_its_parameter() -> None:
    paths = description()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            named = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert named == re.findall(r"\{(\w+)\}", path), path
    number = paths["/api/v1/gatherings/{code}/book/{number}"]["get"]["parameters"]
    kinds = {one["name"]: one["schema"]["type"] for one in number if one["in"] == "path"}
    assert kinds == {"code": "string", "number": "integer"}
