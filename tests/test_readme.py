"""README.md: what it says is what is there, and its commands do what it says."""

import re
import tomllib
from pathlib import Path

from engines import REPOSITORY, TEXTS, git, succeed, tree
from readme import README, question_table, real_run, with_part

TEXT = README.read_text("utf-8")


def masked(text: str) -> str:
    """Return a text without what differs from run to run: times, versions, the order of steps."""
    text = re.sub(r" *\d+\.\d+ s", " N s", text)
    text = re.sub(r"(Python|pytest|pytest-asyncio) [\d.]+", r"\1 N", text)
    return "\n".join(sorted(text.splitlines()))


def test_the_table_of_questions_is_written_from_copier_yml() -> None:
    assert with_part(TEXT, "questions", question_table()) == TEXT
    assert all(f"| `{name}` |" in TEXT for name in TEXTS)


def test_the_release_that_it_names_is_the_newest() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"][
        "version"
    ]
    assert set(re.findall(r"--checkout (\S+)", TEXT)) == {f"v{version}"}
    portals = (REPOSITORY / "docs" / "portals.md").read_text("utf-8")
    assert set(re.findall(r"\bv\d+\.\d+\.\d+", portals)) == {f"v{version}"}
    assert f"## [{version}] - " in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")


def test_the_run_that_it_shows_is_what_a_person_sees() -> None:
    assert masked(with_part(TEXT, "run", real_run())) == masked(TEXT)


def test_the_first_command_makes_a_proven_project_beside_a_fresh_clone(tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(REPOSITORY), "clone")
    clone = tmp_path / "clone"
    (block,) = re.findall(r"## Try it.+?```sh\n(.+?)```", TEXT, re.DOTALL)
    first, second = block.splitlines()
    printed = succeed(["bash", "-c", first], clone)
    assert "Proven in" in printed
    assert "pyproject.toml" in tree(tmp_path / "my-project")
    assert git(clone, "status", "--porcelain") == ""
    assert second in (REPOSITORY / ".ci" / "run").read_text("utf-8")


def test_its_links_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "docs/portals.md"):
        path = REPOSITORY / name
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
            file = (path.parent / target.partition("#")[0]).resolve()
            assert target.startswith("https://") or file.exists(), target


def test_every_file_that_contributing_names_is_there() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    (block,) = re.findall(r"```\n(.+?)```", text, re.DOTALL)
    folder = ""
    for line in block.splitlines():
        name = line.split()[0]
        folder = name if not line.startswith(" ") and name.endswith("/") else folder
        path = REPOSITORY / (folder + name if line.startswith(" ") else name)
        assert path.exists(), name
    listed = set(re.findall(r"^  (\w+\.\w+)", block, re.MULTILINE))
    hooks = {path.name for path in (REPOSITORY / "hooks").glob("*.*")}
    assert hooks - listed == {"answers.py"}
