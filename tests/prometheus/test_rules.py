# SPDX-License-Identifier: MIT
"""The rules and configurations that ship, by promtool: they are clean, and each alert fires and does not."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import ROOT, TestCase, monitors

RULES = ROOT / "dashboard/prometheus"
CASES = sorted((ROOT / "tests/prometheus/rules").glob("*.test.yml"))


def promtool(*arguments):
    """Its exit status and everything that it said."""
    ran = subprocess.run([monitors.tool("promtool"), *map(str, arguments)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=monitors.DEADLINE)
    return ran.returncode, ran.stdout


class Rules(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.need("promtool")

    def clean(self, *arguments):
        status, said = promtool(*arguments)
        self.assertEqual((status, re.findall(r"WARNING|FAILED|error", said)), (0, []), said)

    def test_the_rules_are_clean(self):
        self.clean("check", "rules", "--lint-fatal", *sorted(RULES.glob("*.rules.yml")))

    def test_the_configuration_is_clean_once_there_are_targets(self):
        with tempfile.TemporaryDirectory() as folder:
            for file in RULES.glob("*.yml"):
                (Path(folder) / file.name).write_text(file.read_text())
            (Path(folder) / "targets").mkdir()
            (Path(folder) / "targets/all.json").write_text('[{"targets": ["localhost:8787"]}]')
            self.clean("check", "config", "--lint-fatal", Path(folder) / "prometheus.yml")

    def test_each_case(self):
        self.clean("test", "rules", *CASES)

    def test_each_alert_has_a_case_that_fires_and_one_that_does_not(self):
        alerts = set(re.findall(r"- alert: (\w+)", (RULES / "alerting.rules.yml").read_text()))
        self.assertTrue(alerts)
        text = "\n".join(case.read_text() for case in CASES)
        expected = re.findall(r"alertname: (\w+),?\s+exp_alerts:\s*(\[\])?", text)
        self.assertEqual({name for name, empty in expected if not empty}, alerts)
        self.assertEqual({name for name, empty in expected if empty}, alerts)

    def test_no_alert_can_be_broken_unnoticed(self):
        """Each expression is made to say always and never, which a case has to notice."""
        rules = (RULES / "alerting.rules.yml").read_text()
        found = list(re.finditer(r"- alert: (\w+)\n +expr:(?: >-)?((?:\n {10}.*)+| .*)", rules))
        self.assertEqual(len(found), rules.count("- alert:"))
        for match in found:
            case = next(case for case in CASES if match[1] in case.read_text())
            start, end = match.span(2)
            for broken in ("vector(1)", "vector(1) > 2"):
                with self.subTest(alert=match[1], broken=broken), tempfile.TemporaryDirectory() as folder:
                    faulty = Path(folder) / "alerting.rules.yml"
                    line = rules[:start].rpartition("expr:")[0] + f"expr: {broken}"
                    faulty.write_text(line + rules[end:])
                    copy = Path(folder) / case.name
                    copy.write_text(re.sub(r"\.\./.*/(.*\.rules\.yml)", lambda name: str(
                        faulty if name[1] == faulty.name else RULES / name[1]), case.read_text()))
                    status, said = promtool("test", "rules", copy)
                    self.assertIn("FAILED", said)
                    self.assertNotEqual(status, 0)


if __name__ == "__main__":
    unittest.main()
