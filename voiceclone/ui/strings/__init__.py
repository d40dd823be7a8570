"""Every visible string, one table per language, English first.

Keys are `place.thing`. A sentence's `{facts}` are filled by `voiceclone.ui.words.Words`; the
words that stand still are looked up by the browser itself, through `gr.I18n`.
"""

from voiceclone.ui.strings.en import EN
from voiceclone.ui.strings.zh import ZH
from voiceclone.ui.strings.zh_errors import ERRORS_ZH

STRINGS: dict[str, dict[str, str]] = {"en": EN, "zh": ZH}

__all__ = ["EN", "ERRORS_ZH", "STRINGS", "ZH"]
