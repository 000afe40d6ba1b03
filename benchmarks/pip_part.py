"""The pip part of `envctl lock` alone: what is measured against `bare_uv.py`.

python pip_part.py SOLVED        (a pickle of what was solved for each platform)
"""

import pickle
import sys
from pathlib import Path

from envctl.ops.lock_pip import resolve_pip

solved = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301  (the benchmark wrote it)
for found in resolve_pip(solved, offline=False, folder=Path.cwd()):
    print(len(found), "packages")
