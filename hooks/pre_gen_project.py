"""Cookiecutter, before it renders: refuse wrong answers with the sentences of copier.yml.

Cookiecutter renders this file first: the answers arrive as JSON, never as source.
"""

import json
import shutil
import sys
from pathlib import Path

Path(__file__).unlink()  # Cookiecutter leaves the rendered hook in the temporary folder.
ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")
REPOSITORY = Path(ANSWERS["_repo_dir"])  # The temporary copy that pre_prompt.py renamed.

sys.path.insert(0, str(REPOSITORY / "hooks"))
from questions import refusals

if found := refusals(ANSWERS):
    shutil.rmtree(REPOSITORY.parent)
    sys.exit("\n".join(found))
