"""Whatever text comes in: a machine, or an InputError. 2,000 cases."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.errors import InputError
from envctl.formats.machine import read_machine
from envctl.formats.nvidia_smi.csv import read_csv
from envctl.formats.nvidia_smi.failures import failure
from envctl.model.machine import Machine

SEEDS = [
    '<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n'
    "<driver_version>1.2</driver_version>\n<gpu><uuid>a</uuid><mig_devices><mig_device/></mig_devices>\n"
    "<ecc_errors><volatile><dram_correctable>1</dram_correctable></volatile></ecc_errors></gpu>\n</nvidia_smi_log>\n",
    "==============NVSMI LOG==============\nDriver Version    : 1.2\nGPU 0000:01:00.0\n    MIG Device\n"
    "        GPU Instance ID : 1\n    ECC Errors\n        Volatile\n            DRAM Correctable : 1\n",
    "| NVIDIA-SMI 1.2   Driver Version: 1.2   CUDA Version: 3.4 |\n"
    "|   0  Tesla T4            Off  | 00000000:00:1E.0 Off |                    2 |\n"
    "| N/A   61C    P0    67W /  70W |   1024MiB / 15360MiB |     98%      Default |\n"
    "|                               |                      |              Enabled |\n"
    "|  0    1   0   0  |     11MiB / 19968MiB | 42      0 |  3   0    2    0    0 |\n",
    "GPU 0: Tesla T4 (UUID: GPU-a)\n  MIG 1g.5gb  Device  0: (UUID: MIG-a)\n",
    "index, name, compute_cap, clocks_event_reasons.active\n0, Tesla T4, 7.5, 0x0000000000000004\n",
    "Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error\nNo devices were found\n",
    "driver: 535.104.05\ngpus:\n- Tesla T4\n- {name: L4, memory_mib: 1, mig: true}\ncount: 2\nos: linux\n",
]
BITS = st.sampled_from(
    [
        *" \n\t:|,<>/[]{}-&%'\"",
        "9" * 5000,
        "0x",
        "N/A",
        "GPU is lost",
        "GPU ",
        "MIG Device",
        "\x00",
        "<!ENTITY ",
    ]
)


def survives(text: str) -> None:
    failure(text)
    try:
        assert isinstance(read_machine(text, file="any"), Machine)
    except InputError as error:
        assert error.file == "any"


@settings(max_examples=500, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    survives(text)


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 600), st.integers(0, 40), BITS), max_size=6))
def test_output_with_pieces_cut_out_and_put_in(text: str, edits: list[tuple[int, int, str]]) -> None:
    for place, length, piece in edits:
        text = text[:place] + piece + text[place + length :]
    survives(text)


@settings(max_examples=500, deadline=None)
@given(st.text(), st.lists(st.sampled_from(["index", "name", "compute_cap", "memory.total", "count"])))
def test_any_answer_to_a_query(text: str, names: list[str]) -> None:
    assert isinstance(read_csv(text, names=names), Machine)
