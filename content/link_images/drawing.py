"""Draw pictures as PNG with Pillow.

Pillow's own font is the only one that every installation has. It contains ASCII alone, so other letters are
transliterated: "München" becomes "Munchen". The title beside the image has the original spelling.
"""

from io import BytesIO

from anyascii import anyascii
from PIL import Image, ImageDraw, ImageFont

from content.link_images.pictures import Picture

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 90
GREEN, WHITE, PALE = "#0b6b3c", "#ffffff", "#cfe8d9"
MAX_LINES = 3  # of the heading
COLOURS = 32  # enough for three colours with smooth edges; the file is a fifth as large


def draw(picture: Picture) -> bytes:
    """Return the image of a picture as PNG."""
    image = Image.new("RGB", SIZE, GREEN)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 60), "Final Whistle", fill=PALE, font=_font(36))
    y = 140
    for line in _wrapped(picture.heading, _font(66), MAX_LINES):
        pen.text((MARGIN, y), line, fill=WHITE, font=_font(66))
        y += 80
    for line in picture.lines:
        (text, *_rest) = _wrapped(line, _font(44), 1)
        pen.text((MARGIN, y + 16), text, fill=WHITE, font=_font(44))
        y += 58
    (note, *_rest) = _wrapped(picture.note, _font(32), 1)
    pen.text((MARGIN, HEIGHT - 90), note, fill=PALE, font=_font(32))
    stream = BytesIO()
    image.quantize(COLOURS).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow's wheels contain FreeType"
    return font


def plain(text: str) -> str:
    """Transliterate a text to printable ASCII, on one line."""
    return " ".join("".join(each if each.isprintable() else " " for each in anyascii(text)).split())


def _wrapped(text: str, font: ImageFont.FreeTypeFont, limit: int) -> list[str]:
    """Break a text into lines that fit into the image; cut it after `limit` lines. Returns at least one."""
    lines = [""]
    for word in plain(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    shown = lines[:limit]
    if len(lines) > limit:
        shown[-1] += " ..."
    return [_cut(line, font) for line in shown]


def _cut(line: str, font: ImageFont.FreeTypeFont) -> str:
    """Cut a line that is too wide, e.g. because of one long word."""
    if font.getlength(line) <= WIDTH - 2 * MARGIN:
        return line
    while font.getlength(f"{line}...") > WIDTH - 2 * MARGIN:
        line = line[:-1]
    return f"{line}..."
