"""The client that was made of the document reads every endpoint of a running server."""

import importlib
import inspect
import json
import sys

from fedcat import AuthenticatedClient

base, document, token = sys.argv[1], sys.argv[2], sys.argv[3]
client = AuthenticatedClient(base_url=base, token=token or "none", raise_on_unexpected_status=True)


def call(tag, operation, **arguments):
    module = importlib.import_module(f"fedcat.api.{tag}.{operation}")
    wanted = inspect.signature(module.sync_detailed).parameters
    return module.sync_detailed(
        client=client, **{name: value for name, value in arguments.items() if name in wanted}
    )


def first(tag, operation):
    """The id of the first of a list."""
    answer = call(tag, operation, limit=1)
    return answer.parsed.items[0].id if answer.parsed.items else None


ids = {
    "/software/": first("catalogue", "list_software"),
    "/sources/": "starter",
    "/runs/": first("sources", "list_runs"),
    "/records/": first("sources", "list_records"),
}
if token:
    ids["/candidates/"] = first("operation", "list_candidates")

read = 0
for path, operations in json.load(open(document, encoding="utf-8"))["paths"].items():
    operation = operations.get("get")
    if operation is None or ("security" in operation and not token):
        continue
    known = [one for part, one in ids.items() if part in path]
    if "{id}" in path and known == [None]:
        print(f"nothing to read at {path}")
        continue
    arguments = {"id": known[0]} if "{id}" in path else {"q": "GPL-3.0"}
    answer = call(operation["tags"][0], operation["operationId"], **arguments)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status_code} {answer.content[:300]}")
    if "application/json" in operation["responses"]["200"]["content"] and answer.parsed is None:
        sys.exit(f"{path}: the client does not understand the answer")
    if hasattr(answer.parsed, "additional_properties") and answer.parsed.additional_properties:
        sys.exit(f"{path}: not in the document: {list(answer.parsed.additional_properties)}")
    read += 1

# Page by page, as `next` says.
seen, link = set(), f"{base}/api/v1/software?limit=40"
while link:
    answer = client.get_httpx_client().get(link).json()
    seen |= {entry["id"] for entry in answer["items"]}
    link = base + answer["next"] if "next" in answer else None
print(f"the client reads {read} endpoints, and {len(seen)} entries page by page")
