"""What is customary in Chinese."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="zh",
    numerals=Numerals.listed(
        """
        0 零 〇 无 無 没有 沒有
        1 一 壹 首 单 單 每
        2 二 两 兩 双 雙 半
        3 三 叁
        4 四
        5 五
        6 六
        7 七
        8 八
        9 九
        10 十
        11 十一
        12 十二
        20 二十
        24 二十四
        30 三十
        60 六十
        100 百
        1000 千
        1000000 百万 百萬
        """,
        inside=True,
    ),
)
