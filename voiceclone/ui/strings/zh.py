"""Every visible string in Chinese, and the error sentences by class name."""

from __future__ import annotations

from voiceclone.ui.strings.zh_finetune import ZH_FINETUNE
from voiceclone.ui.strings.zh_sharing import ZH_SHARING

ZH: dict[str, str] = {
    **ZH_FINETUNE,
    **ZH_SHARING,
    "page.title": "voiceclone",
    "page.tagline": "从几秒钟的语音学会一个声音，再用它说任何文字。它说的每句话都带有听不见的水印。",
    "tab.clone": "克隆",
    "tab.voices": "声音库",
    "tab.verify": "验证",
    "time.seconds": "{seconds} 秒",
    "time.minutes": "{minutes} 分 {seconds} 秒",
    "turn.waiting": "正在排队：前面还有 {before} 个。",
    "error.unexpected": (
        "程序在本应能做到的事情上失败了；您的内容没有丢失。请再试一次；若再次发生，"
        "请重启应用并告知维护者发生的时间。"
    ),
    "error.no_reference": "还没有参考录音。请录制或上传一个人 10 到 30 秒的讲话。",
    "error.no_consent": "尚未听到同意。请显示语句、朗读并等待结果。",
    "error.no_challenge": "这句话已经用过。请显示新的语句，再朗读一次。",
    "error.no_owner": "本页面不知道要显示谁的声音。请重新载入页面。",
    "error.none_chosen": "尚未选择声音。请从列表中选择一个。",
    "error.nothing_asked": "没有需要确认的操作。请先选择“撤回同意”或“删除”。",
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
    "consent.kind.spoken": "我就是说话的人：我来朗读一句话",
    "consent.kind.own-voice": "这是我自己的声音：仅凭我的陈述",
    "consent.kind.authority": "我已取得说话人的同意",
    "consent.name": "声音的名称",
    "consent.name.info": "留空则用说话者的名字。",
    "consent.basis": "同意的依据",
    "consent.basis.written-permission": "书面许可",
    "consent.basis.contract": "合同",
    "consent.basis.relative": "我是近亲或监护人",
    "consent.basis.licence": "录音的许可协议",
    "consent.basis.own-voice": "我自己的声音",
    "consent.document": "凭证",
    "consent.document.info": "合同编号、信件日期或许可协议名称。",
    "consent.stated_by": "您的姓名",
    "consent.scope": "声音可以用于什么",
    "consent.scope.personal": "个人使用",
    "consent.scope.share": "可分享，不可出售",
    "consent.scope.commercial": "任何用途，包括商业",
    "consent.elsewhere": "由另一处的程序签发（密钥 {signer}），此处无法核实其真实性。",
    "consent.scope.personal.said": "供个人使用。",
    "consent.scope.share.said": "可分享，不可出售。",
    "consent.scope.commercial.said": "可用于任何用途。",
    "consent.expires": "最后一天",
    "consent.expires.info": "例如 2027-11-23；此后该声音不再发声。留空：直到撤回为止。",
    "consent.until": "有效至 {date}。",
    "consent.until.time": "有效至 {time}，只能录一次。",
    "consent.spoken.info": "录音会与语句和参考录音比对，然后丢弃，除非您勾选允许保留。",
    "consent.ask": "显示要朗读的语句",
    "consent.read": "请一口气朗读：",
    "consent.recording": "您朗读这句话的录音",
    "consent.keep": "允许把我朗读的录音加密后与声音一起保存",
    "consent.heard": "已听到您的同意",
    "consent.heard.facts": (
        "与参考录音是同一人的声音：{similarity:.2f}（至少需要 {threshold:.2f}）。听错的字：{errors:.0f} %。"
    ),
    "consent.said.spoken": "{speaker} 于 {date} 亲口同意（已核实）。",
    "consent.said.own-voice": "于 {date} 声明为 {speaker} 自己的声音（未核实）。",
    "consent.said.authority": "{by} 于 {date} 声明已取得 {speaker} 的同意（未核实）。{basis}：{document}。",
    "learn.title": "3 · 学习",
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
    "voice.keep": "保存这个声音",
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
    "speak.disclose": "先说明这是合成的语音",
    "speak.disclose.info": "开头的一个短句，用文本的语言。",
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
    "saved.title": "已保存的声音",
    "saved.sentence": "加密保存在运行本应用的服务器上，只有这个浏览器能打开。只要同意有效，声音就能发声。",
    "saved.list": "您的声音",
    "saved.refresh": "刷新",
    "saved.none": "还没有保存的声音。学习一个并保存，或在下方打开声音文件。",
    "saved.label": "{name} · {state}",
    "saved.state.current": "可用",
    "saved.state.expired": "同意已到期",
    "saved.state.revoked": "同意已撤回",
    "saved.state.current.info": "可以发声。",
    "saved.state.expired.info": "同意已到期：它不再发声，也不能导出。请向说话人重新征得同意。",
    "saved.state.revoked.info": "同意已撤回：它不再发声，也不能导出，只能删除。",
    "saved.import": "添加声音文件（.safetensors）",
    "saved.sample": "试听",
    "saved.use": "用这个声音说话",
    "saved.export": "导出为文件",
    "saved.file": "声音文件",
    "saved.name": "名称",
    "saved.rename": "重命名",
    "saved.revoke": "撤回同意",
    "saved.delete": "删除",
    "saved.confirm": "是，永久执行",
    "saved.decline": "否，保持原样",
    "saved.reason": "原因（可选，与撤回记录一起保存）",
    "saved.confirm.revoke": "撤回对这个声音的同意？它在这里将永远不再发声。",
    "saved.confirm.delete": "删除这个声音及其密钥？无法恢复。",
    "saved.kept": "已保存 {name}。",
    "saved.renamed": "现在的名称是 {name}。",
    "saved.revoked": "同意已撤回。",
    "saved.deleted": "声音已删除。",
    "saved.key.title": "这些声音的钥匙",
    "saved.key.info": (
        "此浏览器保存着一把秘密钥匙；谁拥有它，谁就能打开这些声音。"
        "复制它即可在另一个浏览器中打开，或在命令行中设为 VOICECLONE_LIBRARY_KEY。"
    ),
    "saved.key": "您的钥匙",
    "saved.key.show": "显示我的钥匙",
    "saved.key.other": "另一把钥匙",
    "saved.key.use": "在这里使用该钥匙",
    "saved.key.account": "您已登录：声音属于您的帐户，而不属于某把钥匙。",
    "verify.title": "这是在这里生成的吗？",
    "verify.sentence": "这里说的每句话都带有听不见的水印，文件中还有签名清单。上传一段录音即可查找两者。",
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
    "verify.here": "这是在这里生成的。",
    "verify.here.info": "其清单由本程序的安装签名，此后文件没有任何改动。",
    "verify.elsewhere": "文件说明了由谁生成。",
    "verify.elsewhere.info": "其清单完整，但由他人签名，而他人可以自称任何名字。",
    "verify.altered": "文件被改动过。",
    "verify.altered.info": "它带有清单，但签名之后文件或清单被改动：请勿相信其内容。",
    "verify.manifest.facts": "{program} · {time} · 声音 {voice} · 同意{consent} · 种子 {seed}",
    "verify.consent.verified": "已核实",
    "verify.consent.attested": "仅声明",
    "verify.no_manifest": "它没有签名清单；用其他程序另存会去掉清单。",
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
    "ConsentTooShortError": ("同意录音中有 {speech_s:.1f} 秒语音；至少需要 {min_s:.1f} 秒。请朗读整个句子。"),
    "ConsentSyntheticError": (
        "同意录音带有机器语音的水印（置信度 {confidence:.2f}；低于 {threshold:.2f} 才接受）。"
        "必须由说话人亲自朗读。"
    ),
    "ConsentReplayedError": (
        "这段同意录音以前提交过（sha256 {audio_sha256:.12}…）。每段只能用一次：请录制新的句子。"
    ),
    "ConsentClipReusedError": "同意录音与声音的第 {clip} 段录音相同。请单独录制同意的句子。",
    "ConsentRefusedError": (
        "听到的是“{heard}”：“{word}”不在句子中，可能表示拒绝。只接受原句。"
        "如果说话人确实同意，请获取新的句子并只朗读该句。"
    ),
    "ConsentClauseError": (
        "听到的是“{heard}”，而“{asked}”必须在原处逐字听到。请获取新的句子，清楚、连贯地朗读。"
    ),
    "ConsentDateError": (
        "听到的是“{heard}”，而日期 {date} 必须紧接在同意之前听到。请获取新的句子，连同日期一起朗读。"
    ),
    "ConsentWordsMissingError": (
        "听到的是“{heard}”，缺少词语：{missing}。所有词语必须按顺序听到。请获取新的句子，逐个读出词语。"
    ),
    "ConsentUnclearError": (
        "听到的是“{heard}”：有 {rate:.0%} 与原句不同；最多允许 {max_rate:.0%}。"
        "请获取新的句子，在安静的房间里清楚地朗读。"
    ),
    "ConsentSpeakerError": (
        "表示同意的声音与第 {clip} 段录音（共 {clips} 段）不是同一人"
        "（相似度 {similarity:.2f}；至少需要 {threshold:.2f}）。"
        "必须由所有录音的说话人亲自朗读，用平常的声音，在安静的房间里。"
    ),
    "ConsentVoicesError": (
        "同意录音的语音中从 {start_s:.1f} 到 {end_s:.1f} 秒不是要学习的声音"
        "（相似度 {similarity:.2f}；至少需要 {threshold:.2f}）。请由一人重新朗读，不要有其他人声。"
    ),
    "VoiceNameError": "“{name}”不能作为声音的名称。接受：1 到 {max_length} 个字符，不含换行。请另选名称。",
    "VoiceFileError": (
        "{name} 不是可用的声音：{reason}。接受：由 voiceclone 生成的 .safetensors 文件。"
        "请重新学习或取得新的副本。"
    ),
    "VoiceVersionError": (
        "{name} 的声音格式为 {version}；本程序读取格式 {supported}。"
        "较新的格式需要更新 voiceclone；较旧的不含同意凭证，请重新学习该声音。"
    ),
    "ConsentUnverifiedError": (
        "这里只接受亲口录下的同意，不接受“已获同意”的陈述。请让说话人朗读并录下同意语句"
        "（由 VOICECLONE_CONSENT=verified 要求）。"
    ),
    "ChallengeUnknownError": (
        "没有编号为“{challenge}”的同意语句。接受：几分钟内在此处取得的语句的编号。请取得新的语句。"
    ),
    "ChallengeUsedError": "同意语句“{challenge}”已经用过，每句只能用一次。请取得新的语句。",
    "ChallengeExpiredError": ("同意语句“{challenge}”须在 {expires} 之前朗读。请取得新的语句并立即朗读。"),
    "VoiceRevokedError": (
        "声音“{voice}”的同意已于 {revoked} 撤回（{reason}）：它不再发声，也不能转交。"
        "请向说话人重新征得同意，然后重新学习。"
    ),
    "StoreUnavailableError": (
        "无法使用保存声音和同意的数据库：{reason}。没有保存任何内容。"
        "请修复它，或把 VOICECLONE_DATABASE_URL 或 VOICECLONE_DATA 设为别处。"
    ),
    "MasterKeyMismatchError": (
        "主密钥（指纹 {given}）不是保护这里已存声音的密钥（指纹 {expected}）。没有打开也没有保存任何内容。"
        "请把原来的密钥放回 VOICECLONE_MASTER_KEY 或数据文件夹的 master.key。"
    ),
    "LibraryKeyError": (
        "这不是声音库的密钥（{characters} 个字符）。接受：{accepted}。请从显示密钥的地方重新完整复制。"
    ),
    "VoiceNotFoundError": (
        "此声音库中没有声音“{voice_id}”。接受：列表中声音的编号。请刷新列表，或确认声音库是否正确。"
    ),
    "QuotaExceededError": (
        "声音库将有 {voices} 个声音、{megabytes:.1f} MB；最多保存 {max_voices} 个声音、"
        "{max_megabytes:.0f} MB。请先删除一个声音，再保存。"
    ),
    "StoredVoiceDamagedError": (
        "已存的声音“{voice_id}”已损坏或被外部改动（{part}），不会打开。"
        "请从备份恢复数据库，或删除该声音并重新学习。"
    ),
    "AuditBrokenError": (
        "审计日志被外部改动：第 {row} 行不是当初写入的内容。请查明谁能写入数据库，并从备份恢复。"
    ),
    "SignatureInvalidError": (
        "无法信任这份文件（{document}）：{reason}。"
        "接受：与 voiceclone 写出时完全一致的文件。请重新获取，或重新签发。"
    ),
    "ReceiptExpiredError": (
        "声音“{voice}”的同意已于 {expires} 到期：它不再发声，也不能转交。"
        "请向说话人重新征得同意，然后重新学习。"
    ),
    "ReceiptUntrustedError": (
        "凭证由密钥 {key} 签名，这里不信任它。"
        "接受：在此签发的凭证，或 VOICECLONE_TRUSTED_KEYS 中的密钥签发的凭证。"
        "请让说话人在这里朗读同意语句。"
    ),
    "ReceiptMismatchError": (
        "所给的 {given} 段录音中有 {missing} 段不在凭证范围内。接受：征得同意时的那些录音。"
        "请为这些录音征得同意。"
    ),
    "KeyUnavailableError": (
        "位于 {place} 的密钥（{key}）无法使用：{reason}。接受：{accepted}。没有它就不会签名也不会保存；"
        "请修复该文件，或把 VOICECLONE_DATA 设为您自己的文件夹。"
    ),
    "CertificateError": (
        "无法使用证书：{path}：{reason}。接受：{accepted}。请修复这些文件，或两者都不提供，由程序在本地生成。"
    ),
    "ManifestError": (
        "无法为 {name} 写入来源清单：{reason}。接受：{accepted}。"
        "没有清单的文件不会冒充有清单；请换一种格式保存。"
    ),
    "HubTokenMissingError": (
        "没有给出 Hub 的令牌，因此不知道这是谁的仓库。接受：有写入权限的访问令牌。"
        "请登录，或粘贴 huggingface.co/settings/tokens 的令牌，或在命令行设置 HF_TOKEN。"
    ),
    "HubUnauthorizedError": (
        "Hub 不认识所给的令牌：输入有误、已过期或已撤销。接受：有效的访问令牌。"
        "请在 huggingface.co/settings/tokens 新建一个，或重新登录。"
    ),
    "HubForbiddenError": (
        "此令牌不能对“{repo}”这样做（{reason}）。接受：本人及所属组织的仓库，且令牌有写入权限。"
        "请另选名称，或换一个令牌。"
    ),
    "HubRefError": (
        "“{ref}”不是 Hub 仓库的名称。接受：owner/name 或 owner/name@revision，"
        "由字母、数字、“-”、“_”和“.”组成，每段最多 96 个。请改正名称。"
    ),
    "HubRepoNotFoundError": (
        "Hub 上没有此令牌可见的“{repo}”。接受：公开的声音，或与您共享的声音。请检查拼写和版本，或登录。"
    ),
    "HubGatedError": (
        "“{repo}”只提供给其所有者同意的人。接受：这样的人的令牌。请在 {url} 申请访问，然后再试。"
    ),
    "HubRateLimitError": "Hub 收到的请求暂时太多，{retry_after_s:.0f} 秒后才接受更多：请届时再试。",
    "HubUnreachableError": (
        "无法连接 Hub（{reason}）。那里已开始的内容别人看不到。请检查网络，然后重新开始。"
    ),
    "HubRefusedError": (
        "Hub 以状态 {status} 拒绝（{reason}）。那里已开始的内容别人看不到。"
        "请一分钟后再试；若仍如此，请查看 status.huggingface.co。"
    ),
    "HubScopeError": (
        "对声音“{voice}”的同意范围是“{scope}”，不允许这样做（{wanted}）。接受：{accepted}。"
        "请保持私有，或向说话人征得更宽的同意。"
    ),
    "HubRepoTakenError": (
        "“{repo}”已存在，内容是别的（{found}）；没有改动。接受：新的名称，或这个声音自己的仓库。请另选名称。"
    ),
    "HubVoiceError": (
        "“{repo}”中没有可用的声音：{reason}。接受：由 voiceclone 推送的仓库。请让其所有者重新推送。"
    ),
    "HubUploadError": (
        "“{repo}”中的内容与发送的不符（“{file}”不同），因此没有向更多人开放。请重新推送该声音。"
    ),
    "EngineUnknownError": "未知引擎“{engine}”。可用：{choices}。",
    "OptionError": "{option} 为 {value}；接受：{accepted}。请修改后再试。",
    "UsageError": "{problem}。运行“{command} --help”可查看接受的内容。",
    "OutputError": "无法写入 {path}：{reason}。接受：{accepted}。请另选位置。",
    "QueueFullError": (
        "队列已满：已有 {waiting} 个学习或说话的请求在等待，最多 {max_waiting} 个。请一分钟后再试。"
    ),
    "VisitorQueueFullError": (
        "您的队列已满：您有 {waiting} 个学习或说话的请求在等待，每位访客最多 {max_waiting} 个。"
        "请等其中一个完成后再试。"
    ),
    "TooManyRequestsError": (
        "请求太多：每位访客每分钟最多接受 {accepted:g} 个（或 MB）。请 {retry_after_s:.0f} 秒后再试。"
    ),
    "RequestTooLargeError": "请求超过最多接受的 {max_mb:.1f} MB。请减少文字，或提供更短或压缩的录音。",
    "ServerStoppingError": "服务器正在停止，不再开始新的工作。请一分钟后再试。",
    "WeightsUnavailableError": "权重“{weight}”不可用（VOICECLONE_WEIGHTS={mode}）：{reason}。{remedy}",
    "WeightsCorruptError": (
        "{path} 处的权重“{weight}”的 sha256 是 {actual:.12}…，而不是 {expected:.12}…。请重新安装（pip "
        "install --force-reinstall -r requirements.txt）。"
    ),
    "WatermarkUnavailableError": (
        "没有水印就不说话，而水印程序无法运行：{reason}。请重新安装：pip install -r requirements.txt"
    ),
    "CancelledError": "学习在第 {step} 步被取消，此时还没有可保留的声音。",
    "MaterialEmptyError": (
        "{name} 中没有录音。可用：音频文件、其 zip 压缩包，或数据集文件夹。请重新选择录音。"
    ),
    "ArchiveDamagedError": "{name} 不是可读取的 zip 压缩包（{reason}）。请重新打包录音，不要设密码。",
    "ArchiveTooLargeError": (
        "{name} 太大：{found:.0f}（{what}），最多解压 {accepted:.0f}。请减少打包的录音，或逐个上传。"
    ),
    "DatasetFormatError": (
        "无法读取表格 {name}：{reason}。可用：含 file_name 和 text 列的 metadata.jsonl 或 metadata.csv，"
        "或 LJSpeech 的 metadata.csv 及旁边的 wavs 文件夹。请改正表格后再试。"
    ),
    "CheckpointError": (
        "无法从中断处继续训练：检查点不完整（{reason}）。请重新开始训练；录音片段和文字都还在。"
    ),
    "TrainingObstacleError": "无法开始训练：{obstacle}（{found:g}）。要求：{accepted}。请改正后再开始。",
    "WorkspaceLimitError": (
        "此服务器已保存 {found} 人的录音片段，"
        "最多 {max_workspaces} 人。请明天再试，或在自己的电脑上运行本程序。"
    ),
    "TrainingBusyError": "您已有一个训练处于“{state}”状态，同一时间只能有一个。请等它结束，或先停止它。",
    "NoTrainingError": "没有可以继续的训练。请先准备录音片段，再开始训练。",
    "TrainingFailedError": "训练出错（{reason}）。请继续训练，或重新开始。",
}
"""The fields are those of the error's class."""
