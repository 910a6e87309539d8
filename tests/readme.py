"""Write the parts of README.md that follow from something else: the questions, and what a run looks like."""

import re
import sys
import tempfile
from pathlib import Path

from engines import CONFIG, REPOSITORY, copier_command, run

README = REPOSITORY / "README.md"
COMMAND = "copier copy --trust --defaults --quiet gh:OWNER/asyncio-template my-project"


def question_table() -> str:
    """Return the questions as a Markdown table."""
    lines = ["| question | what it asks | answers, the default first |", "| --- | --- | --- |"]
    for name, question in CONFIG.items():
        if name.startswith("_") or question.get("when") is False:
            continue
        if "choices" in question:
            answers = "<br>".join(
                sorted(question["choices"], key=lambda c: not is_default(c, question))
            )
        else:
            answers = f"`{question['default']}`" if question["default"] != "" else "empty"
        lines.append(f"| `{name}` | {question['help']} | {answers} |")
    return "\n".join(lines)


def is_default(label: str, question: dict[str, object]) -> bool:
    choices = question["choices"]
    assert isinstance(choices, dict)
    return bool(choices[label] == question["default"])


def real_run() -> str:
    """Generate a project, and return what is seen, with the person's folder in place of the real one."""
    with tempfile.TemporaryDirectory() as folder:
        words = COMMAND.replace("gh:OWNER/asyncio-template", str(REPOSITORY)).split()
        done = run(copier_command(*words[1:], "--vcs-ref=HEAD"), Path(folder))
        seen = done.stdout.strip().replace(str(Path(folder).resolve()), "/home/you")
    return f"```console\n$ {COMMAND}\n{seen}\n```"


def with_part(text: str, name: str, content: str) -> str:
    """Return a text with the part between the marks of that name replaced."""
    pattern = rf"(<!-- {name}: .+? -->\n).*?(<!-- /{name} -->)"
    return re.sub(pattern, lambda marks: f"{marks[1]}{content}\n{marks[2]}", text, flags=re.DOTALL)


if __name__ == "__main__" and "--write" in sys.argv:
    text = README.read_text("utf-8")
    text = with_part(text, "questions", question_table())
    README.write_text(with_part(text, "run", real_run()), "utf-8")
