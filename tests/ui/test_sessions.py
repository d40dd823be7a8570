"""What Gradio remembers of calls stays small, and visitors are not forgotten for it."""

import uuid

import gradio as gr
import pytest

from voiceclone.ui import sessions
from voiceclone.ui.sessions import Sessions, forget_finished


@pytest.fixture
def page() -> gr.Blocks:
    with gr.Blocks() as page:
        gr.State("fresh")
        gr.Textbox("word " * 1000)
    return page


@pytest.fixture
def holder(page: gr.Blocks) -> Sessions:
    holder = Sessions()
    holder.set_blocks(page)
    return holder


def state_id(page: gr.Blocks) -> int:
    return next(key for key, block in page.blocks.items() if isinstance(block, gr.State))


def test_a_visitors_state_is_kept_while_strangers_call(holder: Sessions, page: gr.Blocks, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_CALLS", 5)
    key = state_id(page)
    holder["visitor"][key] = "theirs"
    calls = [uuid.uuid4().hex for _ in range(50)]
    for call in calls:
        assert holder[call][key] == "fresh"
    assert holder["visitor"][key] == "theirs"
    assert set(holder.session_data) == {"visitor", *calls[-5:]} == set(holder.time_last_used)
    assert holder[calls[0]][key] == "fresh", "a call that outlives its session gets another"


def test_a_session_holds_no_copy_of_the_page(holder: Sessions):
    assert list(holder["visitor"].components) == []


def test_names_of_sessions_that_wait_for_nothing_are_forgotten(page: gr.Blocks):
    pending = page._queue.pending_event_ids_session
    pending.update({"done": set(), "waiting": {"an event"}})
    forget_finished(page)
    assert pending == {"waiting": {"an event"}}
