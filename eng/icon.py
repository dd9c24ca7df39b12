#!/usr/bin/env python3
"""Draws icon.png: three strands twisted into a rope. Standard library only; run it again after a change: python3 eng/icon.py"""
import math
import os
import struct
import zlib

SIZE, SAMPLES = 128, 4
GROUND, EDGE = (18, 38, 58), (10, 22, 36)
STRANDS = ((242, 201, 125), (222, 164, 84), (190, 126, 62))


def pixel(x, y):
    """The colour and opacity at a point of the unit square."""
    corner = 0.2
    dx, dy = max(abs(x - 0.5) - (0.5 - corner), 0), max(abs(y - 0.5) - (0.5 - corner), 0)
    if math.hypot(dx, dy) > corner:
        return (0, 0, 0, 0)
    # The rope runs along the diagonal: `along` it, and `across` it.
    along, across = ((x - 0.5) - (y - 0.5)) / math.sqrt(2), ((x - 0.5) + (y - 0.5)) / math.sqrt(2)
    ground = tuple(e + (g - e) * (1 - min(1, math.hypot(x - 0.4, y - 0.3))) for g, e in zip(GROUND, EDGE))
    best, colour = -2.0, ground
    for index, base in enumerate(STRANDS):
        turn = along * 2 * math.pi / 0.46 + index * 2 * math.pi / 3
        centre, height = 0.105 * math.sin(turn), math.cos(turn)
        distance = (across - centre) / 0.095
        if abs(distance) < 1 and height + math.sqrt(1 - distance * distance) * 0.6 > best:
            best = height + math.sqrt(1 - distance * distance) * 0.6
            fibre = 0.05 * math.sin(along * 90 + distance * 7 + index)
            light = 0.62 + 0.38 * math.sqrt(1 - distance * distance) + 0.12 * height - 0.1 * distance + fibre
            rim = 0.45 if abs(distance) > 0.9 else 1
            colour = tuple(min(255, c * light * rim) for c in base)
    return (*colour, 255)


def row(y):
    out = bytearray(b"\0")
    for x in range(SIZE):
        points = [pixel((x + (i + 0.5) / SAMPLES) / SIZE, (y + (j + 0.5) / SAMPLES) / SIZE) for i in range(SAMPLES) for j in range(SAMPLES)]
        alpha = sum(p[3] for p in points)
        out += bytes(round(sum(p[c] * p[3] for p in points) / alpha) if alpha else 0 for c in range(3))
        out.append(round(alpha / len(points)))
    return bytes(out)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "icon.png"), "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n")
    file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(b"".join(row(y) for y in range(SIZE)), 9)))
    file.write(chunk(b"IEND", b""))
