"""The channel's index: `repodata.json` and its compressed and sharded forms."""

from __future__ import annotations

import asyncio
from pathlib import Path

from envctl.errors import FailedError


def write_index(directory: Path, subdirs: tuple[str, ...]) -> None:
    """Index every package below the channel folder, without trust in the index that is there.

    Raises `FailedError` (`channel-index`).
    """
    from rattler.exceptions import ConversionError, IoError
    from rattler.index import index_fs

    for subdir in ("noarch", *subdirs):
        (directory / subdir).mkdir(exist_ok=True)
    try:
        asyncio.run(index_fs(directory, write_zst=True, write_shards=True, force=True))
    except (IoError, ConversionError, OSError, RuntimeError, ValueError) as error:
        raise FailedError(
            "the channel could not be indexed", code="channel-index", cause=str(error)
        ) from error


def is_indexed(directory: Path, subdir: str) -> bool:
    """Whether both folders that a solve reads have an index."""
    return all((directory / folder / "repodata.json").is_file() for folder in ("noarch", subdir))
