#!/usr/bin/env python3
"""Replays the schedule of a search on machines with more workers than this one has.

A schedule is what `rule-search search --schedule FILE` writes: how long every piece of work took, and which pieces wait for
which. Here it becomes a graph, and a machine of N workers carries it out: whoever is idle takes the first piece, in the order
of one thread, that waits for nothing any more. Handing out a piece costs nothing. Standard library only.
"""

import argparse
import heapq
import json
import math
import statistics


class Graph:
    """Pieces of work: their seconds, how many others each waits for, and which wait for it. In the order of one thread."""

    def __init__(self):
        self.seconds = []
        self.waits = []
        self.next = []

    def piece(self, seconds, after):
        """Adds a piece that waits for the pieces `after`; its number."""
        number = len(self.seconds)
        self.seconds.append(seconds)
        self.waits.append(len(after))
        self.next.append([])
        for before in after:
            self.next[before].append(number)
        return number

    def work(self, work, after, leaves=None):
        """Adds a piece, or one with loops in it; the numbers of what comes last. `leaves`: counts units and their seconds."""
        if not isinstance(work, list):
            if leaves is not None:
                leaves[0] += 1
                leaves[1] += work
            return [self.piece(work, after)]
        last = after
        for place, item in enumerate(work):
            if place % 2 == 0:
                last = [self.piece(item, last)]
            elif item:
                units = item
                if isinstance(item, dict):
                    units = item["parts"]
                    if leaves is not None:
                        leaves[0] += len(whole_units(item))
                        leaves[1] += sum(whole_units(item))
                last = [end for unit in units for end in self.work(unit, last, None if units is not item else leaves)]
                # One piece that waits for all units, so that the graph stays small.
                last = [self.piece(0.0, last)]
        return last


def whole_units(loop):
    """The units of a loop, where parts of them were carried out side by side put together again."""
    if not isinstance(loop, dict):
        return loop
    return [sum(unit) for unit in zip(*(part[1] for part in loop["parts"]))]


def graph_of(work, leaves=None):
    graph = Graph()
    graph.work(work, [], leaves)
    return graph


def makespan(graph, workers):
    """Seconds that `workers` need."""
    waits = list(graph.waits)
    ready = [k for k, count in enumerate(waits) if count == 0]
    heapq.heapify(ready)
    at_work = []  # (when it is over, piece)
    now = 0.0
    while ready or at_work:
        while ready and len(at_work) < workers:
            piece = heapq.heappop(ready)
            heapq.heappush(at_work, (now + graph.seconds[piece], piece))
        now, piece = heapq.heappop(at_work)
        for after in graph.next[piece]:
            waits[after] -= 1
            if waits[after] == 0:
                heapq.heappush(ready, after)
    return now


def longest_chain(graph):
    """Seconds of the longest chain of pieces that wait for each other: what no number of workers can go below."""
    ends = [0.0] * len(graph.seconds)
    longest = 0.0
    for piece, seconds in enumerate(graph.seconds):  # pieces come after those that they wait for
        end = ends[piece] + seconds
        longest = max(longest, end)
        for after in graph.next[piece]:
            ends[after] = max(ends[after], end)
    return longest


def is_unit(work):
    return not isinstance(work, list)


class Cluster:
    """Machines that share one search on few-shot tasks as `rule-search-mpi` does: the unit or procedure k of a loop is of rank k
    modulo ranks. (Folds of a cross-validation and comparisons that are no rules are dealt out otherwise.)

    `threads`: of every rank. `latency`: seconds until a message is there. `bandwidth`: bytes a second that a rank takes in.
    `unit_bytes`: what the result of a unit takes, on average.
    """

    def __init__(self, ranks, threads, latency, bandwidth, unit_bytes):
        self.ranks, self.threads = ranks, threads
        self.latency, self.bandwidth, self.unit_bytes = latency, bandwidth, unit_bytes

    def exchange(self, ranks, units):
        """All ranks tell each other what they have: sizes first, then contents."""
        if ranks == 1:
            return 0.0
        return 2 * math.ceil(math.log2(ranks)) * self.latency + units * self.unit_bytes / self.bandwidth

    def units(self, loop, ranks):
        """A loop of units that `ranks` share. A rank takes them in parts only where it has threads for them; here never."""
        units = whole_units(loop)
        slowest = 0.0
        for rank in range(min(ranks, len(units))):
            slowest = max(slowest, makespan(graph_of([0.0, units[rank::ranks], 0.0]), self.threads))
        return slowest + self.exchange(ranks, len(units))

    def procedure(self, work, ranks):
        """A procedure by a group of ranks, whose loops have units alone."""
        if is_unit(work):
            return work
        seconds = sum(work[0::2])
        return seconds + sum(self.units(loop, ranks) for loop in work[1::2])

    def procedures(self, procedures):
        groups = min(len(procedures), self.ranks)
        slowest = 0.0
        for group in range(groups):
            own = procedures[group::groups]
            size = sum(rank * groups // self.ranks == group for rank in range(self.ranks))
            if size == 1:
                seconds = makespan(graph_of([0.0, own, 0.0]), self.threads)
            else:
                # Around a procedure its group agrees on it.
                seconds = sum(self.procedure(work, size) + 2 * self.exchange(size, 1) for work in own)
            slowest = max(slowest, seconds)
        return slowest + self.exchange(self.ranks, count_units(procedures))

    def seconds(self, work, steps=0):
        """Of a stage. What is in no loop is done by all ranks alike."""
        # Around every step rank 0 says what is to be computed, and what came out, also where that is known.
        out = 2 * steps * self.exchange(self.ranks, 1)
        if is_unit(work):
            return out + work
        out += sum(work[0::2])
        for loop in work[1::2]:
            if isinstance(loop, dict) or all(is_unit(unit) for unit in loop):
                out += self.units(loop, self.ranks) if loop else 0.0
            else:
                out += self.procedures(loop)
        return out


def count_units(work):
    return sum(1 if is_unit(unit) else sum(count_units(whole_units(loop)) for loop in unit[1::2]) for unit in work)


def with_more_blocks(item, times):
    """Loops of so many procedures are screenings of a large pool: a procedure is a block of candidates."""
    screening = isinstance(item, list) and len(item) > 16 and all(isinstance(unit, list) for unit in item)
    return item * times if screening else item


class Schedule:
    """One search: its stages follow each other."""

    def __init__(self, path, larger_pool=1):
        """`larger_pool`: as of a pool that many times as large, whose screenings have as many times the blocks."""
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for stage in document["stages"]:
            if larger_pool > 1 and not is_unit(stage["work"]):
                stage["work"] = [with_more_blocks(item, larger_pool) for item in stage["work"]]
        self.workers = document["workers"]
        self.works = [(stage["work"], stage.get("steps", 0)) for stage in document["stages"]]
        self.stages = {}  # by name, in the order in which they first came: graphs, and [units, their seconds]
        for stage in document["stages"]:
            graphs, leaves = self.stages.setdefault(stage["stage"], ([], [0, 0.0]))
            # The last level of loops is of units: episodes, sessions, recordings.
            if isinstance(stage["work"], list):
                graphs.append(graph_of(stage["work"], leaves))
            else:
                graphs.append(graph_of(stage["work"]))

    def seconds(self, workers):
        return sum(self.of_stage(name, workers) for name in self.stages)

    def of_stage(self, name, workers):
        return sum(makespan(graph, workers) for graph in self.stages[name][0])

    def on_cluster(self, cluster):
        return sum(cluster.seconds(work, steps) for work, steps in self.works)

    def longest_chain(self):
        return sum(longest_chain(graph) for graphs, _ in self.stages.values() for graph in graphs)

    def work(self):
        return sum(sum(graph.seconds) for graphs, _ in self.stages.values() for graph in graphs)


def table(schedule, one, workers):
    rows = []
    for count in workers:
        seconds = schedule.seconds(count)
        rows.append((count, seconds, one / seconds, 100 * one / seconds / count))
    return rows


def record_for(workers, records):
    """The record as of the most workers that are not more than there are."""
    return records[max(count for count in records if count <= workers)]


def measured_beside_replayed(measured, records):
    """Of the runs that were measured: threads, seconds, and seconds by the record as of so many threads."""
    out = []
    for threads in sorted(measured):
        seconds = record_for(threads, records).seconds(threads)
        out.append((threads, statistics.median(measured[threads]), seconds))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("schedules", nargs="+", help="of one search, as of one worker and of more (`--schedule-workers`)")
    parser.add_argument("--measured", help="file of rows `threads seconds` of real searches, to be compared")
    parser.add_argument("--workers", default="1,2,4,8,16,32,64,128,256,512,1024", help="machines, by their workers")
    parser.add_argument("--stages", action="store_true", help="also what every stage costs")
    parser.add_argument("--ranks-of", type=int, default=0, help="also ranks that share the search, with so many threads each")
    parser.add_argument("--latency", type=float, default=30, help="of a message between ranks, in microseconds")
    parser.add_argument("--bandwidth", type=float, default=1, help="that a rank takes in, in GB a second")
    parser.add_argument("--unit-bytes", type=float, default=1000, help="that the result of a unit takes")
    parser.add_argument("--larger-pool", type=int, default=1, help="as if the pool had so many times the candidates")
    parser.add_argument("--rows", help="file for the rows, to be drawn")
    arguments = parser.parse_args()
    records = {s.workers: s for s in (Schedule(path, arguments.larger_pool) for path in arguments.schedules)}
    if 1 not in records:
        parser.error("none of the schedules is as of one worker (--schedule-workers 1)")
    if arguments.larger_pool > 1:
        # One worker carries out no blocks side by side, which could be repeated.
        records = {1: records[max(records)]}
    workers = [int(text) for text in arguments.workers.split(",")]
    one = records[1].work()
    most = records[max(records)]

    if arguments.measured:
        measured = {}
        with open(arguments.measured, encoding="utf-8") as file:
            for line in file:
                threads, seconds = line.split()
                measured.setdefault(int(threads), []).append(float(seconds))
        print("| threads | measured, s | replayed, s | replayed by measured |")
        print("| ---: | ---: | ---: | ---: |")
        for threads, seconds, replayed in measured_beside_replayed(measured, records):
            print(f"| {threads} | {seconds:.1f} | {replayed:.1f} | {replayed / seconds:.3f} |")
        print()

    rows = [row for count in workers for row in table(record_for(count, records), one, [count])]
    print("| workers | seconds | speed-up | efficiency |")
    print("| ---: | ---: | ---: | ---: |")
    for count, seconds, speed_up, efficiency in rows:
        print(f"| {count:,} | {seconds:.1f} | {speed_up:.2f} | {efficiency:.0f} % |")
    if arguments.rows:
        with open(arguments.rows, "w", encoding="utf-8") as file:
            file.writelines(f"{count} {speed_up:.4f}\n" for count, _, speed_up, _ in rows)
    chain = most.longest_chain()
    print(f"\nThe longest chain of pieces takes {chain:.1f} s: no number of workers is more than {one / chain:.1f} times faster.")
    for count, record in sorted(records.items()):
        if count > 1:
            print(f"As of {count} workers the work is {100 * (record.work() / one - 1):+.1f} % of that of one.")

    if arguments.ranks_of:
        print(f"\n| ranks of {arguments.ranks_of} threads | workers | seconds | speed-up | efficiency |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        for count in workers:
            if count < arguments.ranks_of:
                continue
            ranks = count // arguments.ranks_of
            cluster = Cluster(
                ranks, arguments.ranks_of, 1e-6 * arguments.latency, 1e9 * arguments.bandwidth, arguments.unit_bytes
            )
            seconds = record_for(count, records).on_cluster(cluster)
            print(f"| {ranks:,} | {count:,} | {seconds:.1f} | {one / seconds:.2f} | {100 * one / seconds / count:.0f} % |")

    if arguments.stages:
        print("\n| stage | units | work of one worker |")
        print("| --- | ---: | ---: |")
        for name, (graphs, leaves) in records[1].stages.items():
            work = sum(sum(graph.seconds) for graph in graphs)
            if work >= 1e-3 * one:
                print(f"| {name} | {leaves[0]:,} | {work:.1f} s, {100 * work / one:.1f} % |")


if __name__ == "__main__":
    main()
