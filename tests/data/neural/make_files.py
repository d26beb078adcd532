#!/usr/bin/env python3
"""Writes the small recordings beside this script, and expected.json, with other software: h5py, pynwb and NumPy.

Usage: make_files.py     takes h5py, pynwb and numpy from PyPI; the files are kept, so that tests do not need them
"""
import json
import pathlib
from datetime import datetime, timezone

import h5py
import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import Position, SpatialSeries

here = pathlib.Path(__file__).parent
random = np.random.default_rng(5)
BIN = 0.02


def path_of(times):
    """Position of a cursor at these times, two columns."""
    return np.stack([np.sin(1.3 * times) + 0.2 * times, np.cos(0.7 * times)], axis=1)


def trains(units, begin, end):
    return [np.sort(random.uniform(begin - 0.5, end + 0.5, n)) for n in units]


def counts(spikes, edges):
    """Spikes in [edge, next edge)."""
    return np.stack([np.searchsorted(s, edges[1:], "left") - np.searchsorted(s, edges[:-1], "left") for s in spikes], axis=1)


def edges_of(times, bin_s):
    return times[0] + bin_s * np.arange(int(np.floor((times[-1] - times[0]) / bin_s + 1e-9)) + 1)


def velocity(times, position, edges):
    at = np.stack([np.interp(edges, times, position[:, i]) for i in range(position.shape[1])], axis=1)
    return np.diff(at, axis=0) / np.diff(edges)[:, None]


expected = {}

# As the files of Makin, O'Doherty, Cardoso & Sabes (Zenodo 583331): sampled at 250 Hz, a cell array of channels by units of
# spike times, in MATLAB's order, so that HDF5 has units by channels. Empty cells hold a shape, and an attribute says so.
times = 10 + np.arange(501) / 250
position = path_of(times)
spikes = trains([60, 0, 45, 30, 0, 80], 10, 12)
with h5py.File(here / "indy.mat", "w", userblock_size=512) as f:
    f["t"] = times[None, :]
    f["cursor_pos"] = position.T
    f["target_pos"] = np.round(position.T)
    f["finger_pos"] = np.concatenate([position, position[:, :1]], axis=1).T
    refs = f.create_group("#refs#")
    cells = f.create_dataset("spikes", (2, 3), dtype=h5py.ref_dtype)
    for k, s in enumerate(spikes):
        if len(s):
            d = refs.create_dataset(f"u{k}", data=s[None, :], compression="gzip")
        else:
            d = refs.create_dataset(f"u{k}", data=np.zeros(2, np.uint64))
            d.attrs["MATLAB_empty"] = np.uint8(1)
        cells[k // 3, k % 3] = d.ref
with open(here / "indy.mat", "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")
edges = edges_of(times, BIN)
expected["indy.mat"] = {"counts": counts(spikes, edges).tolist(), "target": velocity(times, position, edges).tolist()}
expected["indy.mat lag 0.1"] = {
    "counts": counts(spikes, edges[:-5]).tolist(),
    "target": velocity(times, position, edges)[5:].tolist(),
}

# As the files of MC Maze (Churchland & Kaufman, DANDI 000128): velocities at 1 kHz with timestamps, and a gap.
times = np.concatenate([np.arange(1000), np.arange(1500, 2500)]) / 1000
velocities = np.stack([np.cos(3 * times), np.sin(2 * times)], axis=1)
spikes = trains([50, 40, 70], 0, 2.5)
spikes[1] = np.array([])
start = datetime(2025, 1, 1, tzinfo=timezone.utc)
nwb = NWBFile(session_description="synthetic", identifier="maze", session_start_time=start)
for s in spikes:
    nwb.add_unit(spike_times=s)
behavior = nwb.create_processing_module("behavior", "synthetic")
behavior.add(TimeSeries(name="hand_vel", data=velocities * 1000, unit="m/s", conversion=0.001, timestamps=times))
behavior.add(Position(spatial_series=SpatialSeries(name="eye", data=velocities, unit="m", rate=1000.0, starting_time=0.0,
                                                   reference_frame="screen")))
with NWBHDF5IO(here / "maze.nwb", "w") as io:
    io.write(nwb, cache_spec=False)
edges = edges_of(times, BIN)
kept, target = [], []
for k in range(len(edges) - 1):
    inside = (times >= edges[k]) & (times < edges[k + 1])
    if inside.any():
        kept.append(k)
        target.append(velocities[inside].mean(axis=0).tolist())
expected["maze.nwb"] = {"counts": counts(spikes, edges)[kept].tolist(), "target": target}

np.savez(here / "binned.npz", counts=random.poisson(0.3, (40, 3)), target=random.normal(size=(40, 2)),
         time=5 + BIN * np.arange(40), learn=np.arange(40) < 30)
binned = np.load(here / "binned.npz")
expected["binned.npz"] = {k: binned[k].astype(float).tolist() for k in ("counts", "target", "learn")}

(here / "expected.json").write_text(json.dumps(expected))
