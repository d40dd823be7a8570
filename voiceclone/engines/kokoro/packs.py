"""The stock style packs: which one is nearest to a reference, and how each speaks as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from voiceclone.audio.features import f0
from voiceclone.engines.base import Material, SpeakOptions, VoiceTensors
from voiceclone.engines.kokoro.network import KokoroNetwork
from voiceclone.engines.kokoro.speak import UNMAPPED, VoiceOnDevice, speak_phrase
from voiceclone.engines.kokoro.spec import ADAIN_OFFSETS, PROSODY_PACK, STYLE_DIM, TIMBRE_ROWS
from voiceclone.hub.weights import Resolved, WeightStore
from voiceclone.speaker.encoder import SpeakerEncoder
from voiceclone.text.phrase import Phrase

Profiles = Mapping[str, tuple[np.ndarray, float]]
"""For each pack: its ECAPA embedding `[192]` and its median F0 in Hz."""

FORM = "pack-profiles-v1"
PITCH_WEIGHT = 0.5
"""How much an octave of pitch counts against similarity: a start of the wrong pitch gets stuck."""
_SENTENCE = Phrase(
    "The north wind and the sun were disputing which was the stronger.",
    "",
    "ðə nˈɔɹθ wˈɪnd ænd ðə sˈʌn wɜɹ dəspjˈuɾɪŋ wˌɪʧ wʌz ðə stɹˈɔŋɡəɹ.",
    "en-us",
)


def stock_voice(pack: np.ndarray) -> VoiceTensors:
    """Return a style pack `[510, 256]` as a voice with nothing learned."""
    return {
        "adain": np.zeros(ADAIN_OFFSETS, np.float16),
        "timbre": pack[TIMBRE_ROWS, :STYLE_DIM].mean(axis=0),
        "prosody": pack[:, STYLE_DIM:].astype(np.float16),
        "mapping": np.array(UNMAPPED, np.float32),
    }


def starting_pack(packs: Mapping[str, np.ndarray], nearest: str) -> np.ndarray:
    """Return what an adaptation starts from: the nearest pack's timbre, the clearest pack's prosody."""
    return np.concatenate([packs[nearest][:, :STYLE_DIM], packs[PROSODY_PACK][:, STYLE_DIM:]], axis=1)


def nearest_pack(material: Material, profiles: Profiles) -> str:
    """Return the pack to start from: most similar, less the distance in pitch (octaves)."""
    curve = f0(material.clips[0].audio.sliced(0, 8.0))
    voiced = curve[curve > 0]
    pitch = float(np.median(voiced)) if len(voiced) else None

    def score(name: str) -> float:
        embedding, pack_pitch = profiles[name]
        octaves = abs(np.log2(pack_pitch / pitch)) if pitch else 0.0
        return float(embedding @ material.embedding) - PITCH_WEIGHT * octaves

    return max(sorted(profiles), key=score)


def load_profiles(
    weights: WeightStore, network: KokoroNetwork, encoder: SpeakerEncoder, packs: Mapping[str, np.ndarray]
) -> Profiles:
    """Return what each pack sounds like, measured once and kept."""

    def build(resolved: Resolved, folder: Path) -> None:
        tensors: dict[str, np.ndarray] = {}
        for name, pack in packs.items():
            voice = VoiceOnDevice.of(stock_voice(pack), network.device)
            audio = speak_phrase(network, voice, _SENTENCE, SpeakOptions(), 0)
            curve = f0(audio)
            tensors[f"{name}.embedding"] = encoder.embed(audio)
            tensors[f"{name}.f0"] = np.array([np.median(curve[curve > 0])], np.float32)
        save_file(tensors, folder / "profiles.safetensors")

    tensors = load_file(weights.derived("kokoro", FORM, build) / "profiles.safetensors")
    return {n: (tensors[f"{n}.embedding"], float(tensors[f"{n}.f0"][0])) for n in packs}
