"""Cookiecutter, after it rendered: write the answers for `copier update`, then prove the project.

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
from answers import remove_empty_folders, write_answers
from proof import UNPROVEN, prove
from questions import load_answers

ANSWERS = load_answers(CONTEXT)
write_answers(ANSWERS, REPOSITORY)
remove_empty_folders()
if not ANSWERS["prove"]:
    print(UNPROVEN)
    sys.exit()
if code := prove(Path.cwd(), fresh=True, temporary=REPOSITORY.parent):
    shutil.rmtree(REPOSITORY.parent, ignore_errors=True)
sys.exit(code)
