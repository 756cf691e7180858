"""Letters of other alphabets that are drawn like Latin ones, and what each of them looks like.

Used to compare, never to show: Russian stays readable to a comparison because both sides are mapped alike.
"""

from __future__ import annotations

# Pairs "other-latin", after case folding. A pair stands here only where capital and small letter lead to the same Latin
# letter (the capital decides: В looks like B, so в is b too), so that a re-cased text maps to the same letters.
_ALWAYS = (
    # Cyrillic
    "аa вb еe зз кk мm нh оo рp сc тt уy хx іi јj ѕs ԛq ԝw һh ԁd ѵv ӏl ґг "
    # Greek
    "αa βb εe ζz ηh ιi κk μm νn οo ρp τt υy χx ϲc ϳj "
    # Armenian, and Latin letters of phonetic and Turkish use
    "օo սu ցg հh ոn ɑa ɡg ıi ɩi ʟl ɴn ʀr ʙb ʜh ɢg ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ſs łl øo đd ħh ŧt"
)
# By sight alone, and only in a word that is Latin otherwise: a Greek text may be re-cased, and a Russian word may be
# the one with a Latin letter in it. The first are Greek small letters whose capital looks like another Latin letter.
_SMALL_IN_LATIN_WORDS = "νv ηn υu"
_IN_LATIN_WORDS = "γy ωw σo пn гr иu ьb"

ALWAYS = {ord(pair[0]): pair[1] for pair in _ALWAYS.split()}
SMALL_IN_LATIN_WORDS = {ord(pair[0]): pair[1] for pair in _SMALL_IN_LATIN_WORDS.split()}
IN_LATIN_WORDS = {ord(pair[0]): pair[1] for pair in _IN_LATIN_WORDS.split()}
