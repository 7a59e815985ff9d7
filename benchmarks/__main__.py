"""All benchmarks, one after the other: `python -m benchmarks [--quick]`."""

from benchmarks import batch_waiting, burst, group, history, idle, latency, lateness, statements, waiting
from benchmarks.report import run

if __name__ == "__main__":
    modules = (statements, latency, idle, burst, waiting, batch_waiting, lateness, history, group)
    run([module.measure for module in modules], __doc__ or "")
