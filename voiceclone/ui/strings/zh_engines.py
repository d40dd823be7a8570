"""Every visible string about engines in Chinese."""

from __future__ import annotations

ZH_ENGINES: dict[str, str] = {
    "learn.engine": "引擎",
    "learn.engine.info": "由它学习声音并用该声音说话；声音始终属于学习它的引擎。",
    "learn.engine.fetch": "{engine} · 先要下载 {megabytes:,} MB",
    "learn.engine.unavailable": "{engine} · 在此无法使用",
    "learn.steps.ignored": "不起作用：{engine} 一次学成，不分步。",
    "learn.at_once": "正在一次学成",
    "learn.done.at_once": "学习用时 {took}",
    "voice.facts.at_once": "{language} · 从 {seconds:.0f} 秒语音一次学成，{date} · {engine}",
    "speak.language.lacking": "{language} · 此声音的引擎不会说",
    "engines.title": "引擎与设备",
    "engines.ready": "可用",
    "engines.fetch": "首次使用时从 Hub 下载权重，{megabytes:,} MB",
    "engines.unavailable": "在此无法使用：{reason}。{remedy}",
    "engines.other": "{engine} 在此无法使用：{reason}。{remedy}",
    "engines.reason.libraries": "缺少未安装的程序库（{names}）",
    "engines.reason.weights": "本机没有权重“{names}”",
    "engines.remedy.install": "安装命令：pip install -r requirements.txt",
    "engines.remedy.allow_hub": "权重只在 Hub 上：请设置 VOICECLONE_WEIGHTS=auto。",
    "engines.speaks": "会说 {languages}",
    "engines.steps": "分 {steps} 步学习",
    "engines.at_once": "一次学成",
    "engines.fine_tunes": "可以微调",
    "engines.converts": "可以转换语音",
    "engines.pipeline": "声音：{voice} → 声学模型：{acoustic} → 声码器：{vocoder}",
    "engines.devices": "模型运行于",
    "engines.device": (
        "{device}：{total:.1f} GB 中空闲 {free:.1f} GB，引擎最多使用 {room:.1f} GB；已加载：{loaded}"
    ),
    "engines.loaded": "{engine}（{megabytes} MB）",
    "engines.loaded.none": "尚无",
    "tune.engine": "引擎",
    "tune.engine.info": "要训练的引擎。换一个引擎要重新检查。",
    "obstacle.language_not_spoken": (
        "此引擎不会说其语言（{about}）的片段：{value:.0f} 个。请排除它们，或选用另一个引擎。"
    ),
}
