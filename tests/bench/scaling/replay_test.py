"""The replay of schedules, against times worked out by hand. The arguments are a schedule as of one worker and one of the
same search as of many: both are read, and one worker needs what all pieces take together."""

import json
import sys
import tempfile
import unittest

import replay


def makespan(work, workers):
    return replay.makespan(replay.graph_of(work), workers)


class Makespan(unittest.TestCase):
    def test_units_wait_for_a_free_worker(self):
        # 1 s before, then 5 units of 2 s, then 1 s.
        work = [1.0, [2.0] * 5, 1.0]
        self.assertEqual(makespan(work, 1), 12)
        self.assertEqual(makespan(work, 2), 1 + 6 + 1)
        self.assertEqual(makespan(work, 5), 4)
        self.assertEqual(makespan(work, 100), 4)

    def test_pieces_without_loops_do_not_share(self):
        self.assertEqual(makespan(3.0, 8), 3)

    def test_loops_follow_each_other(self):
        work = [0.0, [1.0, 1.0], 0.5, [1.0, 3.0], 0.0]
        self.assertEqual(makespan(work, 2), 1 + 0.5 + 3)

    def test_idle_workers_take_units_of_other_procedures(self):
        # A has 1 s and two units of 2 s, B is one unit of 3 s: with two workers the second unit of A waits for B's end.
        work = [0.0, [[1.0, [2.0, 2.0], 0.0], 3.0], 0.0]
        self.assertEqual(makespan(work, 1), 8)
        self.assertEqual(makespan(work, 2), 5)
        self.assertEqual(makespan(work, 3), 3)

    def test_longest_chain_is_what_many_workers_need(self):
        work = [0.25, [[1.0, [2.0, 4.0], 0.5], 3.0], 0.25]
        self.assertEqual(replay.longest_chain(replay.graph_of(work)), 0.25 + 5.5 + 0.25)
        self.assertEqual(makespan(work, 99), 6)

    def test_parts_of_units_share_workers(self):
        parts = {"parts": [[0.0, [1.0, 2.0], 0.0], [0.0, [3.0, 1.0], 0.0]]}
        leaves = [0, 0.0]
        graph = replay.graph_of([0.0, parts, 0.0], leaves)
        self.assertEqual(leaves, [2, 7.0])
        self.assertEqual(replay.makespan(graph, 1), 7)
        self.assertEqual(replay.makespan(graph, 4), 3)

    def test_a_loop_without_units(self):
        self.assertEqual(makespan([1.0, [], 2.0], 4), 3)


class Cluster(unittest.TestCase):
    def cluster(self, ranks, threads=1, latency=0.0):
        return replay.Cluster(ranks, threads, latency, 1e9, 0)

    def test_one_rank_is_one_machine(self):
        work = [0.5, [1.0, 2.0, 3.0], 0.25, [[1.0, [1.0, 1.0], 0.0], 2.0], 0.0]
        for threads in (1, 2, 3):
            self.assertEqual(self.cluster(1, threads).seconds(work), makespan(work, threads))

    def test_units_are_dealt_out_in_turn(self):
        # Rank 0 has the units of 5 and 5 s, whatever the others have.
        self.assertEqual(self.cluster(2).seconds([0.0, [5.0, 1.0, 5.0, 1.0], 0.0]), 10)

    def test_procedures_are_dealt_out_to_groups(self):
        procedures = [[1.0, [2.0, 2.0], 0.0], [0.0, [1.0, 1.0], 0.0]]
        self.assertEqual(self.cluster(2).seconds([0.0, procedures, 0.0]), 5)
        # Two ranks each: the units of a procedure are shared.
        self.assertEqual(self.cluster(4).seconds([0.0, procedures, 0.0]), 3)

    def test_messages_take_time(self):
        # Two ranks: the exchange of results, each of sizes and contents; two more around every step.
        work = [0.0, [1.0, 1.0], 0.0]
        self.assertAlmostEqual(self.cluster(2, latency=0.01).seconds(work), 1 + 2 * 0.01)
        self.assertAlmostEqual(self.cluster(2, latency=0.01).seconds(work, steps=3), 1 + (1 + 3 * 2) * 2 * 0.01)

    def test_groups_are_as_large_as_ranks_go_into_them(self):
        # Eight ranks, five procedures of four units of 1 s: groups of 2, 2, 1, 2 and 1 ranks.
        procedure = [0.0, [1.0] * 4, 0.0]
        self.assertEqual(self.cluster(8).seconds([0.0, [procedure] * 5, 0.0]), 4)
        short = [0.0, [0.5] * 4, 0.0]
        self.assertEqual(self.cluster(8).seconds([0.0, [procedure, procedure, short, procedure, short], 0.0]), 2)

    def test_ranks_share_units_and_not_their_parts(self):
        parts = {"parts": [[0.0, [1.0, 2.0], 0.0], [0.0, [3.0, 1.0], 0.0]]}
        self.assertEqual(replay.whole_units(parts), [4.0, 3.0])
        self.assertEqual(self.cluster(2).seconds([0.0, parts, 0.0]), 4)
        self.assertEqual(self.cluster(1).seconds([0.0, parts, 0.0]), 7)


class Files(unittest.TestCase):
    paths = ()

    def test_a_schedule_is_read_by_stage(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"workers": 2, "stages": [{"stage": "a", "work": [0.0, [1.0, 1.0], 0.0]}, {"stage": "b", "work": 1.0},
                                                {"stage": "a", "work": [0.0, [2.0], 0.0]}]}, file)
            file.flush()
            schedule = replay.Schedule(file.name)
        self.assertEqual(schedule.seconds(1), 5)
        self.assertEqual(schedule.seconds(2), 4)
        self.assertEqual(schedule.of_stage("a", 2), 3)
        self.assertEqual(schedule.stages["a"][1], [3, 4.0])

    def test_a_larger_pool_has_more_blocks_to_screen(self):
        block = [0.0, [1.0, 1.0], 0.0]
        self.assertEqual(replay.with_more_blocks([block] * 20, 3), [block] * 60)
        for other in (1.0, [block] * 12, [1.0] * 20):
            self.assertEqual(replay.with_more_blocks(other, 3), other)

    def test_schedules_of_the_program(self):
        for path in self.paths:
            schedule = replay.Schedule(path)
            self.assertAlmostEqual(schedule.seconds(1), schedule.work())
            self.assertGreater(schedule.work(), 0)
            self.assertLess(schedule.seconds(4), schedule.seconds(1))
            self.assertGreaterEqual(schedule.seconds(4), schedule.work() / 4)
            self.assertGreaterEqual(schedule.seconds(4), schedule.longest_chain() * 0.999999)


if __name__ == "__main__":
    Files.paths = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
