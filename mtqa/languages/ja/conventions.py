"""What is customary in Japanese."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="ja",
    numerals=Numerals.listed(
        """
        0 零 ゼロ なし ない
        1 一 ひと 最初 単 毎 各 初
        2 二 ふた 両 双 半 倍
        3 三 みっ
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
        1000000 百万
        """,
        inside=True,
    ),
)
