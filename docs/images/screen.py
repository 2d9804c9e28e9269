#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Draw a terminal's screen, as "tmux capture-pane -e" prints it, as SVG."""
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT, EDGE = 8.4, 17, 12
COLOURS = ['#2e3436', '#cc0000', '#4e9a06', '#c4a000', '#3465a4', '#75507b',
           '#06989a', '#d3d7cf', '#555753', '#ef2929', '#8ae234', '#fce94f',
           '#729fcf', '#ad7fa8', '#34e2e2', '#eeeeec']
BACK, FRONT = '#1d1f21', '#d3d7cf'
BOLD = ' font-weight="bold"'


def colour(number):
    """Of the 256 that terminals have."""
    if number < 16:
        return COLOURS[number]
    if number >= 232:
        return '#' + f'{8 + 10 * (number - 232):02x}' * 3
    number -= 16
    parts = [number // 36, number // 6 % 6, number % 6]
    return '#' + ''.join(f'{part and 55 + 40 * part:02x}' for part in parts)


class Pen:
    def __init__(self):
        self.set([0])

    def set(self, codes):
        codes = list(codes)
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.front, self.back = FRONT, None
                self.bold = self.reverse = False
            elif code == 1:
                self.bold = True
            elif code == 7:
                self.reverse = True
            elif code == 22:
                self.bold = False
            elif code == 27:
                self.reverse = False
            elif code in (38, 48) and codes[:1] == [5]:
                value = colour(codes[1])
                del codes[:2]
                if code == 38:
                    self.front = value
                else:
                    self.back = value
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.front = COLOURS[code - 30 if code < 90 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.back = COLOURS[code - 40 if code < 100 else code - 92]
            elif code == 39:
                self.front = FRONT
            elif code == 49:
                self.back = None

    def colours(self):
        if self.reverse:
            return self.back or BACK, self.front
        return self.front, self.back


def runs(line, pen):
    """(column, text, front, back, bold) of what is drawn alike"""
    column = 0
    for part in re.split(r'(\x1b\[[0-9;]*m|\x1b\(B|\x0f|\x0e)', line):
        if part.startswith('\x1b['):
            pen.set(int(code or 0) for code in part[2:-1].split(';'))
        elif part and part[0] not in '\x1b\x0e\x0f':
            yield (column, part, *pen.colours(), pen.bold)
            column += len(part)


def main():
    lines = re.sub(r'(\n *)+$', '', sys.stdin.read()).split('\n')
    pen = Pen()
    drawn = [list(runs(line, pen)) for line in lines]
    columns = max((column + len(text) for line in drawn
                   for column, text, *_ in line), default=1)
    width, height = 2 * EDGE + columns * WIDTH, 2 * EDGE + len(lines) * HEIGHT
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
          f'height="{height}" viewBox="0 0 {width:.0f} {height}" '
          'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" '
          'font-size="14">')
    print(f'<rect width="100%" height="100%" rx="6" fill="{BACK}"/>')
    for row, line in enumerate(drawn):
        for column, text, front, back, bold in line:
            x, y = EDGE + column * WIDTH, EDGE + row * HEIGHT
            if back:
                print(f'<rect x="{x:.1f}" y="{y}" width="{len(text) * WIDTH:.1f}" '
                      f'height="{HEIGHT}" fill="{back}"/>')
            if text.strip():
                print(f'<text x="{x:.1f}" y="{y + 13}" fill="{front}"'
                      f'{BOLD if bold else ""} xml:space="preserve" '
                      f'textLength="{len(text) * WIDTH:.1f}">{escape(text)}</text>')
    print('</svg>')


main()
