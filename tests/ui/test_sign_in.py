"""Signing in on a Space: the button says who is signed in, in both languages, and is no endpoint."""

from types import SimpleNamespace

import gradio as gr
import pytest

from voiceclone.ui.layout import sign_in_button, sign_in_label


@pytest.fixture
def page(monkeypatch) -> gr.Blocks:
    """A page with the button, as on a Space: elsewhere Gradio takes this machine's own account."""
    monkeypatch.setenv("SYSTEM", "spaces")
    monkeypatch.setenv("SPACE_ID", "ada/voices")
    for name in ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"):
        monkeypatch.setattr(f"gradio.oauth.{name}", "http://127.0.0.1:9")
    with gr.Blocks() as page:
        sign_in_button()
    return page


def asking(**info):
    return SimpleNamespace(request=SimpleNamespace(scope={"session": {"oauth_info": info}} if info else {}))


def test_the_button_says_who_is_signed_in(page):
    """The browser takes any other label than its first one for that of somebody who wants to sign out."""
    (button,) = (block for block in page.blocks.values() if isinstance(block, gr.LoginButton))
    label = sign_in_label(asking(userinfo={"sub": "1", "preferred_username": "ada"}))["value"]
    assert label.count("ada") == 2 and "Sign out (ada)" in label and label != button.value
    nobody = sign_in_label(asking())
    assert "value" not in nobody, "the label stays the one that signs in"


def test_it_adds_no_endpoint(page):
    """Gradio's own button checks the cookie by an endpoint that any client would see listed."""
    assert page.get_api_info()["named_endpoints"] == {}
