"""What nvidia-smi lists for people: `-q` and `--version`."""

from __future__ import annotations

from envctl.formats.machine import read_machine
from envctl.model.machine import Ecc, Gpu, Machine, PcieLink, RemappedRows, RetiredPages

ORIGIN = "file:machine.txt"


def read(text: str) -> Machine:
    return read_machine(text, file="machine.txt")


LISTING = """\

==============NVSMI LOG==============

Timestamp                                 : Mon Jan  6 10:00:00 2025
Driver Version                            : 550.54.15
CUDA Version                              : 12.4

Attached GPUs                             : 2
GPU 00000000:3B:00.0
    Product Name                          : NVIDIA A100-PCIE-40GB
    Product Architecture                  : Ampere
    Persistence Mode                      : Enabled
    MIG Mode
        Current                           : Disabled
        Pending                           : Enabled
    GPU UUID                              : GPU-1
    PCI
        Bus Id                            : 00000000:3B:00.0
        GPU Link Info
            PCIe Generation
                Max                       : 4
                Current                   : 1
                Device Max                : 4
                Host Max                  : N/A
            Link Width
                Max                       : 16x
                Current                   : 16x
    Clocks Event Reasons
        Idle                              : Not Active
        HW Slowdown                       : Active
            HW Thermal Slowdown           : Active
            HW Power Brake Slowdown       : Not Active
        SW Thermal Slowdown               : Not Active
    Clocks Event Reasons Counters
        SW Power Capping                  : 5 us
        HW Power Braking                  : 0 us
    FB Memory Usage
        Total                             : 40960 MiB
        Used                              : 0 MiB
    BAR1 Memory Usage
        Total                             : 65536 MiB
    Utilization
        Gpu                               : 3 %
    Ecc Mode
        Current                           : Enabled
        Pending                           : Disabled
    ECC Errors
        Volatile
            SRAM Correctable              : 0
            SRAM Uncorrectable Parity     : 1
            SRAM Uncorrectable SEC-DED    : 2
            DRAM Correctable              : 7
            DRAM Uncorrectable            : 0
        Aggregate
            DRAM Uncorrectable            : 4
            SRAM Threshold Exceeded       : No
    Retired Pages
        Single Bit ECC                    : N/A
        Pending Page Blacklist            : N/A
    Remapped Rows
        Correctable Error                 : 0
        Inactive Correctable Error        : 3
        Uncorrectable Error               : 1
        Pending                           : Yes
        Remapping Failure Occurred        : No
    Temperature
        GPU Current Temp                  : 31 C
        GPU Target Temperature            : N/A
    GPU Power Readings
        Average Power Draw                : 36.50 W
        Current Power Limit               : 250.00 W
    Module Power Readings
        Average Power Draw                : 99.00 W
    Clocks
        SM                                : 210 MHz
    Max Clocks
        SM                                : 1410 MHz
    Fabric
        State                             : Not Started
    GPU Recovery Action                   : Reset
    Processes
        GPU instance ID                   : N/A
        Process ID                        : 42
            Name                          : python : a name
            Used GPU Memory               : 12 MiB

GPU 00000000:5E:00.0
    Product Name                          : NVIDIA A100-PCIE-40GB
    MIG Mode
        Current                           : Enabled
    MIG Device
        Index                             : 0
        GPU Instance ID                   : 1
        Compute Instance ID               : 0
        Shared FB Memory Usage
            Total                         : 19968 MiB
    MIG Device
        Index                             : 1
        GPU Instance ID                   : 2
        Compute Instance ID               : 1
        FB Memory Usage
            Total                         : 9856 MiB
    FB Memory Usage
        Total                             : 40960 MiB
    Remapped Rows                         : N/A
"""


def test_a_listing_says_what_the_xml_says() -> None:
    assert read(LISTING) == Machine(
        driver="550.54.15",
        cuda="12.4",
        system="linux",
        count=2,
        origin=ORIGIN,
        gpus=(
            Gpu(
                index=0,
                name="NVIDIA A100-PCIE-40GB",
                uuid="GPU-1",
                bus_id="00000000:3B:00.0",
                architecture="Ampere",
                memory_mib=40960,
                memory_used_mib=0,
                utilization_percent=3,
                mig=False,
                ecc=Ecc(
                    enabled=True,
                    corrected_volatile=7,
                    uncorrected_volatile=3,
                    uncorrected_aggregate=4,
                    sram_threshold_exceeded=False,
                ),
                remapped=RemappedRows(correctable=0, uncorrectable=1, pending=True, failure=False),
                pcie=PcieLink(generation=1, generation_max=4, width=16, width_max=16),
                temperature_c=31,
                power_w=36.5,
                power_limit_w=250.0,
                clock_sm_mhz=210,
                clock_sm_max_mhz=1410,
                throttle=("hw-slowdown", "hw-thermal"),
                throttle_time_us={"sw-power-cap": 5, "hw-power-brake": 0},
                fabric="Not Started",
                recovery_action="Reset",
            ),
            Gpu(
                index=1,
                name="NVIDIA A100-PCIE-40GB",
                bus_id="00000000:5E:00.0",
                memory_mib=40960,
                mig=True,
                mig_devices=("GI 1 CI 0 (19968 MiB)", "GI 2 CI 1 (9856 MiB)"),
            ),
        ),
    )


def test_lines_may_end_as_on_windows_and_a_byte_order_mark_may_stand_before_them() -> None:
    assert read("\ufeff" + LISTING.replace("\n", "\r\n")) == read(LISTING)


def test_a_listing_of_one_section_says_only_that() -> None:
    text = """\
==============NVSMI LOG==============
Driver Version                            : 470.57.02
Attached GPUs                             : 1
GPU 00000001:00:00.0
    Retired Pages
        Single Bit ECC                    : 2
        Double Bit ECC                    : 1
        Pending Page Blacklist            : Yes
"""
    gpu = Gpu(
        index=0,
        bus_id="00000001:00:00.0",
        retired=RetiredPages(single_bit=2, double_bit=1, pending=True),
    )
    assert read(text) == Machine(driver="470.57.02", count=1, gpus=(gpu,), origin=ORIGIN)


def test_the_totals_of_older_gpus_count_as_they_are() -> None:
    text = """\
==============NVSMI LOG==============
GPU 0000:04:00.0
    Clocks Throttle Reasons
        SW Power Cap                      : Active
    ECC Errors
        Volatile
            Single Bit
                Device Memory             : 6
                Total                     : 6
            Double Bit
                Total                     : 0
    Power Readings
        Power Draw                        : 25.01 W
        Enforced Power Limit              : 70.00 W
"""
    assert read(text).gpus == (
        Gpu(
            index=0,
            bus_id="0000:04:00.0",
            ecc=Ecc(corrected_volatile=6, uncorrected_volatile=0),
            throttle=("sw-power-cap",),
            power_w=25.01,
            power_limit_w=70.0,
        ),
    )


def test_r610_says_that_its_old_names_are_deprecated() -> None:
    text = """\
==============NVSMI LOG==============
Driver Version                            : 610.57.04 [Deprecated; use another name]
CUDA Version                              : 13.3 [Deprecated; use another name]
KMD Version                               : 610.57.04
CUDA UMD Version                          : 13.3
Attached GPUs                             : 0
"""
    assert read(text) == Machine(driver="610.57.04", cuda="13.3", count=0, origin=ORIGIN)


def test_the_versions_are_those_of_driver_and_cuda_and_not_of_the_tool_or_its_library() -> None:
    old = (
        "NVIDIA-SMI version  : 1.1.1\nNVML version        : 2.2\n"
        "DRIVER version      : 3.3.3\nCUDA Version        : 4.4\n"
    )
    assert read(old) == Machine(driver="3.3.3", cuda="4.4", origin=ORIGIN)
    new = (
        "NVIDIA-SMI version  : 610.1\n"
        'DRIVER version      : Deprecated, see "KMD version" instead\n'
        'CUDA version        : Deprecated, see "CUDA UMD version" instead\n'
        "KMD version         : 610.2\nCUDA UMD version    : 13.3\n"
    )
    assert read(new) == Machine(driver="610.2", cuda="13.3", origin=ORIGIN)
