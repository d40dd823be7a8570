"""What is written becomes what is read."""

from __future__ import annotations

import pytest

from voiceclone.text.languages import language
from voiceclone.text.normalize import Normalizer

ENGLISH = [
    ("I paid $3.50.", "I paid three dollars and fifty cents."),
    ("$0.99 or $1.01", "ninety nine cents or one dollar and one cent"),
    ("I owe $1,234.50.", "I owe one thousand two hundred and thirty four dollars and fifty cents."),
    ("$5-$10, $5m, $1.2 million", "five to ten dollars, five million dollars, one point two million dollars"),
    ("20€ or 3.50 €", "twenty euros or three euros and fifty cents"),
    ("£3.50 and €5", "three pounds and fifty pence and five euros"),
    ("1,234.5 km", "one thousand two hundred and thirty four point five kilometers"),
    ("1,034 people in 1034", "one thousand and thirty four people in ten thirty four"),
    ("2,000,000.5", "two million point five"),
    ("Dr. Smith lives at 5 Oak Dr. Now go.", "Doctor Smith lives at five Oak Drive. Now go."),
    ("St. Mary's St. is long.", "Saint Mary's Street is long."),
    ("Prof. Lee met Mrs. Jones.", "Professor Lee met Missus Jones."),
    ("Smith & Co., etc. Then he left.", "Smith and Company, et cetera. Then he left."),
    ("i.e. this, e.g. that", "that is this, for example that"),
    ("No. 5, p. 3, Fig. 2", "number five, page three, figure two"),
    ("10:30 am, 10:00, 22:05", "ten thirty AM, ten o'clock, twenty two o five"),
    ("at 5 p.m. He left", "at five PM. He left"),
    ("Nov 23, 2026", "November twenty third, twenty twenty six"),
    ("10th of May", "tenth of May"),
    ("in 1995, the 1990s and the '80s", "in nineteen ninety five, the nineteen nineties and the eighties"),
    ("1905, 1800s, 2010s", "nineteen oh five, eighteen hundreds, twenty tens"),
    ("50%, 20-30%", "fifty percent, twenty to thirty percent"),
    ("3/4 and 2½ cups", "three quarters and two and a half cups"),
    ("21st of 10-20 people", "twenty first of ten to twenty people"),
    ("COVID-19", "COVID-nineteen"),
    ("+1 (415) 555-0100", "plus one, four one five, five five five, zero one zero zero"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("555-0100", "five five five, zero one zero zero"),
    ("mail a@b.com.", "mail a at b dot com."),
    ("see https://example.com/x.", "see example dot com slash x."),
    ("U.S.A. and U.S. troops", "USA and US troops"),
    ("Henry VIII, Chapter IV, World War II", "Henry the eighth, Chapter four, World War two"),
    ("the part I like of Part I, by Gen Z", "the part I like of Part one, by Gen Z"),
    ("100m, 5 m², 25°C, -5 degrees", "one hundred meters, five square meters, twenty five degrees Celsius, "
     "negative five degrees"),
    ("5'10\" tall", "five foot ten tall"),
    ("v2.0.1 at 24/7", "version two point zero point one at twenty four seven"),
    ("we're #1 #fan", "we're number one hashtag fan"),
    ("1 + 1 = 2, 3×4, 10^6", "one plus one equals two, three times four, ten to the power of six"),
    ("*bold* _it_ `code` <b>tag</b>", "bold it code tag"),
    ("‘It’s’ “fine” – or \"not\"…", "'It's' “fine” — or “not”…"),
    ("wait... what -- no", "wait… what — no"),
    ("ｆｕｌｌ １２３ 𝐇𝐞𝐥𝐥𝐨 ﬁne", "full one hundred and twenty three Hello fine"),
    ("Hi 😀👍🏽 there 🇫🇷!", "Hi there!"),
    ("a\x00b\x07c\u200bd", "a b cd"),
    ("α is not Привет or مرحبا", "alpha is not or"),
    ("1" * 30, " ".join(["one"] * 30)),
]  # fmt: skip

CHINESE = [
    ("我有3个苹果，2个梨", "我有三个苹果，两个梨"),
    ("今天是2026年11月23日", "今天是二零二六年十一月二十三日"),
    ("价格是￥3.5，折扣50%", "价格是三点五元，折扣百分之五十"),
    ("电话13812345678", "电话幺三八幺二三四五六七八"),
    ("下午3点20分，10:30", "下午三点二十分，十点三十分"),
    ("温度-5℃，3/4", "温度负五摄氏度，四分之三"),
    ("1,234,567元", "一百二十三万四千五百六十七元"),
    ("我用iPhone 15打电话", "我用iPhone 十五打电话"),
    ("COVID-19疫情", "COVID 十九疫情"),
    ("比分3-2。10~20个", "比分三比二。十到二十个"),
    ("ＡＢＣ１２３号", "ABC一百二十三号"),
    ("请发邮件到a@b.com，谢谢", "请发邮件到a 艾特 b 点 com，谢谢"),
    ('他说："你好"——然后走了……', "他说：“你好”——然后走了…"),
    ("二〇二六年", "二〇二六年"),
    ("臺灣", "臺灣"),
    ("He said 5 apples.", "He said five apples."),
]


@pytest.fixture(scope="module")
def normalizer() -> Normalizer:
    return Normalizer()


@pytest.mark.parametrize(("written", "read"), ENGLISH, ids=[row[0] for row in ENGLISH])
def test_english(normalizer: Normalizer, written: str, read: str) -> None:
    assert normalizer.normalize(written, language("en-us")) == read


@pytest.mark.parametrize(("written", "read"), CHINESE, ids=[row[0] for row in CHINESE])
def test_chinese(normalizer: Normalizer, written: str, read: str) -> None:
    assert normalizer.normalize(written, language("zh")) == read


@pytest.mark.parametrize(
    ("written", "american", "british"),
    [
        ("3/4/2026", "March fourth, twenty twenty six", "the third of April twenty twenty six"),
        ("25/12/2010", "December twenty fifth, twenty ten", "the twenty fifth of December twenty ten"),
        ("2010-11-23", "November twenty third, twenty ten", "the twenty third of November twenty ten"),
    ],
)  # fmt: skip
def test_numeric_dates_follow_the_country(
    normalizer: Normalizer, written: str, american: str, british: str
) -> None:
    assert normalizer.normalize(written, language("en-us")) == american
    assert normalizer.normalize(written, language("en-gb")) == british


@pytest.mark.parametrize("text", ["", " \n\t ", "😀🎉", "مرحبا", "\x00\x01", "$$$"])
@pytest.mark.parametrize("key", ["en-us", "zh"])
def test_nothing_to_read_is_empty(normalizer: Normalizer, text: str, key: str) -> None:
    assert normalizer.normalize(text, language(key)) == ""


def test_what_the_grammar_refuses_is_still_read(normalizer: Normalizer) -> None:
    """wetext has no path for signs glued to digits and answers "age 18+ only" with an AssertionError."""
    assert normalizer.normalize("for age 18+ only", language("en-us")) == "for age eighteen plus only"
    assert normalizer.normalize("at =5 and 5@ home", language("en-us")) == "at equals five and five at home"
    assert (
        normalizer.normalize("take §5 and 5© now", language("en-us"))
        == "take section five and five copyright now"
    )
    assert normalizer.normalize("two  blanks\tand\ntabs", language("en-us")) == "two blanks and tabs"
