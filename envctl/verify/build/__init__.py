"""What a framework in an environment was built for: told by packages, by a specification, by itself."""

from envctl.verify.build.builds import from_packages, from_spec
from envctl.verify.build.completed import completed
from envctl.verify.build.matter import matter
from envctl.verify.build.pieces import installed, requested

__all__ = ["completed", "from_packages", "from_spec", "installed", "matter", "requested"]
