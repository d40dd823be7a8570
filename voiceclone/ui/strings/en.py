"""Every visible string in English. Error sentences are the error classes' own templates."""

from __future__ import annotations

from voiceclone.ui.strings.en_engines import EN_ENGINES
from voiceclone.ui.strings.en_finetune import EN_FINETUNE
from voiceclone.ui.strings.en_sharing import EN_SHARING
from voiceclone.ui.strings.en_voices import EN_VOICES

EN: dict[str, str] = {
    **EN_ENGINES,
    **EN_FINETUNE,
    **EN_SHARING,
    **EN_VOICES,
    "page.title": "voiceclone",
    "sign.in": "Sign in with Hugging Face",
    "sign.out": "Sign out ({name})",
    "page.tagline": (
        "Learn a voice from a few seconds of speech, then let it speak any text. Everything it says "
        "carries an inaudible watermark."
    ),
    "tab.clone": "Clone",
    "tab.voices": "Voices",
    "tab.verify": "Verify",
    "time.seconds": "{seconds} s",
    "time.minutes": "{minutes} min {seconds} s",
    "turn.waiting": "Waiting for a free turn: {before} before you.",
    "error.unexpected": (
        "The program failed at something it should be able to do; nothing of yours was lost. Try once "
        "more; if it happens again, restart the app and tell its maintainer when it happened."
    ),
    "error.no_reference": "There is no reference yet. Record or upload 10 to 30 s of one person speaking.",
    "error.no_consent": (
        "Consent has not been heard yet. Let the sentence be shown, read it aloud, and wait for the answer."
    ),
    "error.no_challenge": "This sentence has been used. Let a new one be shown, then read that aloud.",
    "error.no_owner": "This page does not know whose voices to show. Load it again.",
    "error.none_chosen": "No voice is chosen. Choose one from the list.",
    "error.nothing_asked": "There is nothing to confirm. Choose *Withdraw consent* or *Delete* first.",
    "error.no_voice": "There is no voice yet. Learn one from a recording, or open a voice file.",
    "error.page_loading": "The page is still being set up. Wait a moment, then try again.",
    "error.file": "Only a file that was uploaded here can be read. Upload it, then try again.",
    "source.new": "New voice",
    "source.open": "Open a voice file",
    "reference.title": "1 · Reference",
    "reference.label": "Record or upload 10 to 30 s of one person speaking",
    "reference.heard": "What will be learned from: trimmed and levelled",
    "reference.figure": "Waveform, pitch over the spectrogram, spectrum with formants",
    "reference.look": "Look closer",
    "reference.transcript": "What is said in it",
    "reference.transcript.info": "Mend what was misheard: the voice is learned against these words.",
    "reference.language": "Language spoken",
    "reference.listening": "Listening…",
    "grade.good": "A good reference",
    "grade.fair": "A usable reference",
    "grade.poor": "A weak reference",
    "report.facts": "{speech:.1f} s of speech · {rate:g} kHz",
    "report.snr": "{snr:.0f} dB over the noise",
    "report.pitch": "pitch {f0:.0f} Hz",
    "report.shortened": "The best {kept:.0f} s of {total:.0f} s were kept.",
    "advice.none": "Nothing stands in the way of a good voice.",
    "advice.short": "There is little speech: 10 to 30 seconds give the best voice.",
    "advice.quiet": "The recording is very quiet: move closer to the microphone or raise its level.",
    "advice.clipped": "Loud parts are cut off: lower the microphone's level or step back a little.",
    "advice.noisy": "There is noise behind the voice: record in a quieter room, closer to the microphone.",
    "advice.hum": "Some hum under the voice: record away from the computer and its power supply.",
    "advice.narrow_band": (
        "High frequencies are missing, as on a telephone: record with the microphone directly."
    ),
    "consent.title": "2 · Consent",
    "consent.sentence": (
        "A voice belongs to the person who speaks. Learn it only if that is you, or if that person has "
        "agreed to it. What you state here is kept inside the voice file and shown with it."
    ),
    "consent.speaker": "Who speaks",
    "consent.speaker.placeholder": "Full name",
    "consent.kind": "By whose word",
    "consent.kind.spoken": "I am the speaker: I will read a sentence aloud",
    "consent.kind.own-voice": "It is my own voice: on my word only",
    "consent.kind.authority": "I have the speaker's consent",
    "consent.name": "Name of the voice",
    "consent.name.info": "Left empty, it is called by the speaker's name.",
    "consent.basis": "What the consent rests on",
    "consent.basis.written-permission": "Written permission",
    "consent.basis.contract": "A contract",
    "consent.basis.relative": "I am a close relative or guardian",
    "consent.basis.licence": "A licence of the recording",
    "consent.basis.own-voice": "My own voice",
    "consent.document": "What shows it",
    "consent.document.info": "A contract's number, a letter's date, a licence's name.",
    "consent.stated_by": "Your name",
    "consent.scope": "What the voice may be used for",
    "consent.scope.personal": "Personal use",
    "consent.scope.share": "Sharing, not for sale",
    "consent.scope.commercial": "Any use, commercial too",
    "consent.elsewhere": "Issued elsewhere (key {signer}): whether it is true is not known here.",
    "consent.scope.personal.said": "For personal use.",
    "consent.scope.share.said": "May be shared, not sold.",
    "consent.scope.commercial.said": "For any use.",
    "consent.expires": "Last day",
    "consent.expires.info": "Such as 2027-11-23; after it the voice falls silent. Empty: until revoked.",
    "consent.until": "Until {date}.",
    "consent.until.time": "Good until {time}, for one recording.",
    "consent.spoken.info": (
        "The recording is compared with the sentence and with your reference, then forgotten, unless you "
        "tick that it may be kept."
    ),
    "consent.ask": "Show me the sentence",
    "consent.read": "Read this aloud, in one go:",
    "consent.recording": "You, reading the sentence",
    "consent.keep": "My recording of the sentence may be kept, encrypted, with the saved voice",
    "consent.heard": "Your consent was heard",
    "consent.heard.facts": (
        "Same voice as the reference: {similarity:.2f} (at least {threshold:.2f} is asked). "
        "Words misheard: {errors:.0f} %."
    ),
    "consent.said.spoken": "{speaker} consented in their own voice on {date} (verified).",
    "consent.said.own-voice": "Stated on {date} to be {speaker}'s own voice (not verified).",
    "consent.said.authority": (
        "{by} stated on {date} to have {speaker}'s consent (not verified). {basis}: {document}."
    ),
    "learn.title": "3 · Learn",
    "learn.advanced": "Advanced",
    "learn.steps": "Steps",
    "learn.steps.info": "In place of the preset's; left empty, the preset decides. 1 to 500.",
    "learn.preset": "How much it learns",
    "learn.preset.instant": "Instant",
    "learn.preset.info": "More comes closer to the reference and takes longer. "
    "Thorough learns from up to 60 s of it, the others from 30.",
    "learn.preset.quick": "Quick",
    "learn.preset.standard": "Standard",
    "learn.preset.thorough": "Thorough",
    "learn.seed": "Seed",
    "learn.seed.info": "Same recording, steps and seed: same voice.",
    "learn.button": "Learn this voice",
    "learn.cancel": "Stop and keep the best so far",
    "learn.preparing": "Preparing: lining the recording up with its words",
    "learn.learning": "Learning: step {step} of {steps}",
    "learn.stopping": "Stopping after this step; the best voice so far is kept.",
    "learn.left": "about {left} left",
    "learn.done": "Learned in {took}; the best was step {step}",
    "learn.preview": "A preview of the voice",
    "learn.curve": "Similarity while learning",
    "learn.curve.stranger": "a stranger",
    "learn.curve.self": "yourself",
    "learn.curve.now": (
        "Similarity at step {step}: {value:.2f}; a stranger {stranger:.2f}, yourself {same:.2f}."
    ),
    "voice.title": "Voice",
    "voice.none": "No voice yet. Learn one from a recording, or open a voice file.",
    "voice.open.label": "Voice file (.safetensors)",
    "voice.open.info": "A voice saved earlier can speak at once; nothing has to be learned again.",
    "voice.download": "Download the voice",
    "voice.keep": "Keep this voice",
    "voice.facts": "{language} · {steps} steps on {seconds:.0f} s of speech, {date} · {engine}",
    "speak.title": "Speak",
    "speak.text": "Text",
    "speak.text.placeholder": "What shall it say?",
    "speak.count": "{characters:,} of {max:,} characters",
    "speak.count.near": "{characters:,} of {max:,} characters: close to the limit; split the text soon.",
    "speak.count.over": (
        "{characters:,} of {max:,} characters: too long to be spoken in one go. Split the text."
    ),
    "speak.read": "How it will be read",
    "speak.read.empty": "Numbers, dates and signs are shown here written out, phrase by phrase.",
    "speak.language": "Language of the text",
    "speak.speed": "Speed",
    "speak.speed.info": "0.5 is half as fast, 2 twice as fast.",
    "speak.disclose": "Say first that the voice is synthetic",
    "speak.disclose.info": "A short sentence at the start, in the language of the text.",
    "speak.seed": "Seed",
    "speak.seed.info": "Of the last take; the same seed says it the same way.",
    "speak.fresh": "A new seed each time",
    "speak.settings": "Language, speed, seed",
    "speak.button": "Speak",
    "speak.again": "Say it another way",
    "speak.stop": "Stop",
    "speak.live": "As it is spoken",
    "speak.phrase": "Phrase {index} of {total}",
    "speak.scoring": "Spoken. Listening to it to score it…",
    "speak.no_stream": "ffmpeg is not installed here, so the take is heard when all of it is spoken.",
    "take.title": "Takes",
    "take.audio": "The take",
    "take.list": "The last takes",
    "take.label": "Take {number}: {voice}, “{text}”, seed {seed}",
    "take.repeat": "Use this take's text and settings",
    "take.download": "Download audio",
    "take.record": "Download record",
    "score.similarity": "Sounds like the reference",
    "score.similarity.value": "{score} of 100",
    "score.similarity.info": "A stranger scores about 0, another recording of the same person 100.",
    "score.words": "Words understood",
    "score.words.all": "All of them",
    "score.words.some": "{percent:.0f} %",
    "score.words.info": "By a speech recogniser; a marked word was not heard as written.",
    "score.missed": "not heard as written",
    "score.naturalness": "Naturalness",
    "score.naturalness.high": "Very natural",
    "score.naturalness.good": "Natural",
    "score.naturalness.fair": "A little rough",
    "score.naturalness.low": "Artificial",
    "score.naturalness.info": "{mos:.1f} of 5, estimated by DistillMOS; real recordings get 3.4 to 4.7.",
    "score.advice.similarity": (
        "Low likeness mostly comes from too little or noisy speech: give 10 to 30 clean seconds, or "
        "more steps."
    ),
    "score.advice.words": "Some words were lost: say it again another way, or slow it down a little.",
    "saved.title": "Saved voices",
    "saved.sentence": (
        "Kept encrypted on the server this app runs on, and opened by this browser only. A voice speaks as "
        "long as the consent to it holds."
    ),
    "saved.list": "Your voices",
    "saved.refresh": "Look again",
    "saved.none": "No voice is saved yet. Learn one and keep it, or open a voice file below.",
    "saved.label": "{name} · {state}",
    "saved.state.current": "ready",
    "saved.state.expired": "consent expired",
    "saved.state.revoked": "consent withdrawn",
    "saved.state.current.info": "Ready to speak.",
    "saved.state.expired.info": (
        "The consent has run out: it neither speaks nor can be exported. Ask the speaker for a new consent."
    ),
    "saved.state.revoked.info": (
        "The consent was withdrawn: it neither speaks nor can be exported. It can only be deleted."
    ),
    "saved.import": "Add a voice file (.safetensors)",
    "saved.sample": "A sample",
    "saved.use": "Speak with this voice",
    "saved.export": "Export as a file",
    "saved.file": "The voice as a file",
    "saved.name": "Name",
    "saved.rename": "Rename",
    "saved.revoke": "Withdraw consent",
    "saved.delete": "Delete",
    "saved.confirm": "Yes, for good",
    "saved.decline": "No, leave it",
    "saved.reason": "Reason (optional; kept with the withdrawal)",
    "saved.confirm.revoke": "Withdraw the consent to this voice? It will never speak here again.",
    "saved.confirm.delete": "Delete this voice and its key? Nothing can bring it back.",
    "saved.kept": "{name} is saved.",
    "saved.renamed": "It is called {name} now.",
    "saved.revoked": "The consent is withdrawn.",
    "saved.deleted": "The voice is deleted.",
    "saved.key.title": "The key to these voices",
    "saved.key.info": (
        "This browser keeps a secret key; whoever has it opens these voices. Copy it to open them in "
        "another browser, or from the command line as VOICECLONE_LIBRARY_KEY."
    ),
    "saved.key": "Your key",
    "saved.key.show": "Show my key",
    "saved.key.other": "Another key",
    "saved.key.use": "Use that key here",
    "saved.key.account": "You are signed in: the voices belong to your account, not to a key.",
    "verify.title": "Was this made here?",
    "verify.sentence": (
        "Everything spoken here carries an inaudible watermark, and its file a signed manifest. Upload a "
        "recording to look for both."
    ),
    "verify.label": "A recording to check",
    "verify.found": "The watermark was found.",
    "verify.found.info": (
        "{marked:.0f} of {total:.0f} s carry it (confidence {percent:.0f} %): that much was spoken by "
        "a program that leaves this mark, as this one does."
    ),
    "verify.part": "The watermark was found in part of it.",
    "verify.part.info": (
        "Only {marked:.0f} of {total:.0f} s carry it (at best {percent:.0f} %). That is thin evidence: "
        "music can look like this. Cut out the part in question and check it alone."
    ),
    "verify.none": "No watermark was found.",
    "verify.none.info": (
        "That says nothing about who speaks: a real recording has none, other programs leave none, and "
        "changing speed or pitch removes it ({percent:.0f} % sure; {threshold:.0f} % is needed)."
    ),
    "verify.here": "This was made here.",
    "verify.here.info": (
        "Its manifest is signed by this installation, and nothing in the file was changed since."
    ),
    "verify.elsewhere": "The file says who made it.",
    "verify.elsewhere.info": (
        "Its manifest is whole, but signed by somebody else, who may call themself anything."
    ),
    "verify.altered": "The file was changed.",
    "verify.altered.info": (
        "It has a manifest, but file or manifest were changed since it was signed: do not trust what it says."
    ),
    "verify.manifest.facts": "{program} · {time} · voice {voice} · consent {consent} · seed {seed}",
    "verify.consent.verified": "verified",
    "verify.consent.attested": "attested",
    "verify.no_manifest": "It carries no signed manifest; saving in another program removes it.",
    "verify.empty": "The answer appears here.",
    "weights.title": "Weights in use",
    "weights.hub": "Hub",
    "weights.package": "installed package",
    "weights.missing": "missing",
    "weights.fetch": "on the Hub, fetched when first used",
}
