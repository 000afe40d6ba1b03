"""Messages of a build that is the wrong one, or lacks a library."""

from __future__ import annotations

from envctl.verify.checks.message import Message

BUILD_MESSAGES: tuple[Message, ...] = (
    Message(
        id="cpu-build",
        pattern=r"Torch not compiled with CUDA enabled",
        cause="this torch is a CPU build; a solver takes one where it finds no driver (__cuda)",
        fix="create the environment anew for a CUDA version: --cuda 12.6, or CONDA_OVERRIDE_CUDA=12.6 "
        "for conda, with a CUDA build string (pytorch=*=*cuda*)",
        source="torch/cuda/__init__.py; conda #14761",
    ),
    Message(
        id="mkl-jit-symbol",
        pattern=r"undefined symbol: iJIT_\w+",
        cause="MKL 2024.1 and newer have no iJIT_NotifyEvent, which this torch build takes from it",
        fix="mkl <2024.1 among the dependencies",
        source="pytorch #123097",
    ),
    Message(
        id="tensorflow-libraries",
        pattern=r"Cannot dlopen some GPU libraries",
        cause="TensorFlow cannot load a CUDA library, and does not say which; it goes on without GPUs",
        fix="see tensorflow-libraries, which names each; pip: tensorflow[and-cuda], conda: cudnn and "
        "cuda-version of the build",
        source="tensorflow #63362, #66987, #110956",
    ),
    Message(
        id="nvjitlink-mismatch",
        pattern=r"undefined symbol: _*nvJitLink\w+",
        cause="cuSPARSE found an older libnvJitLink than it was built with, mostly of a CUDA toolkit in "
        "LD_LIBRARY_PATH",
        fix="take the toolkit out of LD_LIBRARY_PATH; else nvidia-nvjitlink-cu12 (conda: libnvjitlink) of "
        "cuSPARSE's own CUDA version",
        source="pytorch #131312, #134929, #140797",
    ),
    Message(
        id="cuda-library-missing",
        pattern=r"(libcu(da|dnn|blas|fft|file|pti|rand|solver|sparse)\w*|libnv\w+|libnccl)\.so\S*:"
        r" cannot open shared object"
        r"|Could not load library libcudnn|Unable to load any of \{libcudnn|Could not load dynamic library",
        cause="a CUDA library that the framework was linked to is not in the environment",
        fix="install what the message names: cudnn, nccl or cuda-libraries of the build's CUDA version "
        "(pip: the nvidia-* packages that torch requires)",
        source="onnxruntime-genai #344, Make-Your-Video #4",
    ),
    Message(
        id="libstdcxx-too-old",
        pattern=r"(GLIBCXX|CXXABI)_[\d.]+'? not found",
        cause="an older libstdc++ is loaded than the build needs: the system's instead of the environment's",
        fix="libstdcxx-ng among the dependencies, and no folder with another libstdc++ in LD_LIBRARY_PATH",
        source="pytorch #87279, #157709",
    ),
    Message(
        id="glibc-too-old",
        pattern=r"GLIBC_[\d.]+'? not found",
        cause="this system's glibc is older than the build needs",
        fix="a newer system, or a build for an older one (conda: the solver knows it as __glibc)",
        source="meta-pytorch/data #844",
    ),
    Message(
        id="numpy-abi",
        pattern=r"_ARRAY_API not found|compiled using NumPy 1\.x cannot be run",
        cause="a module was compiled for NumPy 1 and meets NumPy 2",
        fix="numpy <2 among the dependencies, or a newer build of the module",
        source="pytorch #135013",
    ),
)
