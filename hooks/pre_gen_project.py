"""Cookiecutter, before it renders: refuse wrong answers with the sentences of copier.yml.

Cookiecutter renders this file first: the answers arrive as JSON, never as source.
"""

import json
import shutil
import sys
from pathlib import Path

Path(__file__).unlink()  # Cookiecutter leaves the rendered hook in the temporary folder.
CONTEXT = r"""{{ cookiecutter | tojson }}"""
REPOSITORY = Path(json.loads(CONTEXT)["_repo_dir"])  # A copy, which pre_prompt.py renamed.

sys.path.insert(0, str(REPOSITORY / "hooks"))
from questions import load_answers, refusals

if found := refusals(load_answers(CONTEXT)):
    shutil.rmtree(REPOSITORY.parent)
    sys.exit("\n".join(found))
