"""The command line: one function per command.

Results go to stdout, progress and complaints to stderr. With `--json` stdout is one JSON
document, a refusal included (`{"error": {"type", "message", …facts}}`), and stderr holds
nothing but the sentence of a refusal.
"""

from voiceclone.cli.door import main

__all__ = ["main"]
