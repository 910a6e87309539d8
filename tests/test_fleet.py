"""The update that a project looks for by itself: the shell of its rendered files, run as GitHub and GitLab run it.

The addresses of the template and of GitLab lead to folders, by git's `insteadOf`; the project's remote is a bare
repository. Only `gh` is a stand-in, which notes what it is asked: there is none that works without GitHub.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from engines import (
    CHOICES,
    commit,
    copier_command,
    export_template,
    git,
    render_with_copier,
    replace,
    run,
    succeed,
)

ADDRESS = "https://github.com/OWNER/asyncio-template.git"
GITLAB = "https://gitlab.example/group/my-project"
BRANCH = "template-update"
FORGES = ["github", "gitlab"]
EXPRESSIONS = {
    "github.repository": "group/my-project",
    "secrets.TEMPLATE_UPDATE_TOKEN || github.token": "secret",
}
GH = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path

folder = Path(__file__).parent
with (folder / "asked").open("a") as asked:
    asked.write(json.dumps(sys.argv[1:]) + "\\n")
if os.environ.get("GH_TOKEN") != "secret" or os.environ.get("GH_REPO") != "group/my-project":
    sys.exit("gh: no token, or no repository")
if sys.argv[1:3] == ["pr", "create"]:
    if (folder / "refuses").exists():
        sys.exit("GitHub Actions is not permitted to create or approve pull requests")
    (folder / "open").write_text("7\\n")
if sys.argv[1:3] == ["pr", "list"] and (folder / "open").exists():
    print((folder / "open").read_text(), end="")
"""
HOOK = "#!/bin/sh\nprintenv | grep '^GIT_PUSH_OPTION_[0-9]' | sort >> options\n"


def release(template: Path, tag: str, old: str, new: str) -> Path:
    """Release a version of the template that changes a heading of the README, and adds a program."""
    replace(template / "template" / "README.md", f"\n## {old}\n", f"\n## {new}\n")
    program = template / "template" / f"{tag}.sh"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    git(commit(template), "tag", tag)
    return template


def following(template: Path, folder: Path) -> Path:
    """Clone a template's repository, to release another version."""
    git(folder, "clone", "--quiet", str(template), str(folder / "asyncio-template"))
    return folder / "asyncio-template"


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release v1.0.0 of the template, without sample code, for speed; the migrations need tests/asyncio_check."""
    folder = export_template(tmp_path_factory.mktemp("first") / "asyncio-template")
    shutil.rmtree(folder / "template" / "src")
    for path in (folder / "template" / "tests").iterdir():
        if path.is_file():
            path.unlink()
        elif path.name != "asyncio_check":
            shutil.rmtree(path)
    git(commit(folder), "tag", "v1.0.0")
    return folder


@pytest.fixture(scope="session")
def newer(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release v1.1.0 after it."""
    clone = following(first, tmp_path_factory.mktemp("newer"))
    return release(clone, "v1.1.0", "Work on it", "Work with it")


@dataclass
class Forge:
    """A project at v1.0.0 in a bare repository, and what would run its files."""

    name: str
    folder: Path

    @property
    def remote(self) -> Path:
        return self.folder / "my-project.git"

    def env(self, template: Path) -> dict[str, str]:
        """Return the environment in which the template's address leads to a folder."""
        urls = {
            ADDRESS: template,
            GITLAB.replace("https://", "https://template-update:secret@") + ".git": self.remote,
        }
        env = {**os.environ, "GIT_CONFIG_COUNT": str(len(urls))}
        for number, (url, path) in enumerate(urls.items()):
            env[f"GIT_CONFIG_KEY_{number}"] = f"url.{path}.insteadOf"
            env[f"GIT_CONFIG_VALUE_{number}"] = url
        return env

    def generate(self, template: Path) -> None:
        """Generate the project with v1.0.0, unproven."""
        project = self.folder / "born"
        data = [f"--data=ci={self.name}", "--data=prove=false", "--vcs-ref=v1.0.0"]
        words = ["--quiet", "--defaults", "--skip-tasks", *data, ADDRESS]
        succeed(copier_command("copy", *words, project), self.folder, self.env(template))
        git(self.folder, "clone", "--quiet", "--bare", str(commit(project)), str(self.remote))
        git(self.remote, "config", "receive.advertisePushOptions", "true")

    def stand_ins(self) -> None:
        """Put what stands for GitHub and GitLab in place."""
        for path, text in ((self.remote / "hooks/post-receive", HOOK), (self.folder / "gh", GH)):
            path.write_text(text)
            path.chmod(0o755)

    def checkout(self, name: str = "checkout", ref: str = "main") -> Path:
        """Clone the project as a runner does, with one commit."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        clone = ["clone", "--quiet", "--depth=1", f"--branch={ref}", self.remote.as_uri(), name]
        git(self.folder, *clone)
        return self.folder / name

    def edit(self, file: str, old: str, new: str, ref: str = "main") -> None:
        """Change a file of the project, or add one where `old` is empty, as a person does."""
        person = self.checkout("person", ref)
        if old:
            replace(person / file, old, new)
        else:
            (person / file).write_text(new)
        git(commit(person), "push", "--quiet", "origin", ref)

    def shell(self, project: Path) -> list[tuple[str, dict[str, str]]]:
        """Return the scripts of the project's file, each with its environment."""
        if self.name == "gitlab":
            file = yaml.safe_load((project / ".gitlab-ci.yml").read_text())
            return [("\n".join(file[BRANCH]["script"]), {})]
        file = yaml.safe_load((project / ".github/workflows/template-update.yml").read_text())
        (job,) = file["jobs"].values()
        return [
            (
                step["run"],
                {key: EXPRESSIONS[value[4:-3]] for key, value in step.get("env", {}).items()},
            )
            for step in job["steps"]
            if "run" in step
        ]

    def run(self, template: Path) -> tuple[int, str]:
        """Do what the forge does each week, in a fresh checkout; return exit code and log."""
        project = self.checkout()
        sha = git(project, "rev-parse", "HEAD").strip()
        env = {
            **self.env(template),
            "PATH": os.pathsep.join([str(self.folder), os.environ["PATH"]]),
        }
        if self.name == "github":
            env |= {"GITHUB_SHA": sha, "GITHUB_REF_NAME": "main"}
            bash = ["bash", "--noprofile", "--norc", "-e"]
        else:
            env |= {"CI_COMMIT_SHA": sha, "CI_COMMIT_BRANCH": "main", "CI_PROJECT_URL": GITLAB}
            env["TEMPLATE_UPDATE_TOKEN"] = "secret"
            bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
            git(project, "checkout", "--quiet", "--detach")
        printed = ""
        for number, (script, variables) in enumerate(self.shell(project)):
            path = self.folder / f"script-{number}"
            path.write_text(f"exec 2>&1\n{script}")  # Both streams are one in a forge's log.
            done = run([*bash, str(path)], project, {**env, **variables})
            printed += done.stdout
            if done.returncode:
                break
        return done.returncode, printed

    def asked(self) -> list[list[str]]:
        """Return what `gh` was asked since the last time, without the log-ins."""
        log = self.folder / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [words for words in map(json.loads, lines) if words[0] != "auth"]

    def options(self) -> list[str]:
        """Return the options of the last push, without their numbers."""
        log = self.remote / "options"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.partition("=")[2] for line in lines]

    def branches(self) -> list[str]:
        """Return the branches of the project's remote."""
        return git(self.remote, "branch", "--format=%(refname:short)").split()

    def tip(self, ref: str = BRANCH) -> str:
        """Return the commit of a branch."""
        return git(self.remote, "rev-parse", ref).strip()


@pytest.fixture(scope="module", autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the Copier of these tests where `uvx copier` finds it without asking the index."""
    folder = tmp_path_factory.mktemp("tools")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_TOOL_DIR", str(folder))
        patch.setenv("UV_TOOL_BIN_DIR", str(folder / "bin"))
        succeed(["uv", "tool", "install", "--quiet", f"copier=={version('copier')}"], folder)
        yield


@pytest.fixture(scope="session")
def born(newer: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Forge]:
    """Generate a project for each forge."""
    forges = {name: Forge(name, tmp_path_factory.mktemp(name)) for name in FORGES}
    for forge in forges.values():
        forge.generate(newer)
    return forges


@pytest.fixture
def forge(request: pytest.FixtureRequest, born: dict[str, Forge], tmp_path: Path) -> Forge:
    """Give a test a copy of a project of its own; on GitHub, if it does not say where."""
    name = getattr(request, "param", "github")
    shutil.copytree(born[name].remote, tmp_path / "my-project.git")
    copy = Forge(name, tmp_path)
    copy.stand_ins()
    return copy


# ── Nothing to do ────────────────────────────────────────────────────────────


def test_without_a_newer_release_nothing_is_pushed(forge: Forge, first: Path) -> None:
    code, printed = forge.run(first)
    assert (code, forge.branches(), forge.asked()) == (0, ["main"], [])
    assert printed == "v1.0.0 is the newest release of the template.\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"_src_path: {ADDRESS}\n", "_src_path: /home/you/asyncio-template\n"),
        ("_commit: v1.0.0\n", ""),
        ("", ""),
    ],
    ids=["from a folder", "no release", "no answers"],
)
def test_a_project_that_cannot_be_updated_says_so(
    old: str, new: str, forge: Forge, newer: Path
) -> None:
    forge.edit(".copier-answers.yml", old, new)
    code, printed = forge.run(newer)
    assert (code, forge.branches()) == (0, ["main"])
    assert printed == (
        ".copier-answers.yml names no release of a template at an address: "
        "there is nothing to update from.\n"
    )


# ── A newer release ──────────────────────────────────────────────────────────


def updated_by_hand(forge: Forge, template: Path) -> str:
    """Return git's name for the files that `copier update` makes."""
    project = forge.checkout("by-hand")
    succeed(copier_command("update", "--trust", "--defaults"), project, forge.env(template))
    git(project, "add", "--all")
    return git(project, "write-tree").strip()


def proposed(forge: Forge, old: str, new: str, *, again: bool = False) -> None:
    """Check how the update of a release is proposed."""
    title = f"Update the template from {old} to {new}"
    text = f"Written by `copier update`. What it changes: {ADDRESS[:-4]}/blob/{new}/CHANGELOG.md"
    assert forge.branches() == ["main", BRANCH]
    assert git(forge.remote, "log", "-1", "--format=%s%n%b", BRANCH) == f"{title}\n{text}\n\n"
    assert forge.tip(f"{BRANCH}~1") == forge.tip("main")
    if forge.name == "gitlab":
        assert forge.options() == [
            "merge_request.create",
            "merge_request.target=main",
            f"merge_request.title={title}",
            f"merge_request.description={text}",
        ]
        return
    listed, changed = forge.asked()
    assert listed[:4] == ["pr", "list", "--head", BRANCH]
    if again:
        patch = ["api", "--silent", "--method", "PATCH", "repos/group/my-project/pulls/7"]
        assert changed == [*patch, "-f", f"title={title}", "-f", f"body={text}"]
    else:
        where = ["pr", "create", "--base", "main", "--head", BRANCH]
        assert changed == [*where, "--title", title, "--body", text]


@pytest.mark.parametrize("forge", FORGES, indirect=True)
def test_a_newer_release_is_proposed_once(forge: Forge, newer: Path, tmp_path: Path) -> None:
    assert forge.run(newer)[0] == 0
    proposed(forge, "v1.0.0", "v1.1.0")

    tip = forge.tip()
    code, printed = forge.run(newer)
    assert code == 0
    assert printed.endswith("The branch template-update has this update already.\n")
    assert (forge.tip(), forge.asked(), forge.options()) == (tip, [], [])

    newest = release(following(newer, tmp_path), "v1.2.0", "Work with it", "Work")
    forge.edit("mine.txt", "", "mine\n")
    assert forge.run(newest)[0] == 0
    proposed(forge, "v1.0.0", "v1.2.0", again=True)
    if forge.name == "github":
        assert forge.tip(f"{BRANCH}^{{tree}}") == updated_by_hand(forge, newest)


def test_a_pull_request_that_github_refuses_leaves_no_branch_that_looks_proposed(
    forge: Forge, newer: Path
) -> None:
    (forge.folder / "refuses").touch()
    code, printed = forge.run(newer)
    assert (code, forge.branches()) == (1, ["main"])
    assert "not permitted to create or approve pull requests" in printed


def test_what_somebody_added_to_the_branch_is_kept(forge: Forge, newer: Path) -> None:
    git(forge.remote, "branch", BRANCH, "main")
    forge.edit("mine.txt", "", "mine\n", ref=BRANCH)
    tip = forge.tip()
    code, printed = forge.run(newer)
    assert (code, forge.tip(), forge.asked()) == (1, tip, [])
    assert printed.endswith(
        "Somebody added to the branch template-update: merge it, or delete it.\n"
    )


# ── What must not be pushed ──────────────────────────────────────────────────


def test_a_conflict_is_not_pushed(forge: Forge, newer: Path) -> None:
    forge.edit("README.md", "\n## Work on it\n", "\n## Mine\n")
    code, printed = forge.run(newer)
    assert (code, forge.branches(), forge.asked()) == (1, ["main"], [])
    assert "Not proven: resolve README.md;" in printed
    assert printed.splitlines()[-1].startswith("Nothing was pushed.")


def test_a_conflict_is_not_pushed_when_nothing_names_it(
    forge: Forge, newer: Path, tmp_path: Path
) -> None:
    """Copier ends with 0 after a conflict: a release that forgets its last migration changes nothing."""
    careless = following(newer, tmp_path)
    config = careless / "copier.yml"
    config.write_text(config.read_text().partition("\n_migrations:")[0] + "\n")
    git(commit(careless), "tag", "v1.2.0")
    forge.edit("README.md", "\n## Work on it\n", "\n## Mine\n")
    code, printed = forge.run(careless)
    assert (code, forge.branches(), forge.asked()) == (1, ["main"], [])
    assert " 2\tREADME.md\n" in printed
    assert re.search(r"^README.md:\d+: leftover conflict marker$", printed, re.MULTILINE)
    assert printed.splitlines()[-1].startswith("Nothing was pushed.")


def test_a_failed_proof_is_not_pushed(forge: Forge, newer: Path) -> None:
    forge.edit(".copier-answers.yml", "prove: false", "prove: true")
    forge.edit("tests/test_mine.py", "", "def test_mine() -> None:\n    assert False\n")
    code, printed = forge.run(newer)
    assert (code, forge.branches(), forge.asked()) == (1, ["main"], [])
    assert "Not proven: suite: not passed: tests/test_mine.py::test_mine (failed)." in printed
    assert printed.splitlines()[-1].startswith("Nothing was pushed.")


def test_a_template_that_does_not_answer_is_no_template_without_releases(
    forge: Forge, tmp_path: Path
) -> None:
    code, printed = forge.run(tmp_path / "gone")
    assert (code, forge.branches()) == (1, ["main"])
    assert "Traceback" not in printed
    assert printed.splitlines()[-1] == (
        "The template did not say which release is its newest: "
        f"is {ADDRESS} there, and may this read it?"
    )


# ── What the files say ───────────────────────────────────────────────────────


def test_both_forges_run_the_same_lines(born: dict[str, Forge]) -> None:
    update, propose = (s for s, _ in born["github"].shell(born["github"].folder / "born"))
    ((script, _),) = born["gitlab"].shell(born["gitlab"].folder / "born")
    assert script.startswith(update)
    renamed = propose.replace("GITHUB_SHA", "CI_COMMIT_SHA").replace("gh auth setup-git\n", "")
    common = renamed.partition("git push")[0]
    assert len(common.splitlines()) > 10
    assert script.removeprefix(update).lstrip().startswith(common)


@pytest.mark.parametrize("kind", CHOICES["kind"])
def test_nothing_is_put_into_shell_and_the_update_has_no_token(
    kind: str, template: Path, tmp_path: Path
) -> None:
    project = render_with_copier(template, {"kind": kind}, tmp_path / "project")
    steps = [
        (path.name, step)
        for path in (project / ".github" / "workflows").iterdir()
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
    ]
    assert {name for name, _ in steps} == {"ci.yml", "template-update.yml"}
    assert not [step for _, step in steps if "${{" in step.get("run", "")]
    ours = [step for name, step in steps if name == "template-update.yml"]
    assert ours[0]["with"] == {"persist-credentials": False}
    assert [step["name"] for step in ours if "env" in step] == ["Propose"]
    assert "copier" not in ours[-1]["run"]


@pytest.mark.parametrize("kind", CHOICES["kind"])
def test_gitlabs_schedule_runs_the_update_alone(kind: str, template: Path, tmp_path: Path) -> None:
    project = render_with_copier(template, {"kind": kind, "ci": "gitlab"}, tmp_path / "project")
    file: dict[str, Any] = yaml.safe_load((project / ".gitlab-ci.yml").read_text())
    jobs = {name: job for name, job in file.items() if "script" in job}
    (rule,) = jobs.pop(BRANCH)["rules"]
    assert rule == {"if": '$CI_PIPELINE_SOURCE == "schedule" && $TEMPLATE_UPDATE'}
    assert {job["extends"] for job in jobs.values()} == {".check"}
    (others,) = file[".check"]["rules"]
    assert others["if"].startswith("$TEMPLATE_UPDATE == null && ")
