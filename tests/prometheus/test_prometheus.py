# SPDX-License-Identifier: MIT
"""Debian's Prometheus scrapes a demo, and has to hold exactly what the demo served.

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


class Scraped(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.need("prometheus", "promtool")
        cls.demo = monitors.Demo(DEMO, scripts=[BUSY])
        cls.addClassCleanup(cls.demo.stop)
        cls.recorder = Recorder()
        cls.addClassCleanup(cls.recorder.stop)
        # The target is the demo's own address; the proxy sees what goes over the wire.
        cls.prometheus = monitors.Prometheus([{
            "job_name": "memscape", "proxy_url": cls.recorder.url,
            "static_configs": [{"targets": [cls.demo.address()]}],
        }])
        cls.addClassCleanup(cls.prometheus.stop)

    def stored(self):
        """Each series of the demo, by its identity: all samples so far, the oldest first."""
        series = self.prometheus.query(f'{{instance="{self.demo.address()}", __name__=~"memscape_memory_.*|process_.*"}}[1h]')
        return {identity(one["metric"]): [float(value) for _, value in one["values"]] for one in series}

    def test_what_is_read_back_is_what_was_served(self):
        wanted = 5

        def enough():
            stored = self.stored()
            return bool(stored) and min(map(len, stored.values())) >= wanted and stored

        stored = monitors.wait_for(enough, f"{wanted} samples of every series")
        served = [samples(page) for _, page in self.recorder.pages]
        self.assertGreaterEqual(len(served), wanted)
        self.assertEqual(set(stored), set(served[0]))
        for which in stored:
            # A page may have been served since that is not in the answer yet.
            expected = [page[which] for page in served][:len(stored[which])]
            self.assertEqual(stored[which], expected, which)
        # The comparison has something to tell apart.
        used = [values for (name, _), values in stored.items() if name == "memscape_memory_used_bytes"]
        self.assertGreater(max(len(set(values)) for values in used), 1)

    def test_openmetrics_is_what_it_asks_for_and_gets(self):
        accept, page = monitors.wait_for(lambda: self.recorder.pages[:1], "a scrape")[0]
        self.assertIn("application/openmetrics-text", accept)
        self.assertTrue(page.endswith("# EOF\n"))
        described = self.prometheus.api("targets/metadata", metric="memscape_memory_used_bytes")
        self.assertEqual([(one["type"], one["unit"]) for one in described], [("gauge", "bytes")])

    def test_the_target_is_healthy(self):
        def target():
            (one,) = self.prometheus.api("targets")["activeTargets"]
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
        self.check_dashboard(self.prometheus, self.demo.address())

    def test_every_rule_is_evaluated_without_a_fault(self):
        def rules():
            found = [rule for group in self.prometheus.api("rules")["groups"] for rule in group["rules"]]
            return all(rule["health"] != "unknown" for rule in found) and found

        found = monitors.wait_for(rules, "an evaluation of every rule")
        self.assertEqual({rule["type"] for rule in found}, {"recording", "alerting"})
        for rule in found:
            self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
            if rule["type"] == "recording" and "growth1h" not in rule["name"]:  # that takes an hour
                monitors.wait_for(lambda: self.prometheus.query(rule["name"]), f"{rule['name']} is recorded")


if __name__ == "__main__":
    unittest.main()
