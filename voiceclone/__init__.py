"""Learn a voice from a few seconds of speech and speak any text in it.

The table of contents: `voiceclone.studio.Studio` holds the use cases (inspect,
transcribe, clone, speak, score, verify); `voiceclone.settings.Settings` what can be
set; `voiceclone.errors` what can go wrong and how to mend it. The app is `app.py`,
the command line `python -m voiceclone`.
"""

import os

# ONNX Runtime (from 1.32 on) reports to its maker what it runs, unless this is set before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
