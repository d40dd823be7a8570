"""Start the app: `python app.py`. A Hugging Face Space runs this file as it is."""

from voiceclone import logs
from voiceclone.settings import Settings
from voiceclone.studio import Studio
from voiceclone.ui.serving import serve

if __name__ == "__main__":
    settings = Settings.from_env()
    logs.keep_secrets(settings)
    serve(Studio(settings), settings)
