"""The XML of `nvidia-smi -q -x`: what drivers of several years say, leave out, or say otherwise."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.machine import read_machine
from envctl.model.machine import Ecc, Gpu, Machine, PcieLink, RemappedRows, RetiredPages

HEAD = '<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n'


def log(*gpus: str, header: str = "<driver_version>550.54.15</driver_version>") -> str:
    inner = "\n".join(f'<gpu id="00000000:0{n}:00.0">{gpu}</gpu>' for n, gpu in enumerate(gpus))
    return f"{HEAD}<nvidia_smi_log>\n{header}\n{inner}\n</nvidia_smi_log>\n"


def read(text: str) -> Machine:
    return read_machine(text, file="machine.xml")


def only(gpu: str) -> Gpu:
    (found,) = read(log(gpu)).gpus
    return found


def test_a_machine_has_its_driver_its_cuda_and_all_of_a_gpu() -> None:
    text = log(
        """
        <product_name>NVIDIA A100-PCIE-40GB</product_name>
        <product_architecture>Ampere</product_architecture>
        <persistence_mode>Enabled</persistence_mode>
        <mig_mode><current_mig>Disabled</current_mig></mig_mode>
        <uuid>GPU-1</uuid>
        <pci>
          <pci_bus_id>00000000:3B:00.0</pci_bus_id>
          <pci_gpu_link_info>
            <pcie_gen>
              <max_link_gen>3</max_link_gen><current_link_gen>1</current_link_gen>
              <max_device_link_gen>4</max_device_link_gen><max_host_link_gen>3</max_host_link_gen>
            </pcie_gen>
            <link_widths>
              <max_link_width>16x</max_link_width><current_link_width>8x</current_link_width>
            </link_widths>
          </pci_gpu_link_info>
        </pci>
        <clocks_event_reasons>
          <clocks_event_reason_gpu_idle>Not Active</clocks_event_reason_gpu_idle>
          <clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>
          <clocks_event_reason_hw_thermal_slowdown>Active</clocks_event_reason_hw_thermal_slowdown>
        </clocks_event_reasons>
        <clocks_event_reasons_counters>
          <clocks_event_reasons_counters_sw_power_cap>17 us</clocks_event_reasons_counters_sw_power_cap>
        </clocks_event_reasons_counters>
        <fb_memory_usage><total>40960 MiB</total><used>512 MiB</used></fb_memory_usage>
        <utilization><gpu_util>97 %</gpu_util></utilization>
        <ecc_mode><current_ecc>Enabled</current_ecc></ecc_mode>
        <remapped_rows>
          <remapped_row_corr>2</remapped_row_corr><remapped_row_unc>1</remapped_row_unc>
          <remapped_row_pending>Yes</remapped_row_pending><remapped_row_failure>No</remapped_row_failure>
        </remapped_rows>
        <temperature><gpu_temp>83 C</gpu_temp></temperature>
        <gpu_power_readings>
          <average_power_draw>249.50 W</average_power_draw><current_power_limit>250.00 W</current_power_limit>
        </gpu_power_readings>
        <clocks><sm_clock>1005 MHz</sm_clock></clocks>
        <max_clocks><sm_clock>1410 MHz</sm_clock></max_clocks>
        <fabric><state>In Progress</state></fabric>
        <gpu_recovery_action>Drain and Reset</gpu_recovery_action>
        """,
        header="<driver_version>550.54.15</driver_version><cuda_version>12.4</cuda_version>"
        "<attached_gpus>1</attached_gpus>",
    )
    assert read(text) == Machine(
        driver="550.54.15",
        cuda="12.4",
        system="linux",
        count=1,
        origin="file:machine.xml",
        gpus=(
            Gpu(
                index=0,
                name="NVIDIA A100-PCIE-40GB",
                uuid="GPU-1",
                bus_id="00000000:3B:00.0",
                architecture="Ampere",
                memory_mib=40960,
                memory_used_mib=512,
                utilization_percent=97,
                mig=False,
                ecc=Ecc(enabled=True),
                remapped=RemappedRows(correctable=2, uncorrectable=1, pending=True, failure=False),
                pcie=PcieLink(generation=1, generation_max=3, width=8, width_max=16),
                temperature_c=83,
                power_w=249.5,
                power_limit_w=250.0,
                clock_sm_mhz=1005,
                clock_sm_max_mhz=1410,
                throttle=("sw-power-cap", "hw-thermal"),
                throttle_time_us={"sw-power-cap": 17},
                fabric="In Progress",
                recovery_action="Drain and Reset",
            ),
        ),
    )


def test_what_has_no_value_or_no_element_is_not_said() -> None:
    assert only("") == Gpu(index=0)
    unsaid = "<product_name>N/A</product_name><uuid>[N/A]</uuid><fan_speed>N/A</fan_speed>"
    deprecated = "<utilization><gpu_util>Requested functionality has been deprecated</gpu_util></utilization>"
    assert only(f"{unsaid}{deprecated}<remapped_rows>N/A</remapped_rows>") == Gpu(index=0)


def test_errors_of_memory_kinds_are_summed_as_far_as_they_are_counted() -> None:
    gpu = only(
        """
        <ecc_errors>
          <volatile>
            <sram_correctable>1</sram_correctable><dram_correctable>2</dram_correctable>
            <sram_uncorrectable_parity>4</sram_uncorrectable_parity>
            <sram_uncorrectable_secded>8</sram_uncorrectable_secded>
            <dram_uncorrectable>16</dram_uncorrectable>
          </volatile>
          <aggregate>
            <sram_correctable>N/A</sram_correctable><dram_correctable>3</dram_correctable>
            <sram_uncorrectable>5</sram_uncorrectable><dram_uncorrectable>7</dram_uncorrectable>
            <sram_threshold_exceeded>Yes</sram_threshold_exceeded>
          </aggregate>
        </ecc_errors>
        """
    )
    assert gpu.ecc == Ecc(
        corrected_volatile=3,
        uncorrected_volatile=28,
        corrected_aggregate=3,
        uncorrected_aggregate=12,
        sram_threshold_exceeded=True,
    )


def test_older_gpus_have_totals_of_single_and_double_bit_errors_and_retired_pages() -> None:
    gpu = only(
        """
        <ecc_errors>
          <volatile>
            <single_bit><device_memory>9</device_memory><total>9</total></single_bit>
            <double_bit><device_memory>N/A</device_memory><total>0</total></double_bit>
          </volatile>
          <aggregate><single_bit><total>12</total></single_bit><double_bit><total>2</total></double_bit></aggregate>
        </ecc_errors>
        <retired_pages>
          <multiple_single_bit_retirement><retired_count>3</retired_count></multiple_single_bit_retirement>
          <double_bit_retirement><retired_count>1</retired_count></double_bit_retirement>
          <pending_blacklist>Yes</pending_blacklist><pending_retirement>N/A</pending_retirement>
        </retired_pages>
        """
    )
    assert gpu.ecc == Ecc(
        corrected_volatile=9, uncorrected_volatile=0, corrected_aggregate=12, uncorrected_aggregate=2
    )
    assert gpu.retired == RetiredPages(single_bit=3, double_bit=1, pending=True)


def test_older_drivers_call_events_throttling_and_have_other_places_for_power() -> None:
    gpu = only(
        """
        <clocks_throttle_reasons>
          <clocks_throttle_reason_hw_power_brake_slowdown>Active</clocks_throttle_reason_hw_power_brake_slowdown>
          <clocks_throttle_reason_hw_slowdown>Active</clocks_throttle_reason_hw_slowdown>
        </clocks_throttle_reasons>
        <power_readings>
          <power_draw>70.10 W</power_draw><power_limit>75.00 W</power_limit>
          <enforced_power_limit>70.00 W</enforced_power_limit>
        </power_readings>
        """
    )
    assert gpu.throttle == ("hw-slowdown", "hw-power-brake")
    assert (gpu.power_w, gpu.power_limit_w) == (70.1, 70.0)


def test_a_draw_that_is_no_average_and_the_ceiling_of_newer_drivers_count_too() -> None:
    gpu = only(
        """
        <gpu_power_readings>
          <average_power_draw>N/A</average_power_draw><instant_power_draw>38.89 W</instant_power_draw>
          <gpu_ceiling_power_limit>
            <current_power_limit>250.00 W</current_power_limit>
          </gpu_ceiling_power_limit>
        </gpu_power_readings>
        """
    )
    assert (gpu.power_w, gpu.power_limit_w) == (38.89, 250.0)


@pytest.mark.parametrize("said", ["N/A", "0"])
def test_a_host_whose_generation_is_not_known_limits_nothing(said: str) -> None:
    generations = f"<max_device_link_gen>4</max_device_link_gen><max_host_link_gen>{said}</max_host_link_gen>"
    gpu = only(f"<pci><pci_gpu_link_info><pcie_gen>{generations}</pcie_gen></pci_gpu_link_info></pci>")
    assert gpu.pcie == PcieLink(generation_max=4)


def test_a_gpu_that_fell_off_the_bus_says_why_in_place_of_its_values() -> None:
    memory = "<fb_memory_usage><total>GPU is lost</total></fb_memory_usage>"
    lost = f"{memory}<fabric><state>GPU is lost</state></fabric>"
    machine = read(
        log("<product_name>NVIDIA B200</product_name>", f"<product_name>NVIDIA B200</product_name>{lost}")
    )
    assert machine.gpus == (
        Gpu(index=0, name="NVIDIA B200"),
        Gpu(index=1, name="NVIDIA B200", lost="GPU is lost"),
    )
    assert only("<remapped_rows>GPU requires reset</remapped_rows>").lost == "GPU requires reset"


def test_mig_devices_are_named_by_their_instances_since_the_profile_is_not_said() -> None:
    gpu = only(
        """
        <mig_mode><current_mig>Enabled</current_mig><pending_mig>Enabled</pending_mig></mig_mode>
        <mig_devices>
          <mig_device>
            <index>0</index><gpu_instance_id>1</gpu_instance_id><compute_instance_id>0</compute_instance_id>
            <fb_memory_usage><total>40448 MiB</total><used>26 MiB</used></fb_memory_usage>
          </mig_device>
        </mig_devices>
        """
    )
    assert (gpu.mig, gpu.mig_devices) == (True, ("GI 1 CI 0 (40448 MiB)",))
    assert (
        only("<mig_mode><current_mig>N/A</current_mig></mig_mode><mig_devices>None</mig_devices>").mig is None
    )


def test_windows_has_a_driver_model_and_no_persistence_mode() -> None:
    windows = (
        "<persistence_mode>N/A</persistence_mode><driver_model><current_dm>WDDM</current_dm></driver_model>"
    )
    assert read(log(windows)).system == "windows"
    no_model = "<driver_model><current_dm>N/A</current_dm></driver_model>"
    linux = f"<persistence_mode>Disabled</persistence_mode>{no_model}"
    assert read(log(linux)).system == "linux"
    assert read(log("")).system is None


def test_a_version_that_is_called_deprecated_is_still_one() -> None:
    header = (
        "<driver_version>610.57.04 [Deprecated; use kmd_version]</driver_version>"
        "<cuda_version>Deprecated, see another</cuda_version><cuda_umd_version>13.3</cuda_umd_version>"
    )
    machine = read(log(header=header))
    assert (machine.driver, machine.cuda) == ("610.57.04", "13.3")


def test_a_driver_that_is_not_said_is_none() -> None:
    assert read(log("", header="<cuda_version>N/A</cuda_version>")).driver is None


def test_more_gpus_may_be_attached_than_are_listed() -> None:
    machine = read(log("", header="<attached_gpus>4</attached_gpus>"))
    assert (machine.count, len(machine.gpus)) == (4, 1)


def test_what_a_terminal_adds_around_the_document_does_not_matter() -> None:
    assert read(f"$ nvidia-smi -q -x\r\n{log('')}$ exit\n") == read(log(""))
    assert read(log("").replace(HEAD, "")) == read(log(""))


def test_a_document_that_is_cut_off_is_refused_with_its_line() -> None:
    with pytest.raises(InputError) as caught:
        read("some output\n" + log("<product_name>NVIDIA L4</product_name>")[:-20])
    assert (caught.value.code, caught.value.line) == ("nvidia-smi-syntax", 6)
    assert "nvidia-smi -q -x > machine.xml" in str(caught.value.hint)


def test_entities_are_refused_before_they_can_grow() -> None:
    bomb = '<!DOCTYPE nvidia_smi_log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(InputError, match="declares entities") as caught:
        read(f"{bomb}<nvidia_smi_log><driver_version>&b;</driver_version></nvidia_smi_log>")
    assert caught.value.code == "nvidia-smi-syntax"
