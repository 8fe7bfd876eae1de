"""Lines of an English page that are no part of its article, and those that say where a picture is from."""

from __future__ import annotations

import re

__all__ = ["is_boilerplate", "is_caption"]

_WHOLE_LINE = r"""
close | menu | search | share | print | save | comments? | advertisements? | ad | sponsored | newsletter | play | pause
| sign\ in | log\ in | sign\ up | register | subscribe | donate | next | previous | more | home | back\ to\ top
| loading
| copy\ link | copied | email | e-mail | facebook | twitter | x | whatsapp | linkedin | reddit | telegram | pinterest
| leave\ a\ (?:comment|reply) | post\ a\ comment | view\ (?:all\ )?(?:\d+\ )?comments | (?:\d+|no|show|join)\ comments?
| (?:skip|jump)\ to\ (?:main\ )?content | (?:skip\ )?advertisement | story\ continues\ below(?:\ advertisement)?
| article\ continues\ below | continue\ reading | read\ (?:more|next|the\ full\ (?:story|article))
| see\ also | also\ read
| show\ (?:more|less) | load\ more | view\ (?:more|all) | (?:most\ )?(?:popular|read|viewed) | trending(?:\ now)?
| related(?:\ (?:articles?|stories|topics|content|posts|news))? | more\ (?:from|on)\ .{1,60}
| recommended(?:\ for\ you)?
| (?:share|save|print|email|bookmark|listen\ to|gift)\ this\ (?:article|story|page|post) | share\ on\ \w+ | follow\ us
| (?:terms\ (?:of\ (?:use|service)|and\ conditions)|privacy\ (?:policy|notice)|cookie\ (?:policy|settings)|contact\ us
   |about\ us)(?:\ ?[|·,&]?\ ?(?:terms\ of\ (?:use|service)|privacy\ (?:policy|notice)|cookie\ (?:policy|settings)))*
| (?:accept|reject|manage)\ (?:all\ )?(?:cookies|preferences) | all\ rights\ reserved
| (?:tags?|topics?|filed\ under|categor(?:y|ies))\s?:\s.+
| \d+\ min(?:ute)?s?\ (?:read|ago) | \d+\ hours?\ ago
| (?:(?:first\ |last\ )?(?:published|updated|posted|modified)(?:\ (?:on|at))?:?\ )?
  (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\ )?
  (?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\ \d{1,2}(?:,\ |\ )\d{4}
    |\d{1,2}\ (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?,?\ \d{4}|\d{4}-\d\d-\d\d)
  (?:.{0,5}\d{1,2}:\d\d.{0,12})?
"""
_BEGINS = r"""
click\ here\b | tap\ here\b | sign\ up\ (?:for|to)\b.*\b(?:newsletters?|briefing|alerts?|emails?|inbox)\b
| subscribe\ (?:to|now|today)\b.*(?:newsletter|channel|podcast|alerts|magazine|app|today|now)\b
| (?:get|download|try)\ (?:the|our)\b.*\bapp\b
| follow\ .{1,40}\ on\ (?:twitter|x|facebook|instagram|telegram|threads|bluesky|youtube|google\ news)\b
| like\ us\ on\b
| (?:read\ (?:more|also|next|on)|also\ read|see\ also|see\ more|related|watch(?:\ (?:now|live|more|below))?
   |more\ on\ this)  \s?[:|»>]
| read\ more\ (?:on|about|at|from|in)\b
| (?:this\ (?:web)?site|our\ (?:web)?site|we(?:\ and\ our\ partners)?)\ uses?\ (?:\w+\ )?cookies\b
| by\ (?:continuing|using\ (?:this|our)\ (?:web)?site)\b.*\b(?:cookies|terms|agree)\b
| (?:©|\(c\)\ |copyright\ (?:©|\(c\)|\d{4}))
| (?:\(?(?:additional\ )?reporting\ by\ .*;\ ?(?:additional\ |writing\ |editing\ ))
| (?:this\ (?:article|story|post|report)\ (?:was|has\ been|is)
   \ (?:first\ |originally\ |also\ )?(?:re)?published\ (?:on|in|by|at)\b)
| (?:have|got)\ (?:a\ )?(?:news\ )?tips?\?
| (?:please\ )?enable\ (?:javascript|cookies)\b | javascript\ is\ (?:disabled|required)
| (?:the\ post\ .*\bappeared\ first\ on\b) | support\ (?:our|independent)\ journalism\b
"""
_HOLDS = (
    *(f"contributed {what}to this {where}" for what in ("", "reporting ") for where in ("report", "story", "article")),
    "all rights reserved",
    *(f"may not be {done}" for done in ("published", "reproduced", "reprinted")),
)
_BYLINE = re.compile(
    r"[Bb][Yy]:?\s+(?:[A-Z][\w.'’-]*\s?){1,4}(?:(?:,|\band\b|\|)\s*(?:[A-Z][\w.'’-]*\s?){1,5}){0,4}"
    r"(?:[,|·•–—]?\s*(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\ \d{1,2},?\ \d{4}"
    r"|\d{1,2}\ (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?,?\ \d{4}|\d{4}-\d\d-\d\d))?[^.!?\w]?"
)
_BOILERPLATE = re.compile(rf"(?:(?:{_WHOLE_LINE})[:…»>→]*$)|(?:{_BEGINS})", re.VERBOSE)

_LONGEST_CREDIT = 80  # characters
_AGENCY = (
    r"(?:AP|AFP|EPA|PA|DPA|dpa|ANSA|EFE|TASS|Reuters|REUTERS|Getty|Shutterstock|iStock|Alamy|Bloomberg|Xinhua|Unsplash)"
)
_PICTURE = r"(?:photo|photograph|picture|pic|image|illustration|screenshot|screengrab|graphic|handout|courtesy)"
_CREDIT = re.compile(
    rf"""\((?:(?i:file\ )?(?i:{_PICTURE})\b[^()]{{0,80}} | {_AGENCY}\b[^()]{{0,80}}
         | [A-Z][^()]{{0,80}}\b(?i:{_PICTURE}s?|{_AGENCY}))\)[.\s]*$""",
    re.VERBOSE,
)
_CAPTION_BEGINS = re.compile(
    rf"""(?i:(?:file\ )?{_PICTURE}s?(?:\ (?:credit|courtesy|by|of))?\s?[:|]\s?\S | caption\s?: | credits?\s?:
         | photo(?:graph)?s?\ (?:by|courtesy)\b) | FILE\s?[-–—]""",
    re.VERBOSE,
)
_CAPTION_ENDS = re.compile(
    rf"""(?:(?:\S\s?/\s?|\bvia\s|\b[Cc]redit:\s|©\s?){_AGENCY}(?:\s(?:Images?|Photo|Pictures))?(?:/[\w .-]+)?
         | \bGetty\ Images | [.!?]["”]?\s{_AGENCY})$""",
    re.VERBOSE,
)


def is_boilerplate(line: str) -> bool:
    """Whether the line belongs to the page and not to the article: buttons, bylines, credits, notices."""
    lower = line.lower()
    return bool(_BOILERPLATE.match(lower) or any(words in lower for words in _HOLDS) or _BYLINE.fullmatch(line))


def is_caption(line: str) -> bool:
    """Whether the line names the source of a picture."""
    bracket = line.rfind("(")
    return bool(
        (bracket >= 0 and _CREDIT.match(line, bracket))
        or _CAPTION_BEGINS.match(line)
        or (line[-1:].isalnum() and _CAPTION_ENDS.search(line, max(0, len(line) - _LONGEST_CREDIT)))
    )
