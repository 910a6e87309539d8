"""Find tests that are written for a pytest-asyncio of the past, or for no event loop.

It reads the tests and runs none of them; `asyncio_guard` sees what only a run shows.
Run as `python tests/asyncio_check`, which pre-commit does, it prints a line for each
mistake, `file:line: why. Write: what`, and ends with 1 if there is one; it is silent
where there is none. The template updates it. To do without, delete this folder and
its lines in .pre-commit-config.yaml.

marks      the asyncio mark: missing, misplaced, with old arguments
fixtures   async fixtures that nothing runs, or that outlive their event loop
overrides  the fixtures event_loop and event_loop_policy, which chose the loop once
loops      tests that ask for a loop in a way that is gone
hooks      hooks of conftest.py that say what the configuration should

Read on in `rules`. `source` reads a file, `suite` knows what is a test, a fixture.
"""
