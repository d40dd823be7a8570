# voiceclone anywhere but on a Space of the Gradio kind:
#   docker build -t voiceclone .
#   docker run -p 7860:7860 -v voiceclone:/data voiceclone
FROM python:3.11-slim

# A compiler for the one dependency that is built from source; ffmpeg for sound while it is spoken.
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential ffmpeg \
    && rm -rf /var/lib/apt/lists/*

# The user that Spaces of the Docker kind run as too.
RUN useradd --create-home --uid 1000 voiceclone \
    && install -d -o voiceclone -g voiceclone /data /app
USER voiceclone
WORKDIR /app

ENV PATH=/home/voiceclone/.local/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HOME=/data/huggingface \
    VOICECLONE_CACHE=/data/cache \
    VOICECLONE_DATA=/data/voices \
    VOICECLONE_HOST=0.0.0.0 \
    VOICECLONE_PORT=7860

COPY --chown=voiceclone:voiceclone requirements.txt ./
RUN pip install --no-cache-dir --user -r requirements.txt
COPY --chown=voiceclone:voiceclone app.py LICENSE ./
COPY --chown=voiceclone:voiceclone model_cards ./model_cards
COPY --chown=voiceclone:voiceclone voiceclone ./voiceclone

# Keys, saved voices and converted weights.
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/', timeout=8)"]
CMD ["python", "app.py"]
