"""What the devices of a machine do together with torch: `params` has the `devices`, a `seed`
and how long the processes of a probe may take, `timeout_s`."""

from __future__ import annotations

from typing import Dict

from .all_reduce import all_reduce
from .harness import Params, Probe
from .peer_access import peer_access


def prepare(_params: Params) -> None:
    """Import torch. CUDA stays unstarted, because it does not survive a fork."""
    import torch.distributed  # noqa: F401


PROBES: Dict[str, Probe] = {"peer-access": peer_access, "all-reduce": all_reduce}
