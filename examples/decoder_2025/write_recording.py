#!/usr/bin/env python3
"""Writes a synthetic recording as one's own may be: spike counts of 96 units, and the velocity of a cursor.

Usage: write_recording.py FILE.npz [--minutes M] [--units N] [--seed N]

Units are tuned to the direction of the movement. Needs Python 3 and nothing else.
"""
import argparse
import math
import random
import struct
import zipfile

BIN = 0.02  # seconds


def array(rows):
    """A matrix in NumPy's format of one array, version 1.0."""
    shape = (len(rows), len(rows[0]))
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1") +
            b"".join(struct.pack(f"<{len(r)}d", *r) for r in rows))


def poisson(mean, draw):
    count, p = 0, draw.random()
    limit = math.exp(-mean)
    while p > limit:
        count += 1
        p *= draw.random()
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--units", type=int, default=96)
    parser.add_argument("--seed", type=int, default=1)
    o = parser.parse_args()
    draw = random.Random(o.seed)
    preferred = [draw.uniform(0, 2 * math.pi) for _ in range(o.units)]
    rates = [8 * math.exp(0.5 * draw.gauss(0, 1)) for _ in range(o.units)]
    vx = vy = 0.0
    keep = math.exp(-BIN / 0.25)
    counts, target = [], []
    for _ in range(round(60 * o.minutes / BIN)):
        vx = keep * vx + math.sqrt(1 - keep * keep) * draw.gauss(0, 1)
        vy = keep * vy + math.sqrt(1 - keep * keep) * draw.gauss(0, 1)
        target.append((vx, vy))
        counts.append([poisson(r * BIN * math.exp(min(0.6 * (math.cos(a) * vx + math.sin(a) * vy), 2)), draw)
                       for a, r in zip(preferred, rates)])
    with zipfile.ZipFile(o.file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("counts.npy", array(counts))
        archive.writestr("target.npy", array(target))
        archive.writestr("bin.npy", array([[BIN]]))


if __name__ == "__main__":
    main()
