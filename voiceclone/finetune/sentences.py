"""Sentences to read aloud, for a person with a microphone and no recordings yet.

Our own, plain, and phonetically balanced: the first twenty of a language hold every sound that all
of them hold, so that a short session already teaches every sound. `tests/finetune/test_sentences.py`
checks that with the text front end.
"""

from __future__ import annotations

from voiceclone.text.languages import language

_ENGLISH = (
    "The measure of a good garage is how much you can find in it.",
    "Joyce chose a thick yellow coat to wear through the north wind.",
    "My father took the boys fishing on the cool, quiet lake at dawn.",
    "Five young foxes watched us from the edge of the huge white field.",
    "Choose whichever jar of honey you like, but put the lid back on.",
    "The usual bus was late, so I walked home under a red umbrella.",
    "She thought that both of the pictures had been hung too high.",
    "Our neighbours enjoy a loud party about once every other month.",
    "We ought to bring a warm blanket and some hot soup for the journey.",
    "A judge must be fair, patient and sure of what the law says.",
    "The nurse earned a word of thanks for her early morning work.",
    "Leave the oil by the stove, and give the spoon a good wash.",
    "Would you rather sit near the fire or here beside the door?",
    "The television showed a strange vision of cities under the sea.",
    "They weighed the eight cheese wheels and put a price on each.",
    "Nothing is as pleasant as the smell of bread in a small kitchen.",
    "How could a mouse make so much noise inside an empty house?",
    "The old singer caught a cold and lost his voice before the show.",
    "I hear that the pure air up there can cure almost anything.",
    "Please push the button twice, then pull the blue handle down.",
    "It rained all afternoon, and the children drew boats on the window.",
    "He keeps his keys in a tin box under the third step.",
    "The train to the coast leaves from the platform by the bridge.",
    "Grandmother told us the same story every winter, and we loved it.",
    "You can see the lighthouse from here when the fog is gone.",
    "The carpenter measured the table twice and cut it once.",
    "There is a letter on your desk from somebody in Canada.",
    "Could we meet on Thursday at seven, or is that too early?",
    "A small brown dog followed me half of the way to school.",
    "The cook added pepper, garlic and a little lemon juice.",
    "When the music stopped, everybody in the room looked around.",
    "Her shoes were wet, but she went on dancing in the street.",
    "Most of the shops are closed between noon and two o'clock.",
    "The doctor asked whether the pain came back during the night.",
    "We planted six apple trees behind the barn last spring.",
    "What a pity that you missed the beginning of the film!",
    "His answer was short, clear and not at all what I expected.",
    "The river is shallow here, so we can cross without a boat.",
    "I never learned to whistle, though my sister often showed me how.",
    "Turn left at the church and go straight on until you see the mill.",
)

_MANDARIN = (
    "今天早上，我在公园里看见一只黄色的小鸟。",
    "请你把桌子上的书放进蓝色的书包里。",
    "我们全家人都喜欢在春天去爬山看花。",
    "他昨天晚上睡得很晚，所以现在有点儿困。",
    "姐姐穿着一条绿裙子，站在窗前听音乐。",
    "火车站旁边有一家卖热牛奶和面包的小店。",
    "老师让同学们安静地坐下，然后开始讲故事。",
    "这座桥非常长，走过去大约要二十分钟。",
    "外婆做的饺子又香又软，谁都想多吃几个。",
    "下雨了，快跑！别忘了关上所有的窗户。",
    "他用双手捧着一杯热茶，慢慢地喝完了。",
    "医生说多喝水、多运动，对身体有好处。",
    "弟弟养了两条金鱼和一只会说话的鹦鹉。",
    "女儿问我，月亮为什么有时候圆，有时候缺。",
    "如果明天不刮风，我们就骑自行车去湖边。",
    "村子东边有一片竹林，夏天十分凉快。",
    "他从抽屉里拿出一张旧照片，忍不住笑了。",
    "翁先生住在三楼，每天都自己扫楼梯。",
    "草原上的牛群和羊群远远看去像云彩一样。",
    "让我再想一想，也许还有更好的办法。",
    "冬天的夜里，屋外很冷，屋里却非常暖和。",
    "请问去博物馆应该坐哪一路公共汽车？",
    "妈妈买了葡萄、香蕉和一个大西瓜。",
    "那条小河的水很清，能看见河底的石头。",
    "他写的字又大又整齐，大家都夸他认真。",
    "飞机飞得很高，云朵就在我们的脚下。",
    "爷爷每天早晨都到院子里打太极拳。",
    "我把钥匙忘在办公室里了，只好再回去一趟。",
    "图书馆里很安静，只听见翻书的声音。",
    "孩子们在沙滩上堆了一座漂亮的城堡。",
    "这部电影讲的是一个关于友谊的故事。",
    "秋天到了，树叶一片一片地落下来。",
    "请慢走，路上小心，到家给我打个电话。",
    "她学了三年法语，现在可以和朋友聊天了。",
    "晚饭以后，我们常常一起去江边散步。",
    "商店里的人太多了，我们还是明天再来吧。",
    "他轻轻地推开门，怕吵醒睡着的宝宝。",
    "昨天的比赛真精彩，最后我们赢了两分。",
    "山顶上有一座古老的寺庙，钟声传得很远。",
    "谢谢你的帮助，没有你我不可能完成。",
)


def sentences(language_key: str) -> tuple[str, ...]:
    """Return forty sentences to read, those first that hold the most sounds.

    Raises:
        LanguageUnknownError: the key is not in the languages table.
    """
    return _MANDARIN if language(language_key).key == "zh" else _ENGLISH
