"""Gradio's memory of its sessions, kept small.

Gradio remembers ten thousand sessions, gives every call of an endpoint one of its own, and keeps
in each a copy of the whole page's configuration, for links that this app does not offer. That is
half a megabyte a call, several gigabytes in all, for anyone who calls often enough; and it
pushes out the sessions of visitors.
"""

from __future__ import annotations

import re
from collections import OrderedDict

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

CALL = re.compile(r"[0-9a-f]{32}")
"""What Gradio calls the session of a call from a program: the id of its event."""

MAX_CALLS = 500
"""Calls whose sessions are kept; there is nothing in them, so a call that outlives its own gets another."""


class Sessions(StateHolder):
    """The sessions of one app; takes the place of Gradio's own holder."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: OrderedDict[str, None] = OrderedDict()

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            session = SessionState(self.blocks)
            session.config_values = {}
            self.session_data[session_id] = session
            if CALL.fullmatch(session_id):
                self._remember_call(session_id)
        return super().__getitem__(session_id)

    def _remember_call(self, session_id: str) -> None:
        self._calls[session_id] = None
        while len(self._calls) > MAX_CALLS:
            oldest, _ = self._calls.popitem(last=False)
            self.session_data.pop(oldest, None)
            self.time_last_used.pop(oldest, None)


def forget_finished(app: gr.Blocks) -> None:
    """Remove the names of sessions that wait for nothing, which Gradio never does; in its event loop."""
    pending = app._queue.pending_event_ids_session
    for session_id in [session_id for session_id, events in pending.items() if not events]:
        del pending[session_id]
