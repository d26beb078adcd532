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
        """Adds a piece, or one with loops in it; the numbers of what comes last. `leaves`: counts units without loops."""
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
                last = [end for unit in item for end in self.work(unit, last, leaves)]
                # One piece that waits for all units, so that the graph stays small.
                last = [self.piece(0.0, last)]
        return last


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
    """Machines that share one search as `rule-search-mpi` does: the unit or procedure k of a loop is of rank k modulo ranks.

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

    def units(self, units, ranks):
        """A loop of units that `ranks` share."""
        slowest = 0.0
        for rank in range(min(ranks, len(units))):
            slowest = max(slowest, makespan(graph_of([0.0, units[rank::ranks], 0.0]), self.threads))
        # Around a step rank 0 says what is to be computed, and what came out.
        return slowest + self.exchange(ranks, len(units)) + 2 * self.exchange(ranks, 1)

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
            size = (self.ranks - group + groups - 1) // groups
            if size == 1:
                seconds = makespan(graph_of([0.0, own, 0.0]), self.threads)
            else:
                seconds = sum(self.procedure(work, size) for work in own)
            slowest = max(slowest, seconds)
        return slowest + self.exchange(self.ranks, count_units(procedures))

    def seconds(self, work):
        """Of a stage. What no loop has is done by all ranks alike."""
        if is_unit(work):
            return work
        out = sum(work[0::2])
        for loop in work[1::2]:
            if all(is_unit(unit) for unit in loop):
                out += self.units(loop, self.ranks) if loop else 0.0
            else:
                out += self.procedures(loop)
        return out


def count_units(work):
    return sum(1 if is_unit(unit) else sum(count_units(loop) for loop in unit[1::2]) for unit in work)


class Schedule:
    """One search: its stages follow each other."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self.works = [stage["work"] for stage in document["stages"]]
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
        return sum(cluster.seconds(work) for work in self.works)

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


def measured_beside_replayed(measured, records):
    """Of the runs that were measured: threads, seconds, and seconds by the record as of so many threads."""
    out = []
    for threads in sorted(measured):
        # What is begun ahead of time is the same for every number of threads above two.
        record = records[min(threads, 3)]
        out.append((threads, statistics.median(measured[threads]), record.seconds(threads)))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", help="schedule as of one worker (`--schedule-workers 1`): what a search takes at least")
    parser.add_argument("many", help="schedule as of many workers")
    parser.add_argument("--two", help="schedule as of two workers")
    parser.add_argument("--measured", help="file of rows `threads seconds` of real searches, to be compared")
    parser.add_argument("--workers", default="1,2,4,8,16,32,64,128,256,512,1024", help="machines, by their workers")
    parser.add_argument("--stages", action="store_true", help="also what every stage costs")
    parser.add_argument("--ranks-of", type=int, default=0, help="also ranks that share the search, with so many threads each")
    parser.add_argument("--latency", type=float, default=30, help="of a message between ranks, in microseconds")
    parser.add_argument("--bandwidth", type=float, default=1, help="that a rank takes in, in GB a second")
    parser.add_argument("--unit-bytes", type=float, default=1000, help="that the result of a unit takes")
    parser.add_argument("--rows", help="file for the rows, to be drawn")
    arguments = parser.parse_args()
    records = {1: Schedule(arguments.one), 3: Schedule(arguments.many)}
    records[2] = Schedule(arguments.two) if arguments.two else records[3]
    workers = [int(text) for text in arguments.workers.split(",")]
    one = records[1].work()

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

    rows = [row for count in workers for row in table(records[min(count, 3)], one, [count])]
    print("| workers | seconds | speed-up | efficiency |")
    print("| ---: | ---: | ---: | ---: |")
    for count, seconds, speed_up, efficiency in rows:
        print(f"| {count:,} | {seconds:.1f} | {speed_up:.2f} | {efficiency:.0f} % |")
    if arguments.rows:
        with open(arguments.rows, "w", encoding="utf-8") as file:
            file.writelines(f"{count} {speed_up:.4f}\n" for count, _, speed_up, _ in rows)
    chain = records[3].longest_chain()
    in_vain = records[3].work() / one - 1
    print(f"\nThe longest chain of pieces takes {chain:.1f} s: no number of workers is more than {one / chain:.1f} times faster.")
    print(f"Of what many workers carry out ahead of time, {100 * in_vain:.1f} % of the work of one is in vain.")

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
            seconds = records[3].on_cluster(cluster)
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
