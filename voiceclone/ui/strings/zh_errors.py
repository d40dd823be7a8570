"""The sentence of every error in Chinese, by class name."""

from __future__ import annotations

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
    "SourceTooLongError": ("要转换的语音有 {duration_s:.0f} 秒；一次最多转换 {max_s:.0f} 秒。请分成几部分。"),
    "AudioSampleRateError": (
        "文件的采样率为 {sample_rate} Hz；接受 {min_hz} 到 {max_hz} Hz。请存为 16、24、44.1 或 48 kHz。"
    ),
    "AudioChannelsError": "文件有 {channels} 个声道；最多接受 {max_channels} 个。请存为单声道或立体声。",
    "AudioNotFiniteError": "{name} 中有不是数字的样本（NaN 或无穷）。请重新导出为 16 位 WAV 或 FLAC。",
    "AudioTooShortError": (
        "参考录音有 {speech_s:.1f} 秒语音；至少需要 {min_s:.1f} 秒。请录长一些：10 到 30 秒最好。"
    ),
    "SpeakersDifferError": (
        "{first} 和 {second} 是两个人的声音：相似度 {similarity:.2f}，"
        "同一个人的两段录音至少为 {least:.2f}。请只提供同一位说话人的录音。"
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
    "LanguageNotSpokenError": "引擎“{engine}”不会说{language}。会说的引擎：{choices}。请选用其中之一。",
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
    "EngineCannotError": "引擎“{engine}”不能执行 {task}。可以的引擎：{choices}。请选用其中之一。",
    "EngineUnavailableError": "引擎“{engine}”在此无法使用：{reason}。{remedy}",
    "EngineTooLargeError": (
        "引擎“{engine}”需要 {needed_mb} MB 内存；最多可用 {largest_mb} MB（{device}）。"
        "请选用较小的引擎或更大的机器；若内存还有余，请调高 VOICECLONE_ENGINE_MEMORY_MB。"
    ),
    "EngineMemoryBusyError": (
        "引擎“{engine}”需要 {needed_mb} MB，而 {device} 上供引擎使用的 {room_mb} MB 中有 {busy_mb} MB "
        "正被工作中的引擎占用。请等它们结束后再试，或调高 VOICECLONE_ENGINE_MEMORY_MB。"
    ),
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
    "WeightsGatedError": (
        "权重“{weight}”只提供给其所有者接受的人。请在 {url} 登录并同意条款，"
        "然后让本程序可以读取：运行 hf auth login，或把 HF_TOKEN 设为可读取受限仓库的令牌。"
    ),
    "WeightsCorruptError": (
        "{path} 处的权重“{weight}”的 sha256 是 {actual:.12}…，而不是 {expected:.12}…。请重新安装（pip "
        "install --force-reinstall -r requirements.txt）。"
    ),
    "WatermarkUnavailableError": (
        "没有水印就不说话，而水印程序无法运行：{reason}。请重新安装：pip install -r requirements.txt"
    ),
    "CancelledError": "学习在第 {step} 步被取消，此时还没有可保留的声音。",
    "MaterialTooLongError": (
        "加上 {name}，录音合计超过 {max_minutes:.0f} 分钟，最多接受这么多。"
        "请少提供一些：训练一个声音最多用半小时清晰的语音。"
    ),
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
        "无法从中断处继续训练：检查点无法使用（{reason}）。请重新开始训练；录音片段和文字都还在。"
    ),
    "TrainingObstacleError": "无法开始训练：{obstacle}（{found:g}）。要求：{accepted}。请改正后再开始。",
    "WorkspaceLimitError": (
        "此服务器已保存 {found} 人的录音片段，"
        "最多 {max_workspaces} 人。请明天再试，或在自己的电脑上运行本程序。"
    ),
    "TrainingBusyError": "您已有一个训练处于“{state}”状态，同一时间只能有一个。请等它结束，或先停止它。",
    "NoTrainingError": "没有可以继续的训练。请先准备录音片段，再开始训练。",
    "TrainingHardwareError": (
        "{hardware} 每次只借出几秒钟的 GPU，而一次训练需要几分钟，因此这里不提供微调。"
        "要求：自己的硬件。请把此 Space 复制到专用硬件上，或在自己的电脑上运行本程序。"
    ),
    "TrainingFailedError": "训练出错（{reason}）。请继续训练，或重新开始。",
}
"""The fields are those of the error's class."""
