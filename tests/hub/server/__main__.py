"""Run the hub by itself: `python -m tests.hub.server [PORT]` prints its address, and ends with its input."""

import sys

from tests.hub.server.hub import LoopbackHub

if __name__ == "__main__":
    with LoopbackHub(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as hub:
        sys.stdout.write(hub.endpoint + "\n")
        sys.stdout.flush()
        sys.stdin.read()
