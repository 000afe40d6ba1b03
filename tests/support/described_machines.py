"""One machine with a Tesla T4 and the driver of CUDA 12.2, as each form of nvidia-smi's output tells it."""

from __future__ import annotations

_XML = """\
<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
	<driver_version>535.104.05</driver_version>
	<cuda_version>12.2</cuda_version>
	<attached_gpus>1</attached_gpus>
	<gpu id="00000000:00:1E.0">
		<product_name>Tesla T4</product_name>
		<persistence_mode>Enabled</persistence_mode>
		<ecc_mode><current_ecc>Enabled</current_ecc></ecc_mode>
		<fb_memory_usage><total>15360 MiB</total></fb_memory_usage>
	</gpu>
</nvidia_smi_log>
"""
_LISTING = """\

==============NVSMI LOG==============

Timestamp                                 : Mon Nov 16 10:00:00 2026
Driver Version                            : 535.104.05
CUDA Version                              : 12.2

Attached GPUs                             : 1
GPU 00000000:00:1E.0
    Product Name                          : Tesla T4
    Persistence Mode                      : Enabled
    FB Memory Usage
        Total                             : 15360 MiB
"""
_TABLE = """\
Mon Nov 16 10:00:00 2026
+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 535.104.05             Driver Version: 535.104.05   CUDA Version: 12.2     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |
|                                         |                      |               MIG M. |
|=========================================+======================+======================|
|   0  Tesla T4                       On  | 00000000:00:1E.0 Off |                    0 |
| N/A   31C    P8               9W /  70W |      0MiB / 15360MiB |      0%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
"""
_CSV = "name, driver_version, compute_cap, count\nTesla T4, 535.104.05, 7.5, 1\n"
_YAML = "driver: 535.104.05\ngpus: [Tesla T4]\ncount: 1\n"

T4 = {"t4.xml": _XML, "t4-q.txt": _LISTING, "t4.txt": _TABLE, "t4.csv": _CSV, "t4.yaml": _YAML}
"""Its text by the file that it is kept in."""


def described(driver: str, *gpus: str, more: str = "") -> str:
    """The YAML of a machine; `more` are further lines."""
    return f"driver: {driver}\ngpus: [{', '.join(gpus)}]\n{more}"
