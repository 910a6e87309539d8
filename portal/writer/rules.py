"""The rules of the answers as JSON Schema, so that a portal's server enforces them.

A schema is made from the validator of a question, and from the lists in hooks/rules.jinja: it accepts
what the validator accepts, and nothing else. Regular expressions are such that JavaScript and Python read them alike.
"""

import re
from collections.abc import Callable
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

Schema = dict[str, Any]

# Control characters and line ends (rules.jinja: line). A pair of surrogates is one character here,
# since portals read patterns with the flag `u`.
CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff"
# Python's `$` is before a newline at the end, too.
END = r"$(?!\n)"
# What Python's str.strip takes off beside those.
SPACE = r"\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"


def load_rule(validator: str, env: SandboxedEnvironment) -> tuple[str, Schema]:
    """Return the rule that a question's validator calls, and the keywords of JSON Schema for it.

    Raises ValueError for a validator that is not one call of a rule that this module knows.
    """
    call = re.fullmatch(r"\{%.+%\}\{\{ (\w+)\(\w+(?:, (\d+))?\) \}\}", validator)
    if call is None or call[1] not in RULES:
        raise ValueError(f"its validator cannot be said in JSON Schema: {validator}")
    words = env.get_template("hooks/rules.jinja").module
    return call[1], RULES[call[1]](words, int(call[2] or 0))


def with_empty(schema: Schema) -> Schema:
    """Return a schema that takes an empty answer too: the default follows from other answers."""
    inner = schema["pattern"].removeprefix("^").removesuffix(END)
    return schema | {"pattern": f"^(?:{inner})?{END}"}


def name(words: Any, limit: int) -> Schema:
    reserved = (slug_pattern(slug) for slug in words.devices + words.distributions)
    return {
        "pattern": f"^[A-Za-z](?:[A-Za-z0-9 ._-]*[A-Za-z0-9])?{END}",
        "maxLength": 50,
        "not": {"pattern": f"^(?:{'|'.join(reserved)})$"},
    }


def slug_pattern(slug: str) -> str:
    """Return a pattern for each name that has this slug."""
    return "".join(
        f"[{c.upper()}{c}]" if c.isalpha() else "[ ._-]+" if c == "-" else c for c in slug
    )


def package(words: Any, limit: int) -> Schema:
    lists = words.keywords, words.standard_library, words.installed, words.own, words.devices
    return {
        "pattern": f"^(?!test_)[a-z][a-z0-9_]*{END}",
        "maxLength": 50,
        "not": {"enum": sorted({word for words in lists for word in words})},
    }


def line(words: Any, limit: int) -> Schema:
    edge = f"[^{CONTROL}{SPACE}]"
    return {
        "pattern": rf"^(?!.*\{{[{{%#]){edge}(?:[^{CONTROL}]*{edge})?{END}",
        "maxLength": limit,
    }


def email(words: Any, limit: int) -> Schema:
    part = "[A-Za-z0-9!#$&'*+/=?^_~-]+"
    domain = r"(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    return {"pattern": rf"^(?:{part}(?:\.{part})*@{domain})?{END}", "maxLength": 100}


def owner(words: Any, limit: int) -> Schema:
    part = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
    return {"pattern": f"^(?:(?:group|user):)?(?:{part}/)?{part}{END}"}


RULES: dict[str, Callable[[Any, int], Schema]] = {
    function.__name__: function for function in (name, package, line, email, owner)
}
