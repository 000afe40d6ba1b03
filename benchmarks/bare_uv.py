"""uv alone, started once for each platform: what the pip part of a lock is measured against.

python bare_uv.py COMMANDS       (a JSON file: a list of objects of args, input, env)
"""

import json
import subprocess
import sys
from pathlib import Path

for command in json.loads(Path(sys.argv[1]).read_text()):
    done = subprocess.run(
        command["args"],
        input=command["input"],
        env=command["env"],
        capture_output=True,
        text=True,
        check=True,
    )
    print(done.stdout.count("[[packages]]"), "packages")
