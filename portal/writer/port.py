"""The self-service action of Port, which calls the factory on GitHub."""

from typing import Any

from form import Field, Form


def action(form: Form) -> dict[str, Any]:
    """Return the action as Port's API takes it."""
    repository = {"title": "Repository", "description": "Which repository to make?"}
    properties = {"repository": repository | {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"}}
    properties |= {field.name: property_of(field) for field in form.fields}
    return {
        "identifier": "new_asyncio_project",
        "title": "New Python asyncio project",
        "description": "A library, a service or a worker. Its tests are proven to pass, and to fail.",
        "trigger": {
            "type": "self-service",
            "operation": "CREATE",
            "userInputs": {
                "properties": properties,
                "required": ["repository", "project_name"],
                "order": list(properties),
            },
        },
        "invocationMethod": {
            "type": "GITHUB",
            "org": form.factory.partition("/")[0],
            "repo": form.factory.partition("/")[2],
            "workflow": "new-project.yml",
            # GitHub takes texts only.
            "workflowInputs": {name: f'{{{{ .inputs.{name} // "" }}}}' for name in properties},
            "reportWorkflowStatus": True,
        },
    }


def property_of(field: Field) -> dict[str, Any]:
    """Return a field as Port shows it; of the rules it takes the pattern and the length."""
    words = [field.help, *(field.choices.values() or [field.allowed])]
    if field.default is None:
        words.append("Left out, it follows from the other answers.")
    content: dict[str, Any] = {"title": field.title, "description": "\n".join(words)}
    content |= {"type": "string"} | {k: v for k, v in field.optional_schema.items() if k != "not"}
    if field.default:
        content["default"] = field.default
    if field.condition:
        tests = [f'.form.{field.condition.field} == "{value}"' for value in field.condition.values]
        content["visible"] = {"jqQuery": " or ".join(tests)}
    return content
