# SPDX-License-Identifier: MIT
"""Thirty demos under one Prometheus and one VictoriaMetrics, found by file discovery.

MEMSCAPE_DEMO names the demo's program.
"""

import os
import re
import tempfile
import time
import unittest

from support import RANGE, Dashboard, TestCase, identity, monitors, samples

import fleet as example

DEMO = os.environ["MEMSCAPE_DEMO"]
PROCESSES = 30
# Each keeps some memory of a size of its own, and leaves it alone.
STILL = """
    local held = {{}}
    for i = 1, {size} do held[i] = string.rep("x", 1000 + i) end
    while true do sleep(60) end
"""
FORECAST = "memscape_memory_(time_to_limit|growth|forecast)_.*"
# About 300 kB a second: found among the others within a few scrapes.
LEAK = """
    local kept = {}
    while true do
      kept[#kept + 1] = string.rep("x", 30000 + #kept)
      sleep(0.1)
    end
"""


class Monitored:
    """What holds under both; a subclass says which."""

    @classmethod
    def setUpClass(cls):
        cls.need(*cls.programs)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.fleet = example.Fleet(DEMO, PROCESSES - 1, folder.name, STILL)
        cls.addClassCleanup(cls.fleet.stop)
        cls.leaking = cls.fleet.launch(script=LEAK)
        cls.fleet.publish()
        cls.monitor = cls.start()
        cls.addClassCleanup(cls.monitor.stop)
        cls.addresses = set(cls.fleet.addresses())
        monitors.wait_for(lambda: cls.monitor.up() == cls.addresses, "every process is up")

    def by_instance(self, expression):
        return {series["metric"]["instance"]: float(series["value"][1]) for series in self.monitor.query(expression)}

    def test_each_process_has_the_series_of_its_page(self):
        # With its first ledger; a forecast is there only while memory grows steadily.
        page = monitors.wait_for(lambda: "_attributed_" in (text := self.fleet.demos[0].metrics()) and {
            key for key in samples(text) if not re.fullmatch(FORECAST, key[0])}, "a ledger")
        ours = f'__name__=~"memscape_.*|process_.*", __name__!~"{FORECAST}"'
        wanted = dict.fromkeys(self.addresses, len(page))
        monitors.wait_for(lambda: self.by_instance(f"count by (instance) ({{{ours}}})") == wanted,
                          f"{len(page)} series of each")
        first = self.fleet.demos[0].address()
        found = {identity(series["metric"]) for series in self.monitor.query(f'{{instance="{first}", {ours}}}')}
        self.assertEqual(found, page)

    def test_what_a_process_holds_is_what_it_says(self):
        # Nothing that these two count moves while the programs sleep.
        still = self.fleet.demos[:-1]
        for subsystem in ("gc_lval_slab", "gc_malloc"):
            which = f'memscape_memory_used_bytes{{subsystem="{subsystem}"}}'
            said = {demo.address(): value for demo in still for (name, labels), value
                    in samples(demo.metrics()).items()
                    if name == "memscape_memory_used_bytes" and ("subsystem", subsystem) in labels}
            self.assertEqual(len(said), PROCESSES - 1)
            monitors.wait_for(lambda: said.items() <= self.by_instance(which).items(), f"{which} is what was served")
        self.assertEqual(len(set(said.values())), PROCESSES - 1, "each process is of a size of its own")

    def check_account(self, account):
        # Two seconds ago: of the scrape that is coming in now, a part may be there.
        monitors.wait_for(lambda: {one["metric"]["instance"] for one in self.monitor.query(
            account, time=time.time() - 2)} == self.addresses, "an account of every process")
        self.assertEqual(self.monitor.query(f"{account} != on (instance) process_resident_memory_bytes",
                                            time=time.time() - 2), [])

    def test_a_sum_over_the_leaves_is_what_is_tracked(self):
        self.check_account("(sum by (instance) (memscape_memory_used_bytes) + on (instance) "
                           "(memscape_memory_untracked_bytes - memscape_memory_overcounted_bytes))")

    def test_a_sum_over_the_causes_is_what_is_resident(self):
        self.check_account("(sum by (instance) (memscape_memory_attributed_bytes) "
                           "+ sum by (instance) (memscape_memory_unattributed_bytes) "
                           "- sum by (instance) (memscape_memory_closure_error_bytes))")

    def test_the_dashboard_shows_one_process_of_the_fleet(self):
        self.check_dashboard(self.monitor, self.fleet.demos[7].address())

    def test_the_dashboard_offers_every_process(self):
        self.assertEqual(set(Dashboard().choices(self.monitor)["instance"]), self.addresses)

    def test_the_one_that_leaks_is_found(self):
        growth = f"topk(1, sum by (instance) (deriv(memscape_memory_used_bytes[{RANGE}])))"
        monitors.wait_for(lambda: set(self.by_instance(growth)) == {self.leaking.address()},
                          "the leak grows fastest")

    def test_rules_keep_the_processes_apart(self):
        for rule in ("instance:memscape_memory_used_bytes:sum", "instance:memscape_memory_untracked:ratio",
                     "instance:memscape_target:known"):
            monitors.wait_for(lambda: set(self.by_instance(rule)) == self.addresses, f"{rule} for every process")


class UnderPrometheus(Monitored, TestCase):
    programs = ["prometheus"]

    @classmethod
    def start(cls):
        return monitors.Prometheus([cls.fleet.scrape_configuration()])

    def alerts(self, name):
        return {alert["labels"]["instance"] for alert in self.monitor.api("alerts")["alerts"]
                if alert["labels"]["alertname"] == name}

    def test_zz_a_process_that_dies_is_missed_until_discovery_drops_it(self):
        lost = self.fleet.demos[3]
        monitors.wait_for(lambda: lost.address() in self.by_instance("instance:memscape_target:known"), "it is known")
        monitors.wait_for(lambda: self.alerts("MemscapeScrapeAbsent") == set(), "nobody is missed")
        lost.process.kill()
        monitors.wait_for(lambda: self.alerts("MemscapeScrapeAbsent") == {lost.address()}, "it is missed, and no other")
        self.fleet.publish(self.addresses - {lost.address()})
        monitors.wait_for(lambda: self.alerts("MemscapeScrapeAbsent") == set(), "it is gone on purpose")

    def test_what_the_documentation_measures(self):
        figures = example.prometheus_figures(self.fleet, self.monitor)
        one = self.fleet.demos[0]
        self.assertEqual(example.page_figures(one, 1)["series of a process"], len(samples(one.metrics())))
        added = self.monitor.value(f'count({{instance="{one.address()}", __name__=~"up|scrape_.*"}})')
        self.assertEqual(figures["series that Prometheus adds to a process"], added)
        self.assertEqual([name for name, value in figures.items() if not value > 0], [])


class UnderVictoriaMetrics(Monitored, TestCase):
    programs = ["victoria-metrics", "vmalert"]

    @classmethod
    def start(cls):
        storage = monitors.VictoriaMetrics([cls.fleet.scrape_configuration()])
        try:
            rules = monitors.VmAlert(storage)
        except BaseException:
            storage.stop()
            raise
        cls.addClassCleanup(rules.stop)
        return storage


if __name__ == "__main__":
    unittest.main()
