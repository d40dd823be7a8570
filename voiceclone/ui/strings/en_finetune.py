"""Every visible string of the *Fine-tune* tab in English."""

from __future__ import annotations

EN_FINETUNE: dict[str, str] = {
    "tab.finetune": "Fine-tune",
    "error.no_dataset": "There is no material yet. Upload recordings, or read some sentences first.",
    "error.no_clip": "No clip is chosen. Choose one in the table.",
    "error.no_take": "Nothing is recorded yet. Read the sentence aloud, then press *Next*.",
    "error.no_sentence": "All sentences have been read. Choose another language, or upload recordings.",
    "error.not_checked": (
        "The run has not been checked, or something has changed since. Press *Check before the start*."
    ),
    "error.not_trained": "There is no fine-tuned voice yet. Wait until the run is finished.",
    # --- material
    "material.title": "1 · Material",
    "material.lead": (
        "Two minutes or more of one person, in a quiet room. What you give is cut at its pauses, written "
        "down and judged. It is kept encrypted on the server this app runs on, for you alone."
    ),
    "material.from_files": "Recordings",
    "material.guided": "Read sentences",
    "material.files": "Clips, a zip of them, or one long recording",
    "material.files.info": "Later uploads are added to the ones before.",
    "material.stop": "Stop preparing",
    "material.stopping": "Stopping after this clip",
    "material.stage.reading": "Reading the recordings",
    "material.stage.cutting": "Cutting them at their pauses",
    "material.stage.listening": "Writing down what is said",
    "material.stage.judging": "Judging each clip",
    "material.stage.count": "{done} of {total}",
    "guided.lead": "Read each sentence as it stands, in your normal voice. Twenty are enough to begin with.",
    "guided.language": "Language",
    "guided.take": "You, reading the sentence",
    "guided.next": "Next",
    "guided.skip": "Skip this sentence",
    "guided.number": "Sentence {number} of {total}. Read this aloud:",
    "guided.so_far": "{taken} read so far, {length}",
    "guided.once_more": "That take is left out; read the sentence once more.",
    "guided.done": "All sentences of this language have been read.",
    # --- review
    "review.title": "2 · Review",
    "review.lead": "Choose a clip to hear it. Mend its text where it was misheard; leave out what is bad.",
    "material.kept": "{length} of speech to learn from",
    "material.facts": "{kept} clips · {left_out} left out · {language}",
    "material.doubtful": "{clips} of the clips are doubtful: hear them, and mend or leave them out.",
    "material.kept_for": "Kept for {days:g} days after your last visit, or until you begin anew.",
    "material.table": "Clips of the material",
    "material.column.number": "Clip",
    "material.column.seconds": "Length",
    "material.column.text": "Text",
    "material.column.verdict": "Verdict",
    "material.good": "good",
    "material.left_out": "left out",
    "material.clip": "Clip {number}",
    "material.clip.place": "{seconds:.1f} s, from {source}, {start} into it",
    "material.clip.left_out": "It is left out of training.",
    "clip.player": "The clip",
    "clip.text": "What is said in it",
    "clip.save": "Save text",
    "clip.drop": "Leave out",
    "clip.restore": "Take back",
    "fault.none": "Nothing stands in the way of learning from it.",
    "fault.noisy": "noisy",
    "fault.noisy.advice": "There is noise behind the voice: record it again in a quieter room.",
    "fault.clipped": "cut off",
    "fault.clipped.advice": "Loud parts are cut off: lower the microphone's level and record it again.",
    "fault.other_speaker": "another voice",
    "fault.other_speaker.advice": "It does not sound like the rest: leave it out unless it is you.",
    "fault.music": "music",
    "fault.music.advice": "There is music in it: leave it out, or record it again without.",
    "fault.empty": "no words",
    "fault.empty.advice": "No words were heard in it: leave it out, or write down what is said.",
    "fault.text_doubtful": "text unsure",
    "fault.text_doubtful.advice": "The text may not be what is said: hear it and mend the text.",
    "fault.too_short": "too short",
    "fault.too_short.advice": "It is too short to learn from: leave it out.",
    "fault.surplus": "not needed",
    "fault.surplus.advice": "There is enough without it; take it back if it is better than others.",
    "review.export": "Download as a dataset",
    "review.file": "The dataset: a zip of clips with their texts",
    "review.forget": "Begin anew",
    "review.forget.question": (
        "Destroy all clips, their texts and the run on this server? Nothing can bring them back; voices "
        "that you have kept stay."
    ),
    # --- check and start
    "tune.consent": "3 · Consent to these clips",
    "tune.title": "4 · Fine-tune",
    "tune.not_here": (
        "Not on this hardware: ZeroGPU lends a GPU for seconds at a time, and a run takes minutes. Duplicate "
        "this Space onto dedicated hardware, or run the program on a machine of your own. Clones are made "
        "here as everywhere."
    ),
    "tune.minutes": "Minutes to learn for",
    "tune.minutes.info": "Of about as many steps as there is time for, the best one is kept.",
    "tune.text": "Sentence for the previews",
    "tune.text.info": "Spoken now and then while it learns. Left empty, a sentence of ours.",
    "tune.advanced": "Advanced",
    "tune.seed": "Seed",
    "tune.seed.info": "Same clips, minutes and seed: same voice, on the same machine.",
    "tune.check": "Check before the start",
    "tune.start": "Start",
    "check.ready": "Ready to start",
    "check.not_ready": "Something has to be done first",
    "check.trained_on": "Learned from",
    "check.trained_on.value": "{clips} clips, {length}",
    "check.held_out": "Held out",
    "check.held_out.value": "{clips} clips, to measure by",
    "check.time": "Time",
    "check.time.value": "about {time}, {steps} steps",
    "check.memory": "Memory",
    "check.memory.value": "about {gigabytes:.1f} GB",
    "check.device": "On",
    "check.replaces": "It takes the place of the run below, whose voice is gone unless you have kept it.",
    "obstacle.too_little": (
        "There is too little speech ({value:.0f} s of at least {min_s:.0f} s). Add recordings, or read more "
        "sentences."
    ),
    "obstacle.little": (
        "There is little speech ({value:.0f} s). It works, but two minutes give a clearly better voice."
    ),
    "obstacle.few_clips": (
        "There are too few clips ({value:.0f} of at least {min_clips}). Add recordings, or take clips back."
    ),
    "obstacle.no_text": (
        "Clips without a text: {value:.0f}. Write down what is said in them, or leave them out."
    ),
    "obstacle.other_speakers": (
        "Clips that do not sound like the others: {value:.0f}. Hear those that say “another voice”, and "
        "leave them out."
    ),
    "obstacle.no_consent": "There is no consent to these clips yet. Fill in step 3.",
    "obstacle.consent_not_valid": (
        "The consent does not hold here: it has run out, was withdrawn, or was not heard. Give it once more "
        "in step 3."
    ),
    "obstacle.consent_other_clips": (
        "Clips that the consent was not given for: {value:.0f}, added or changed since. Give it once more in "
        "step 3, or leave them out."
    ),
    "obstacle.mixed_languages": (
        "The clips are in {value:.0f} languages. That works; leave clips out whose language was misheard."
    ),
    "obstacle.short_time": (
        "{value:.0f} min are enough for few steps only on this machine. Give it more time if you can."
    ),
    # --- the run
    "run.title": "5 · The run",
    "run.none": "Nothing has been started yet.",
    "run.stop": "Stop",
    "run.finish": "Finish now",
    "run.resume": "Go on",
    "run.preview": "The voice, as it is now",
    "run.original": "A recording of yours",
    "run.goes_on": "It goes on when you close this page; come back to see how it stands.",
    "run.state.waiting": "Waiting: {ahead} before you.",
    "run.state.stopped": "Stopped",
    "run.state.interrupted": "Interrupted: the server was stopped",
    "run.state.failed": "Failed",
    "run.state.done": "Finished",
    "run.stage.preparing": "Preparing",
    "run.stage.learning": "Learning: step {step} of {steps}",
    "run.stage.checking": "Checking the saved voice: it is loaded afresh and speaks",
    "run.ending.stop": "Stopping after this step",
    "run.ending.finish": "Ending after this step with the best voice so far",
    "run.at": "at step {step} of {steps}",
    "run.took": "in {took}",
    "run.waiting.info": "It begins by itself. You may close this page.",
    "run.stopped.info": "Nothing is lost: it goes on from here.",
    "run.interrupted.info": "Nothing is lost: it goes on from the last step that was saved.",
    "run.failed.info": "What was learned so far is kept. Go on once the cause is mended.",
    "run.done.info": "The saved voice was loaded afresh and has spoken.",
    "run.curve.loss": "Loss",
    "run.curve.similarity": "Likeness",
    "run.curve.words": "Words heard",
    "run.curve.now": "{title}: {value} at step {step}",
    "run.kept": (
        "Step {step} of {steps} is kept ({score} of 100): the most like your held-out recordings among the "
        "steps whose words and naturalness hold."
    ),
    "run.kept.last": "It is the latest that was measured.",
    "run.kept.same": "Step {step} was no closer.",
    "run.kept.less": "Step {step} was less like them, by {points:.0f} of 100.",
    "run.kept.guarded.words": "Step {step} lost words.",
    "run.kept.guarded.naturalness": "Step {step} sounded less natural.",
    # --- the result
    "result.title": "6 · Before and after",
    "result.before": "Before",
    "result.after": "After",
    "result.before.player": "Before fine-tuning",
    "result.after.player": "After fine-tuning",
    "result.held_out.player": "A recording of yours that was held out",
    "result.text": "Both say:",
    "result.measured": "Measured against recordings that were held out, by models apart from training.",
    "result.keep": "Keep in my voices",
    "result.use": "Use this voice",
    "result.download": "Download the voice",
}
