"""Write the parts of README.md that follow from something else: the questions, and what a run looks like."""

import re
import sys
import tempfile
from pathlib import Path

from engines import CONFIG, REPOSITORY, copier_command, run

sys.path.insert(0, str(REPOSITORY / "hooks"))
from questions import COPIERS_OWN, environment, is_computed

README = REPOSITORY / "README.md"
COMMAND = "copier copy --trust --defaults --quiet gh:OWNER/asyncio-template my-project"


def question_table() -> str:
    """Return the questions as a Markdown table."""
    env = environment(CONFIG)
    lines = ["| question | what it asks | answers, the default first |", "| --- | --- | --- |"]
    defaults: dict[str, str] = {}
    for name, question in CONFIG.items():
        if name.startswith("_") or name in COPIERS_OWN:
            continue
        default = defaults[name] = env.from_string(str(question["default"])).render(defaults)
        if is_computed(question):
            continue
        answers = f"`{default}`" if default else "empty"
        if choices := question.get("choices"):
            answers = "<br>".join(sorted(choices, key=lambda label: choices[label] != default))
        elif question["type"] == "bool":
            answers = "yes, no; asked on demand only"
        lines.append(f"| `{name}` | {question['help']} | {answers} |")
    return "\n".join(lines)


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
