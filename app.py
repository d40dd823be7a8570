"""Start the app: `python app.py`. A Hugging Face Space runs this file as it is."""

from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.app import build_app, launch

if __name__ == "__main__":
    settings = Settings.from_env()
    launch(build_app(Studio(settings)), settings)
