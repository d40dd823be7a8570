"""Start the app: `python app.py`. A Hugging Face Space runs this file as it is."""

from voiceclone import logs
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import build_app
from voiceclone.ui.serving import launch, run_until_stopped

if __name__ == "__main__":
    settings = Settings.from_env()
    logs.keep_secrets(settings)
    app = build_app(Studio(settings))
    launch(app, settings)
    run_until_stopped(app)
