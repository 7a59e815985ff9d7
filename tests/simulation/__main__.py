"""`python -m tests.simulation --seeds 0-9999`: play schedules, and say which of them broke a promise."""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

os.environ.setdefault("PTB_TIMEDELTA", "true")

from tests.simulation.draw import draw
from tests.simulation.journal import Journal
from tests.simulation.oracle import judge
from tests.simulation.pair import draw_pair, play_pair
from tests.simulation.tell import tell
from tests.simulation.world import Theatre, play, theatre

_BATCH = 50


def main() -> int:
    """Run the command line; the exit code is 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, default=range(100), metavar="FIRST-LAST")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes share the work")
    parser.add_argument("--pair", action="store_true", help="play with two processes, of which one leads")
    parser.add_argument("--verbose", type=int, metavar="SEED", help="play one schedule and show all that happens")
    options = parser.parse_args()
    if options.verbose is not None:
        return _show(options.verbose, pair=options.pair)
    return _play_all(options.seeds, options.jobs, pair=options.pair)


def _show(seed: int, *, pair: bool) -> int:
    with theatre() as stage:
        print(draw_pair(seed) if pair else draw(seed))
        journal = _play(seed, stage, pair=pair, aloud=True)
    for line in tell(journal):
        print(line)
    findings = judge(journal)
    print("\n".join(findings) or "every promise was kept")
    return 1 if findings else 0


def _play(seed: int, stage: Theatre, *, pair: bool, aloud: bool = False) -> Journal:
    if pair:
        return play_pair(*draw_pair(seed), stage, aloud=aloud)
    return play(draw(seed), stage, aloud=aloud)


def _play_all(seeds: range, jobs: int, *, pair: bool) -> int:
    began, broken = time.monotonic(), 0
    for seed, findings in _results(seeds, jobs, pair=pair):
        broken += 1
        for finding in findings:
            print(f"seed {seed}: {finding}", flush=True)
        print(f"  replay: {replay_command(seed, pair=pair)}", flush=True)
    seconds = time.monotonic() - began
    print(f"{len(seeds)} schedules in {seconds:.0f} s, {len(seeds) / seconds:.1f} a second; {broken} broke a promise")
    return 1 if broken else 0


def _results(seeds: range, jobs: int, *, pair: bool) -> Iterator[tuple[int, list[str]]]:
    if jobs == 1:
        yield from broken_promises(seeds, pair=pair)
        return
    batches = [seeds[at : at + _BATCH] for at in range(0, len(seeds), _BATCH)]
    with ProcessPoolExecutor(jobs) as pool:
        for results in pool.map(partial(_batch, pair=pair), batches):
            yield from results


def _batch(seeds: range, *, pair: bool) -> list[tuple[int, list[str]]]:
    return list(broken_promises(seeds, pair=pair))


def broken_promises(seeds: Iterable[int], *, pair: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Play the schedules of these seeds; yield those that broke a promise, with what the oracle says."""
    with theatre() as stage:
        for seed in seeds:
            findings = judge(_play(seed, stage, pair=pair))
            if findings:
                yield seed, findings


def replay_command(seed: int, *, pair: bool = False) -> str:
    return f"python -m tests.simulation {'--pair ' if pair else ''}--verbose {seed}"


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
