"""Pocket TTS on a device: sound to latents, and text to sound in the voice of some latents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from voiceclone.engines.pocket_tts.checkpoint import PLACEHOLDERS, read_checkpoint
from voiceclone.engines.pocket_tts.spec import MAX_FRAMES, MAX_TOKENS, SAMPLE_RATE, TEMPERATURE
from voiceclone.engines.pocket_tts.wording import as_trained
from voiceclone.native import ready_torchaudio

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PROMPT = (
    "{% for message in messages %}{% for item in message['content'] %}"
    "{% if item['type'] == 'audio' %}<audio_prompt_bos><audio_prompt>{% else %}{{ item['text'] }}{% endif %}"
    "{% endfor %}{% endfor %}<audio_bos>"
)
"""The voice, the text, and where the speech begins: the order in which Kyutai's library runs them."""


class PocketTTSNetwork:
    """The language model and its processor, which holds the codec. Not safe between threads."""

    def __init__(self, weights: Path, tokenizer: Path, device: torch.device) -> None:
        """Load them.

        Args:
            weights: `model.safetensors` in Kyutai's layout.
            tokenizer: its `tokenizer.json`.
            device: where to compute, in 32-bit floats.
        """
        ready_torchaudio()
        from transformers import (
            PocketTTSAudioTokenizerModel,
            PocketTTSFeatureExtractor,
            PocketTTSForConditionalGeneration,
            PocketTTSProcessor,
        )
        from transformers.utils import logging

        logging.disable_progress_bar()  # it would be drawn into the log of a server
        found = read_checkpoint(weights)
        self.device = device
        self._codec = PocketTTSAudioTokenizerModel.from_pretrained(
            None,
            config=found.codec_config,
            state_dict=dict(found.codec_tensors),
            dtype=torch.float32,
            device_map={"": device},
        )
        self._model = PocketTTSForConditionalGeneration.from_pretrained(
            None,
            config=found.config,
            state_dict=dict(found.tensors),
            dtype=torch.float32,
            device_map={"": device},
        )
        frame = found.codec_config.frame_size
        self._processor = PocketTTSProcessor(
            PocketTTSFeatureExtractor(frame_size=frame, pad_to_multiple_of=frame),
            _tokenizer(tokenizer),
            audio_tokenizer=self._codec,
            chat_template=_PROMPT,
        )

    @torch.inference_mode()
    def latents(self, samples: np.ndarray) -> np.ndarray:
        """Return what the codec makes of speech, ended on a short pause as in training.

        Shape: `[n_samples]` at 24 kHz -> float32 `[n_frames, 32]`, a frame for every 1,920 samples.
        """
        heard = self._processor.feature_extractor(samples.copy(), sampling_rate=SAMPLE_RATE).to(self.device)
        found = self._codec.encode(heard["input_values"], heard["padding_mask"])
        return found.latents[0, found.latents_mask[0].bool()].float().cpu().numpy()

    def speak(self, text: str, latents: np.ndarray, seed: int) -> np.ndarray:
        """Return a text spoken in the voice of some latents: float32 `[n_samples]` at 24 kHz.

        A text of more than 50 tokens is cut at sentences and clauses. Speech ends where the model says
        so, and at the latest after a time that grows with the text.
        """
        voice = torch.from_numpy(np.array(latents[:MAX_FRAMES], np.float32))
        spoken = []
        with torch.inference_mode(), torch.random.fork_rng():
            torch.manual_seed(seed)
            for part in self._processor.split_text(as_trained(text), MAX_TOKENS):
                prompt = self._prompt(as_trained(part), voice)
                (frames,) = self._model.generate(**prompt, do_sample=True, temperature=TEMPERATURE)
                (said,) = self._processor.decode(frames[None])
                spoken.append(said.numpy())
        return np.concatenate(spoken)

    def _prompt(self, text: str, voice: torch.Tensor) -> dict[str, torch.Tensor]:
        content: Any = [{"type": "audio"}, {"type": "text", "text": text}]
        written = self._processor.apply_chat_template([{"role": "user", "content": content}], tokenize=False)
        prompt = self._processor(text=[written], audio_prompt_latents=[voice], return_tensors="pt")
        return dict(prompt.to(self.device))


def _tokenizer(path: Path) -> PreTrainedTokenizerBase:
    """Return Kyutai's tokenizer with the placeholders that transformers writes among its tokens."""
    from transformers import PreTrainedTokenizerFast

    found = PreTrainedTokenizerFast(
        tokenizer_file=str(path),
        unk_token="<unk>",
        pad_token="<pad>",
        extra_special_tokens={f"{name}_token": f"<{name}>" for name in PLACEHOLDERS},
    )
    words = found.backend_tokenizer.pre_tokenizer
    if hasattr(words, "prepend_scheme"):
        # After a placeholder, text is to be read as it is by itself, with the space that begins a word.
        words.prepend_scheme = "always"
    return found
