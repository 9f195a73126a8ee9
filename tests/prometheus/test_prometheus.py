# SPDX-License-Identifier: MIT
"""Debian's Prometheus and VictoriaMetrics scrape a demo, and have to hold exactly what the demo served.

MEMSCAPE_DEMO names the demo's program.
"""

import os
import subprocess
import unittest

from support import Recorder, TestCase, identity, monitors, samples

DEMO = os.environ["MEMSCAPE_DEMO"]
# Its numbers differ from any scrape to the next.
BUSY = """
    local n = 0
    while true do
      n = n % 50 + 1
      held = string.rep("x", n * 20000)
      sleep(0.01)
    end
"""


class Scraped:
    """One demo under a monitor; a subclass says which."""

    @classmethod
    def setUpClass(cls):
        cls.need(*cls.programs)
        cls.demo = monitors.Demo(DEMO, scripts=[BUSY])
        cls.addClassCleanup(cls.demo.stop)
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.stop)
        # The target is the demo's own address; the proxy sees what goes over the wire.
        cls.monitor = cls.start([{
            "job_name": "memscape", "proxy_url": cls.recorder.url,
            "static_configs": [{"targets": [cls.demo.address()]}],
        }])
        cls.addClassCleanup(cls.monitor.stop)

    def stored(self):
        """What each scrape left, the oldest first: {identity: value} of all series at one timestamp."""
        series = self.monitor.query(f'{{instance="{self.demo.address()}", __name__=~"memscape_.*|process_.*"}}[1h]')
        scrapes = {}
        for one in series:
            for timestamp, value in one["values"]:
                scrapes.setdefault(timestamp, {})[identity(one["metric"])] = float(value)
        return [scrapes[timestamp] for timestamp in sorted(scrapes)]

    def test_what_is_read_back_is_what_was_served(self):
        # The last one may be coming in.
        stored = monitors.wait_for(lambda: (found := self.stored()[:-1])[4:] and found, "five scrapes")
        # In the order in which they were served; a scrape that took too long was served and not stored.
        served = iter([samples(page) for _, page in self.recorder.pages])
        for scrape in stored:
            self.assertTrue(any(scrape == page for page in served), f"no page said {scrape}")
        # The comparison has something to tell apart.
        self.assertGreater(len({tuple(sorted(scrape.items())) for scrape in stored}), 1)

    def test_it_gets_the_format_that_it_asks_for(self):
        accept, page = monitors.wait_for(lambda: self.recorder.pages[:1], "a scrape")[0]
        self.assertIn(self.asks_for, accept)
        self.assertEqual(page.endswith("# EOF\n"), "openmetrics" in self.asks_for)


class ByVictoriaMetrics(Scraped, TestCase):
    programs = ["victoria-metrics"]
    start = monitors.VictoriaMetrics
    asks_for = "text/plain"


class ByPrometheus(Scraped, TestCase):
    programs = ["prometheus", "promtool"]
    start = monitors.Prometheus
    asks_for = "application/openmetrics-text"

    def test_the_unit_arrives(self):
        described = monitors.wait_for(
            lambda: self.monitor.api("targets/metadata", metric="memscape_memory_used_bytes"), "metadata")
        self.assertEqual([(one["type"], one["unit"]) for one in described], [("gauge", "bytes")])

    def test_the_target_is_healthy(self):
        def target():
            (one,) = self.monitor.api("targets")["activeTargets"]
            return one["health"] != "unknown" and one

        one = monitors.wait_for(target, "a first scrape")
        self.assertEqual((one["health"], one["lastError"]), ("up", ""))
        self.assertEqual(one["scrapeUrl"], f"http://{self.demo.address()}/metrics")

    def test_promtool_finds_nothing_to_say_of_the_page(self):
        checked = subprocess.run([monitors.tool("promtool"), "check", "metrics"], input=self.demo.metrics(),
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 timeout=monitors.DEADLINE)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_every_query_of_the_grafana_dashboard_has_something_to_show(self):
        self.check_dashboard(self.monitor, self.demo.address())

    def test_every_rule_is_evaluated_without_a_fault(self):
        def rules():
            found = [rule for group in self.monitor.api("rules")["groups"] for rule in group["rules"]]
            return all(rule["health"] != "unknown" for rule in found) and found

        found = monitors.wait_for(rules, "an evaluation of every rule")
        self.assertEqual({rule["type"] for rule in found}, {"recording", "alerting"})
        for rule in found:
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
            if rule["type"] == "recording" and "growth1h" not in rule["name"]:  # that takes an hour
                monitors.wait_for(lambda: self.monitor.query(rule["name"]), f"{rule['name']} is recorded")


if __name__ == "__main__":
    unittest.main()
