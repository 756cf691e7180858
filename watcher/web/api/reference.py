"""The reference of the API in Markdown, made of its document: a test holds `docs/reference/api.md` to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

HEADING = """# The JSON API

<!-- Made of the API's own document (GET /openapi.json): `python bench/api.py --reference`. -->

{description}

Whoever asks shows the token of `[service]`: `Authorization: Bearer TOKEN`. `curl` for one:

<!-- not run: needs the token of a running service; the page on metrics asks one -->
```sh
curl -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:8712/api/search?q=nvidia'
```

Errors are JSON, `{{"error": "a line"}}`: 401 without a token or with a wrong one, 404 where there is no such thing, 422
where a parameter is not what it has to be, 429 after too many wrong tokens, 503 while the archive cannot be read. 421
(plain text) says that the service is not known by the name it was asked by. Moments are ISO 8601.
"""


def reference(document: Mapping[str, Any]) -> str:
    """The whole page."""
    lines = [HEADING.format(description=document["info"]["description"]), "## What can be asked", ""]
    for path, operations in document["paths"].items():
        lines += [*_operation(path, operations["get"]), ""]
    lines += ["## What is answered", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += [*_schema(name, schema), ""]
    return "\n".join(lines).rstrip() + "\n"


def _operation(path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"### GET {path}"
    yield ""
    answered = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    yield f"{operation.get('description', '')} Answers [{answered}](#{answered.lower()})."
    if operation.get("parameters"):
        yield from ("", "| parameter | in | what | |", "|---|---|---|---|")
    for each in operation.get("parameters", ()):
        needed = "needed" if each.get("required") else f"default {each['schema'].get('default', 'none')}"
        said = f"{each.get('description', '')} ({needed})".strip()
        yield f"| `{each['name']}` | {each['in']} | {_kind(each['schema'])} | {said} |"


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    said = " ".join(schema.get("description", "").split())
    if said:
        yield from (said, "")
    yield from ("| field | what |", "|---|---|")
    for field, kind in schema.get("properties", {}).items():
        yield f"| `{field}` | {_kind(kind)} |"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"object of {_kind(values)}" if isinstance(values, Mapping) else "object"
    named = (("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"))
    limits = [f"{word} {schema[key]}" for key, word in named if key in schema]
    written = str(schema.get("format", kind))
    return written + (f" ({', '.join(limits)})" if limits else "")
