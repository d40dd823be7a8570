"""Start the app: `python app.py`. A Hugging Face Space runs this file as it is."""

import logging
from importlib.util import find_spec

from voiceclone import logs
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.serving import serve


def build_studio(settings: Settings) -> Studio:
    """Return the studio; on ZeroGPU hardware one that learns and speaks where a GPU is lent for it."""
    if not settings.zero_gpu:
        return Studio(settings)
    if find_spec("spaces") is None:
        logging.getLogger("voiceclone").warning("SPACES_ZERO_GPU is set, but `spaces` is not installed: CPU")
        return Studio(settings)
    import spaces  # puts a stand-in for CUDA into this process, so before anything asks for a device

    from voiceclone.lent import LentDevice, lease_s

    there = Studio(settings, device="cuda")
    return Studio(settings, heavy=LentDevice(there, spaces.GPU(duration=lease_s)))


if __name__ == "__main__":
    settings = Settings.from_env()
    logs.keep_secrets(settings)
    serve(build_studio(settings), settings)
