"""Programs that run inside the environment under test, on its own Python (3.8 or newer).

They import the standard library, each other and the library under test, nothing else of this project: the
environment has no envctl. `__main__.py` is what is started.
"""
