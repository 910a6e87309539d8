"""The JSON Schema of the answers, for whatever checks them before Copier does."""

from typing import Any

from form import Field, Form


def answers_schema(form: Form) -> dict[str, Any]:
    """Return the schema of a file for `copier copy --data-file`, in draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers of asyncio-template",
        "description": "What `copier copy --data-file` takes. What is left out has its default.",
        "type": "object",
        "properties": {field.name: field_schema(field) for field in form.fields},
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, Any]:
    """Return the schema of a field, with the words that a person reads."""
    description = [field.help, field.allowed]
    if field.condition:
        description.append(
            f"Used if {field.condition.field} is {' or '.join(field.condition.values)}."
        )
    if field.default is None:
        description.append("It follows from other answers if it is left out, or empty.")
    schema: dict[str, Any] = {
        "title": field.title,
        "description": " ".join(filter(None, description)),
    }
    schema |= {"type": "string"} | field.optional_schema
    if field.default is not None:
        schema["default"] = field.default
    return schema
