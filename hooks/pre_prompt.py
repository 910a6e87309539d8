"""Cookiecutter, before it asks: give template/ the name that Cookiecutter looks for.

It runs in a temporary copy of this repository, so that one tree serves both tools.
"""

from pathlib import Path

Path("template").rename("{{cookiecutter.__project_slug}}")
