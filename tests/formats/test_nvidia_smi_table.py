"""What nvidia-smi prints for people at a glance: the table and `-L`."""

from __future__ import annotations

from envctl.formats.machine import read_machine
from envctl.model.machine import Ecc, Gpu, Machine

ORIGIN = "file:machine.txt"


def read(text: str) -> Machine:
    return read_machine(text, file="machine.txt")


BANNER = "| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2     |\n"
TABLE = f"""\
Mon Jan  6 10:00:00 2025
+-----------------------------------------------------------------------------+
{BANNER}|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|                               |                      |               MIG M. |
|===============================+======================+======================|
|   0  Tesla T4            Off  | 00000000:00:1E.0 Off |                    2 |
| N/A   61C    P0    67W /  70W |   1024MiB / 15360MiB |     98%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
|   1  NVIDIA A100-SXM...  On   | 00000000:3B:00.0 Off |                   On |
| 30%   35C    P0    N/A /  N/A |     20MiB / 40960MiB |     N/A      Default |
|                               |                      |             Enabled* |
+-------------------------------+----------------------+----------------------+
|   2  ERR!                Off  | 00000000:5E:00.0 Off |                 ERR! |
|ERR!  ERR! ERR!    ERR! / ERR! |      0MiB / 46068MiB |    ERR!      Default |
|                               |                      |                 ERR! |
+-----------------------------------------------------------------------------+
| MIG devices:                                                                |
|  1    1   0   0  |     11MiB / 19968MiB | 42      0 |  3   0    2    0    0 |
|  1    2   0   1  |     13MiB /  9856MiB | 28      0 |  2   0    1    0    0 |
+-----------------------------------------------------------------------------+
| Processes:                                                                  |
|    0   N/A  N/A      4242      C   python                           1000MiB |
+-----------------------------------------------------------------------------+
"""


def test_a_table_says_what_fits_into_it() -> None:
    assert read(TABLE) == Machine(
        driver="535.104.05",
        cuda="12.2",
        system="linux",
        origin=ORIGIN,
        gpus=(
            Gpu(
                index=0,
                name="Tesla T4",
                bus_id="00000000:00:1E.0",
                memory_mib=15360,
                memory_used_mib=1024,
                utilization_percent=98,
                ecc=Ecc(enabled=True, uncorrected_volatile=2),
                temperature_c=61,
                power_w=67.0,
                power_limit_w=70.0,
            ),
            Gpu(
                index=1,
                name="NVIDIA A100-SXM...",
                bus_id="00000000:3B:00.0",
                memory_mib=40960,
                memory_used_mib=20,
                mig=True,
                mig_devices=("GI 1 CI 0 (19968 MiB)", "GI 2 CI 0 (9856 MiB)"),
                ecc=Ecc(enabled=True),
                temperature_c=35,
            ),
            Gpu(index=2, bus_id="00000000:5E:00.0", memory_mib=46068, memory_used_mib=0, lost="ERR!"),
        ),
    )


def test_the_banner_of_r610_has_other_words_for_driver_and_cuda() -> None:
    banner = "| NVIDIA-SMI 610.57.04    KMD Version: 610.57.04   CUDA UMD Version: 13.3 |\n"
    machine = read(TABLE.replace(BANNER, banner))
    assert (machine.driver, machine.cuda, len(machine.gpus)) == ("610.57.04", "13.3", 3)


def test_the_banner_of_a_driver_before_cuda_was_shown_says_only_the_driver() -> None:
    banner = "| NVIDIA-SMI 384.130                Driver Version: 384.130                   |\n"
    machine = read(TABLE.replace(BANNER, banner))
    assert (machine.driver, machine.cuda) == ("384.130", None)


def test_a_table_with_driver_models_is_of_windows() -> None:
    assert read(TABLE.replace("Off  |", "WDDM |").replace("On   |", "TCC  |")).system == "windows"


def test_a_list_says_names_uuids_and_the_profiles_of_mig_devices() -> None:
    text = """\
GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-a)
  MIG 3g.20gb     Device  0: (UUID: MIG-a)
  MIG 1c.3g.20gb  Device  1: (UUID: MIG-b)
GPU 1: Tesla V100 (a name) (UUID: GPU-b)
"""
    assert read(text) == Machine(
        origin=ORIGIN,
        gpus=(
            Gpu(
                index=0,
                name="NVIDIA A100-SXM4-40GB",
                uuid="GPU-a",
                mig=True,
                mig_devices=("3g.20gb", "1c.3g.20gb"),
            ),
            Gpu(index=1, name="Tesla V100 (a name)", uuid="GPU-b"),
        ),
    )
