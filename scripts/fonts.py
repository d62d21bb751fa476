"""Cuts a font to the characters that reports need: fonts.py IN OUT STROKE.

GB 2312 (every code point of it), ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic, general punctuation, letter-like signs,
arrows, mathematical operators, box drawing, geometric shapes, CJK punctuation and full-width forms; of these, what the font has.

Where the font draws two characters with one glyph (a hyphen and U+2011, a dot and a bullet), only one of them is kept: two ids that
differ must not look the same.

The brackets U+27E8 and U+27E9, in which reports show characters that have no shape, are missing from the font. They are
drawn here, STROKE units thick: the Open Font License allows it, and the name Noto is not reserved.
"""

import sys

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF),
    (0x2100, 0x218B), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x2473), (0x2500, 0x25FF), (0x2600, 0x26FF),
    (0x2713, 0x2718), (0x3001, 0x3017), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE5),
]
# Of characters with one glyph the first code point is kept, but for these.
KEPT = {0x2013, 0xFF0F}
WIDTH, TOP, BOTTOM, TIP, OPEN = 360, 880, -120, 80, 270


def gb2312():
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def tell_apart(font):
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        codes = {}
        for code, name in sorted(table.cmap.items(), key=lambda item: (item[0] not in KEPT, item[0])):
            codes.setdefault(name, code)
        table.cmap = {code: name for code, name in table.cmap.items() if codes[name] == code}


def bracket(font, name, code, left, right, stroke):
    middle = (TOP + BOTTOM) // 2
    # The outer edge, then the inner one back; clockwise, as the filling rule of TrueType has it.
    inner = stroke if right > left else -stroke
    points = [(left, middle), (right, TOP), (right + inner, TOP), (left + inner, middle), (right + inner, BOTTOM), (right, BOTTOM)]
    if inner < 0:
        points.reverse()
    pen = TTGlyphPen(None)
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()
    font["glyf"][name] = pen.glyph()
    font.setGlyphOrder(list(font["glyf"].glyphOrder))
    font["hmtx"][name] = (WIDTH, min(x for x, _ in points))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def main(source, target, stroke):
    font = TTFont(source, recalcTimestamp=False)
    wanted = set(gb2312())
    for first, last in BLOCKS:
        wanted.update(range(first, last + 1))
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    tell_apart(font)
    bracket(font, "visible.left", 0x27E8, TIP, OPEN, stroke)
    bracket(font, "visible.right", 0x27E9, WIDTH - TIP, WIDTH - OPEN, stroke)
    font.save(target)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
