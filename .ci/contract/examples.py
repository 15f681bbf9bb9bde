"""Every example in the document is what its schema says."""

import json
import sys

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

document = json.load(open(sys.argv[1], encoding="utf-8"))
resource = Resource.from_contents(document, default_specification=DRAFT202012)
registry = Registry().with_resource("urn:document", resource)


def absolute(node):
    """The schema, with references into the document."""
    if isinstance(node, dict):
        return {
            key: f"urn:document{value}" if key == "$ref" else absolute(value)
            for key, value in node.items()
        }
    return [absolute(one) for one in node] if isinstance(node, list) else node


document_schemas = absolute(document)
registry = registry.with_resource(
    "urn:document", Resource.from_contents(document_schemas, default_specification=DRAFT202012)
)
checked = 0
for path, operations in document_schemas["paths"].items():
    for method, operation in operations.items():
        bodies = list(operation["responses"].values()) + [operation.get("requestBody", {})]
        for body in bodies:
            for kind, content in body.get("content", {}).items():
                if "x-item-schema" in content:
                    continue
                if "example" not in content:
                    if kind.endswith("json"):
                        sys.exit(f"{method} {path}: {kind} has no example")
                    continue
                validator = OAS31Validator(content["schema"], registry=registry)
                for error in validator.iter_errors(content["example"]):
                    sys.exit(f"{method} {path}: {error.message} at {list(error.path)}")
                checked += 1
print(f"{checked} examples have the shapes of their schemas")
