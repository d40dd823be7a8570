"""Every visible string in Chinese, and the error sentences by class name."""

from __future__ import annotations

ZH: dict[str, str] = {
    "page.title": "voiceclone",
    "page.tagline": "从几秒钟的语音学会一个声音，再用它说任何文字。它说的每句话都带有听不见的水印。",
    "tab.clone": "克隆",
    "tab.verify": "验证",
    "time.seconds": "{seconds} 秒",
    "time.minutes": "{minutes} 分 {seconds} 秒",
    "error.unexpected": (
        "程序在本应能做到的事情上失败了；您的内容没有丢失。请再试一次；若再次发生，"
        "请重启应用并告知维护者发生的时间。"
    ),
    "error.no_reference": "还没有参考录音。请录制或上传一个人 10 到 30 秒的讲话。",
    "error.no_voice": "还没有声音。请从录音学习一个，或打开声音文件。",
    "error.file": "只能读取在此上传的文件。请上传后再试。",
    "source.new": "新声音",
    "source.open": "打开声音文件",
    "reference.title": "1 · 参考录音",
    "reference.label": "录制或上传一个人 10 到 30 秒的讲话",
    "reference.heard": "将用于学习的部分：已裁剪并调好音量",
    "reference.figure": "波形、频谱图上的音高、带共振峰的频谱",
    "reference.look": "仔细查看",
    "reference.transcript": "录音里说了什么",
    "reference.transcript.info": "请改正听错的地方：声音将对照这些文字学习。",
    "reference.language": "所说的语言",
    "reference.listening": "正在听…",
    "grade.good": "很好的参考录音",
    "grade.fair": "可用的参考录音",
    "grade.poor": "较差的参考录音",
    "report.facts": "语音 {speech:.1f} 秒 · {rate:g} kHz",
    "report.snr": "高于噪声 {snr:.0f} dB",
    "report.pitch": "音高 {f0:.0f} Hz",
    "report.shortened": "在 {total:.0f} 秒中保留了最好的 {kept:.0f} 秒。",
    "advice.none": "没有什么妨碍得到好的声音。",
    "advice.short": "语音太少：10 到 30 秒能得到最好的声音。",
    "advice.quiet": "录音音量很低：请靠近麦克风或提高其音量。",
    "advice.clipped": "响的部分被削掉了：请降低麦克风音量或稍微退后。",
    "advice.noisy": "声音背后有噪声：请在更安静的房间、更靠近麦克风录制。",
    "advice.hum": "声音下有嗡嗡声：请远离电脑及其电源录制。",
    "advice.narrow_band": "缺少高频，像电话里一样：请直接用麦克风录制。",
    "consent.title": "2 · 同意",
    "consent.sentence": (
        "声音属于说话的人。只有当那个人是您自己，或已同意时，才可学习。"
        "您在此所作的声明会保存在声音文件中并随之显示。"
    ),
    "consent.speaker": "说话的人",
    "consent.speaker.placeholder": "全名",
    "consent.kind": "依据谁的同意",
    "consent.kind.self": "这是我自己的声音",
    "consent.kind.authorised": "说话者已授权我",
    "consent.said.self": "{speaker} 于 {date} 提供了自己的声音。",
    "consent.said.authorised": "{speaker} 已授权使用其声音；声明于 {date}。",
    "learn.title": "3 · 学习",
    "learn.name": "声音的名称",
    "learn.name.info": "留空则用说话者的名字。",
    "learn.advanced": "高级",
    "learn.steps": "步数",
    "learn.steps.info": "学习多久；双核上每步约一秒。步数越多越接近参考录音；超过 80 步会开始损失自然度。",
    "learn.seed": "种子",
    "learn.seed.info": "录音、步数和种子相同，声音就相同。",
    "learn.button": "学习这个声音",
    "learn.cancel": "停止并保留目前最好的",
    "learn.preparing": "准备中：将录音与文字对齐",
    "learn.learning": "学习中：第 {step} 步，共 {steps} 步",
    "learn.stopping": "此步之后停止；保留目前最好的声音。",
    "learn.left": "大约还需 {left}",
    "learn.done": "学习用时 {took}；最好的是第 {step} 步",
    "learn.preview": "声音预览",
    "learn.curve": "学习中的相似度",
    "learn.curve.stranger": "陌生人",
    "learn.curve.self": "本人",
    "learn.curve.now": "第 {step} 步的相似度：{value:.2f}；陌生人 {stranger:.2f}，本人 {same:.2f}。",
    "voice.title": "声音",
    "voice.none": "还没有声音。请从录音学习一个，或打开声音文件。",
    "voice.open.label": "声音文件（.safetensors）",
    "voice.open.info": "以前保存的声音可以立即说话，无需重新学习。",
    "voice.download": "下载声音",
    "voice.facts": "{language} · {seconds:.0f} 秒语音上学习 {steps} 步 · 学于 {date}",
    "speak.title": "说话",
    "speak.text": "文字",
    "speak.text.placeholder": "要它说什么？",
    "speak.count": "{characters:,} / {max:,} 个字符",
    "speak.count.near": "{characters:,} / {max:,} 个字符：接近上限，请尽快拆分文字。",
    "speak.count.over": "{characters:,} / {max:,} 个字符：太长，无法一次说完。请拆分文字。",
    "speak.read": "将如何朗读",
    "speak.read.empty": "数字、日期和符号会在此逐句写出读法。",
    "speak.language": "文字的语言",
    "speak.speed": "语速",
    "speak.speed.info": "0.5 为一半快，2 为两倍快。",
    "speak.seed": "种子",
    "speak.seed.info": "上一次的种子；种子相同，说法就相同。",
    "speak.fresh": "每次用新的种子",
    "speak.settings": "语言、语速、种子",
    "speak.button": "说",
    "speak.again": "换一种方式再说",
    "speak.stop": "停止",
    "speak.live": "边说边听",
    "speak.phrase": "第 {index} 句，共 {total} 句",
    "speak.scoring": "已说完。正在听以便评分…",
    "speak.no_stream": "此处没有安装 ffmpeg，因此全部说完后才能听。",
    "take.title": "录音版本",
    "take.audio": "这一版",
    "take.list": "最近的版本",
    "take.label": "第 {number} 版：{voice}，“{text}”，种子 {seed}",
    "take.repeat": "使用这一版的文字和设置",
    "take.download": "下载音频",
    "take.record": "下载记录",
    "score.similarity": "与参考录音的相似程度",
    "score.similarity.value": "{score} 分（满分 100）",
    "score.similarity.info": "陌生人约得 0 分，同一人的另一段录音得 100 分。",
    "score.words": "听懂的词",
    "score.words.all": "全部",
    "score.words.some": "{percent:.0f} %",
    "score.words.info": "由语音识别判断；标出的词没有按原文听到。",
    "score.missed": "没有按原文听到",
    "score.naturalness": "自然度",
    "score.naturalness.high": "非常自然",
    "score.naturalness.good": "自然",
    "score.naturalness.fair": "有些粗糙",
    "score.naturalness.low": "不自然",
    "score.naturalness.info": "{mos:.1f} 分（满分 5），由 DistillMOS 估计；真实录音为 3.4 到 4.7。",
    "score.advice.similarity": "相似度低多因语音太少或有噪声：请提供 10 到 30 秒干净的语音，或增加步数。",
    "score.advice.words": "有些词丢失了：请换一种方式再说一遍，或稍微放慢。",
    "verify.title": "这是在这里生成的吗？",
    "verify.sentence": "这里说的每句话都带有听不见的水印。上传一段录音即可查找。",
    "verify.label": "要检查的录音",
    "verify.found": "找到了水印。",
    "verify.found.info": (
        "{total:.0f} 秒中有 {marked:.0f} 秒带有水印（置信度 {percent:.0f} %）："
        "这部分由会留下此水印的程序说出，本程序即是。"
    ),
    "verify.part": "其中一部分找到了水印。",
    "verify.part.info": (
        "{total:.0f} 秒中只有 {marked:.0f} 秒带有水印（最高 {percent:.0f} %）。证据不足："
        "音乐也可能如此。请截取有疑问的部分单独检查。"
    ),
    "verify.none": "没有找到水印。",
    "verify.none.info": (
        "这并不说明是谁在说话：真实录音没有水印，其他程序不留水印，改变速度或音高也会去掉水印（信号 "
        "{percent:.0f} %；需要 {threshold:.0f} %）。"
    ),
    "verify.empty": "结果将显示在这里。",
    "weights.title": "使用中的权重",
    "weights.hub": "Hub",
    "weights.package": "已安装的包",
    "weights.missing": "缺失",
}

ERRORS_ZH: dict[str, str] = {
    "AudioNotFoundError": "{path} 处没有文件。请检查路径后再试。",
    "AudioUnreadableError": (
        "无法打开 {path}（{reason}）。需要程序可读的文件。请修改权限或复制到别处后再试。"
    ),
    "AudioEmptyError": "{name} 是空的（没有音频）。请重新录制或导出后再提供。",
    "AudioTooLargeError": (
        "文件有 {size_mb:.1f} MB；最多接受 {max_mb:.0f} MB。请只保留有语音的部分，或存为 MP3 或 FLAC。"
    ),
    "AudioFormatError": (
        "{name} 不是可读的音频。接受：WAV、FLAC、OGG/Opus、MP3、M4A/AAC、WebM。请存为其中之一后再试。"
    ),
    "AudioDamagedError": "{name} 已损坏（{reason}）。请从原件重新导出为 WAV 或 FLAC。",
    "AudioTooLongError": (
        "文件声称有 {duration_s:.0f} 秒音频；最多读取 {max_s:.0f} 秒。请只保留有语音的部分：10 到 30 秒足够。"
    ),
    "AudioSampleRateError": (
        "文件的采样率为 {sample_rate} Hz；接受 {min_hz} 到 {max_hz} Hz。请存为 16、24、44.1 或 48 kHz。"
    ),
    "AudioChannelsError": "文件有 {channels} 个声道；最多接受 {max_channels} 个。请存为单声道或立体声。",
    "AudioNotFiniteError": "{name} 中有不是数字的样本（NaN 或无穷）。请重新导出为 16 位 WAV 或 FLAC。",
    "AudioTooShortError": (
        "参考录音有 {speech_s:.1f} 秒语音；至少需要 {min_s:.1f} 秒。请录长一些：10 到 30 秒最好。"
    ),
    "NoSpeechError": (
        "在 {duration_s:.1f} 秒音频中没有听到语音（峰值 {peak_dbfs:.0f} dBFS）。请检查麦克风是否选对、"
        "是否只有人声，然后重新录制。"
    ),
    "TextEmptyError": "没有要说的文字。请至少输入一个词。",
    "TextTooLongError": "文字有 {characters} 个字符；一次最多说 {max_characters} 个。请分成几部分。",
    "TextUnspeakableError": "文字中没有能用 {language} 读出的内容（只剩符号或表情）。请用文字写出。",
    "TranscriptMissingError": (
        "在 {duration_s:.1f} 秒的语音中没有识别出任何词。请输入录音里所说的内容，或重新清楚地录一次。"
    ),
    "TranscriptMismatchError": (
        "文字稿（{phonemes} 个音素）与 {duration_s:.1f} 秒的语音不符；"
        "每秒应有 {min_rate:.0f} 到 {max_rate:.0f} 个音素。请改正文字稿：它必须是录音里所说的内容。"
    ),
    "LanguageUnknownError": "未知语言“{language}”。可用：{choices}。",
    "ConsentMissingError": (
        "没有同意就不学习声音：{field} 缺失或无效。接受：{accepted}。请说明谁在说话，"
        "以及是您本人还是已获授权。"
    ),
    "VoiceNameError": "“{name}”不能作为声音的名称。接受：1 到 {max_length} 个字符，不含换行。请另选名称。",
    "VoiceFileError": (
        "{name} 不是可用的声音：{reason}。接受：由 voiceclone 生成的 .safetensors 文件。"
        "请重新学习或取得新的副本。"
    ),
    "VoiceVersionError": (
        "{name} 的声音格式为 {version}；本程序最多读取到 {supported}。请更新 voiceclone 后再载入。"
    ),
    "EngineUnknownError": "未知引擎“{engine}”。可用：{choices}。",
    "OptionError": "{option} 为 {value}；接受：{accepted}。请修改后再试。",
    "UsageError": "{problem}。运行“{command} --help”可查看接受的内容。",
    "OutputError": "无法写入 {path}：{reason}。接受：{accepted}。请另选位置。",
    "WeightsUnavailableError": "权重“{weight}”不可用（VOICECLONE_WEIGHTS={mode}）：{reason}。{remedy}",
    "WeightsCorruptError": (
        "{path} 处的权重“{weight}”的 sha256 是 {actual:.12}…，而不是 {expected:.12}…。请重新安装（pip "
        "install --force-reinstall -r requirements.txt）。"
    ),
    "WatermarkUnavailableError": (
        "没有水印就不说话，而水印程序无法运行：{reason}。请重新安装：pip install -r requirements.txt"
    ),
    "CancelledError": "学习在第 {step} 步被取消，此时还没有可保留的声音。",
}
"""The fields are those of the error's class."""
