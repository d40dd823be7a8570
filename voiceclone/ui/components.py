"""Gradio's components for files, made to take only what was uploaded here, and to give files as they are.

They are classes, not changed instances: Gradio builds a component anew, from its class, each time one
of its properties is updated on somebody's page. Beside this file it writes a stub (`.pyi`) of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData
from gradio_client.utils import is_http_url_like


async def _uploads_only(self: Any, url_or_file_path: str | Path | None) -> str | None:
    """Refuse addresses.

    Gradio itself refuses paths outside its upload folder, but fetches a file from any public
    address that a client names, of any size and from this machine: that is closed here.
    """
    if url_or_file_path is not None and is_http_url_like(str(url_or_file_path)):
        raise gr.Error("Only an uploaded file is accepted, not an address.", print_exception=False)
    return await gr.Audio.async_move_resource_to_block_cache(self, url_or_file_path)


class Recording(gr.Audio):
    """A recording that a visitor makes or uploads."""

    is_template = True  # the page shows it as what it is made from
    async_move_resource_to_block_cache = _uploads_only


class Upload(gr.File):
    """Files that a visitor uploads."""

    is_template = True
    async_move_resource_to_block_cache = _uploads_only


class Player(gr.Audio):
    """A player of a file that was made here, which goes to the page as it is.

    Gradio would have the program `ffprobe` look whether a browser can play it, wherever there is
    `ffmpeg`, and fails where there is only the one: in a fresh environment, imageio-ffmpeg's.
    """

    is_template = True

    def postprocess(self, value: Any) -> FileData | bytes | None:
        """Return a path as the file that it names; anything else as `gr.Audio` would."""
        if isinstance(value, str | Path):
            return FileData(path=str(value), orig_name=Path(value).name)
        return super().postprocess(value)


def hidden_file(label: str, types: list[str] | None = None, **options: Any) -> Upload:
    """Return a file input of an endpoint: it takes an upload and is not seen on the page."""
    return Upload(label=label, file_types=types, type="filepath", visible=False, **options)
