"""`nvidia-smi -q -x`: everything that the driver says, as XML."""

from __future__ import annotations

from xml.etree import ElementTree  # the standard library's, as imports here are absolute

from envctl.errors import InputError
from envctl.formats.nvidia_smi.labels import GPU, HEADER, Label, by_field
from envctl.formats.nvidia_smi.report import gpu_of, machine_of, mig_device
from envctl.model.machine import Machine

_END = "</nvidia_smi_log>"


def read_xml(text: str, *, file: str) -> Machine:
    """`file` is the name for messages; what stands before or after the document does not matter.

    Raises `InputError` (`nvidia-smi-syntax`) with the line for what is no XML, or is cut off.
    """
    start = min(at for mark in ("<?xml", "<!DOCTYPE", "<nvidia_smi_log") if (at := text.find(mark)) >= 0)
    end = text.rfind(_END)
    document = text[start : end + len(_END)] if end >= 0 else text[start:]
    if "<!ENTITY" in document:  # nvidia-smi declares none, and nested ones grow without end
        raise InputError(
            "declares entities, which nvidia-smi never does", code="nvidia-smi-syntax", file=file
        )
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  (without entities there is nothing to expand)
    except ElementTree.ParseError as error:
        raise InputError(
            "not the whole XML of `nvidia-smi -q -x`",
            code="nvidia-smi-syntax",
            file=file,
            line=text.count("\n", 0, start) + error.position[0],
            cause=str(error),
            hint="capture it anew: nvidia-smi -q -x > machine.xml",
        ) from error
    gpus = root.findall("gpu")
    raw = [_fields(gpu, GPU) for gpu in gpus]
    found = [
        gpu_of(fields, index=index, mig_devices=_mig_devices(gpu))
        for index, (gpu, fields) in enumerate(zip(gpus, raw, strict=True))
    ]
    return machine_of(_fields(root, HEADER), found, raw=raw)


def _fields(element: ElementTree.Element, labels: tuple[Label, ...]) -> dict[str, str]:
    found = {each.element: text for each in labels if (text := element.findtext(each.element)) is not None}
    return by_field(found, labels, xml=True)


def _mig_devices(gpu: ElementTree.Element) -> tuple[str, ...]:
    return tuple(
        mig_device(
            device.findtext("gpu_instance_id", "?"),
            device.findtext("compute_instance_id", "?"),
            device.findtext("fb_memory_usage/total", "?"),
        )
        for device in gpu.findall("mig_devices/mig_device")
    )
