"""Components that take files: only what was uploaded here, never a path or an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio_client.utils import is_http_url_like

ComponentT = TypeVar("ComponentT", gr.Audio, gr.File)


def uploads_only(component: ComponentT) -> ComponentT:
    """Return the component, made to refuse addresses.

    Gradio itself refuses paths outside its upload folder, but fetches a file from any public
    address that a client names, of any size and from this machine: that is closed here.
    """
    move_to_cache = component.async_move_resource_to_block_cache

    async def refuse_addresses(url_or_file_path: str | Path | None) -> str | None:
        if url_or_file_path is not None and is_http_url_like(str(url_or_file_path)):
            raise gr.Error("Only an uploaded file is accepted, not an address.", print_exception=False)
        return await move_to_cache(url_or_file_path)

    component.async_move_resource_to_block_cache = refuse_addresses  # type: ignore[method-assign]
    return component


def hidden_file(label: str, types: list[str] | None = None, **options: Any) -> gr.File:
    """Return a file input of an endpoint: it takes an upload and is not seen on the page."""
    return uploads_only(gr.File(label=label, file_types=types, type="filepath", visible=False, **options))
