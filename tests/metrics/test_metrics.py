# SPDX-License-Identifier: MIT
"""Parsers that we did not write read pages of metrics, and find on each what the snapshot held.

MEMSCAPE_PAGES names the programs that print them. Prometheus text is read by prometheus_client.parser and
judged by promtool, OpenMetrics by prometheus_client.openmetrics.parser.
"""
import codecs
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

try:
    from prometheus_client import parser as prometheus
    from prometheus_client.openmetrics import parser as openmetrics
except ImportError as missing:
    raise unittest.SkipTest("needs prometheus_client, Debian's python3-prometheus-client") from missing

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples/fleet"))
import monitors  # noqa: E402

PARSERS = {"prometheus": prometheus, "openmetrics": openmetrics}
UNITS = ("bytes", "bytes_per_second", "seconds", "ratio")
WITHOUT_UNIT = re.compile("process_(minor_pagefaults|major_pagefaults|pagefaults|num_threads)"
                          r"|\w+_memory_(oom_kills|cgroup_limit_hits|ledger_faults)")
COUNTERS = re.compile(r"process_(minor_|major_)?pagefaults"
                      r"|\w+_memory_(oom_kills|cgroup_limit_hits|pressure_(waiting|stalled)_seconds)")

# A byte that is no UTF-8 is one U+FFFD; Python's own handler would take several bytes for one.
codecs.register_error("a byte at a time", lambda error: ("\ufffd", error.start + 1))


def label(digits):
    """What a reader should see of a label that holds these bytes."""
    return bytes.fromhex(digits).decode("utf-8", "a byte at a time").replace("\0", "\ufffd")


class Page:
    def __init__(self, head, body):
        self.what, self.format = head["what"], head["format"]
        self.text = body.decode()  # strict: what is no UTF-8 is no page
        self.expected = {}
        for name, labels, value in head["samples"]:
            key = name, tuple(sorted((each, label(digits)) for each, digits in labels.items()))
            # Names that read alike are one series, of the sum; nothing else of ours may be.
            if key in self.expected and not dict(key[1]).get("cause", "").startswith("anon."):
                raise AssertionError(f"the program itself names {key} twice")
            self.expected[key] = self.expected.get(key, 0) + value


def read_pages():
    output = b"".join(subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout
                      for program in os.environ["MEMSCAPE_PAGES"].split(os.pathsep))
    pages, at = [], 0
    while at < len(output):
        end = output.index(b"\n", at)
        head = json.loads(output[at:end])
        body = output[end + 1:end + 1 + head["size"]]
        pages.append(Page(head, body))
        at = end + 1 + head["size"]
    return pages


class Pages(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.pages = read_pages()

    def check(self, page):
        seen = {}
        for family in PARSERS[page.format].text_string_to_metric_families(page.text):
            is_counter = bool(COUNTERS.fullmatch(family.name))
            self.assertEqual(family.type, "counter" if is_counter else "gauge")
            self.assertTrue(family.documentation)
            if page.format == "openmetrics":
                units = [unit for unit in UNITS if family.name.endswith("_" + unit)]
                self.assertEqual([family.unit], units or [""])
                self.assertEqual(not units, bool(WITHOUT_UNIT.fullmatch(family.name)))
            self.assertTrue(family.samples, "a metric without samples is left out")
            for sample in family.samples:
                key = sample.name, tuple(sorted(sample.labels.items()))
                self.assertNotIn(key, seen)
                self.assertIsNone(sample.timestamp)
                seen[key] = sample.value
        # A reader that holds a number as a double rounds 2^64 - 1; then what it should be is rounded alike.
        self.assertEqual(seen, {key: type(seen.get(key, value))(value) for key, value in page.expected.items()})

    def test_every_page_is_read_and_holds_the_snapshot(self):
        for number, page in enumerate(self.pages):
            with self.subTest(number=number, what=page.what, format=page.format):
                self.check(page)

    def test_the_pages_cover_what_they_should(self):
        kinds = {page.what for page in self.pages}
        self.assertEqual(kinds, {"drawn", "hostile", "one leaf", "no tree", "golden", "detail", "ledger"})
        drawn = [page for page in self.pages if page.what == "drawn"]
        self.assertEqual(len(drawn), 2000)
        for values in ({0}, {2**64 - 1}):
            self.assertTrue(any(values & set(page.expected.values()) for page in self.pages))
        for character in '"\\\n\r\ufffd{},=#':
            self.assertTrue(any(character in value for page in self.pages for _, labels in page.expected
                                for _, value in labels), repr(character))
        self.assertTrue(any(not page.expected for page in self.pages), "nothing could be read")
        named = [dict(labels)["cause"] for page in self.pages for name, labels in page.expected
                 if name.endswith("_attributed_bytes") and dict(labels)["cause"].startswith("anon.")]
        self.assertTrue(any("\ufffd" in name for name in named))
        self.assertTrue(any(name.startswith("anon.\u2026") for name in named), "clipped")

    def test_help_texts_are_escaped_by_each_formats_rules(self):
        texts = {}
        for page in self.pages:
            if page.what == "hostile" and page.expected:
                for family in PARSERS[page.format].text_string_to_metric_families(page.text):
                    texts.setdefault(page.format, set()).add(family.documentation)
        own = 'several\nlines, a "quote", a \\ and \ufffd'
        for page_format in PARSERS:
            self.assertIn(own, texts[page_format])

    def test_promtool_finds_nothing(self):
        """All pages at once, each metric named apart: promtool starts slowly, and a name may come once."""
        promtool = monitors.tool("promtool")
        if not promtool:
            self.skipTest("needs promtool, of Debian's prometheus")
        text = "".join(
            re.sub(r"^((?:# (?:HELP|TYPE) )?)(\w+)", rf"\1page{number}_\2", page.text, flags=re.MULTILINE)
            for number, page in enumerate(self.pages) if page.format == "prometheus")
        self.assertEqual(text.count("# TYPE page"), text.count("# TYPE "))
        for what, pages in (("all", text), *((page.what, page.text) for page in self.pages[-20:]
                                             if page.format == "prometheus")):
            with self.subTest(what):
                done = subprocess.run([promtool, "check", "metrics"], input=pages.encode(),
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                self.assertEqual((done.returncode, done.stdout.decode()), (0, ""))


if __name__ == "__main__":
    unittest.main()
