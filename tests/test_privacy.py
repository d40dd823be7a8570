"""Nothing is told to others behind a visitor's back."""

import subprocess
import sys
from pathlib import Path


def test_onnx_runtime_s_telemetry_is_off_before_it_is_loaded(tmp_path: Path):
    """From 1.32 on it is on by default, and leaves a file among the temporary ones when it is imported."""
    code = "import voiceclone.settings, onnxruntime, os; assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    subprocess.run([sys.executable, "-c", code], env={"TMPDIR": str(tmp_path)}, check=True, cwd=Path.cwd())
    assert list(tmp_path.iterdir()) == []
