# SPDX-License-Identifier: MIT
"""Prints the results of a check as TAP, which Meson and suites.py count."""


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0

    def check(self, passed, name, diagnosis=""):
        """One result; the diagnosis is printed only when it failed."""
        self.number += 1
        print(f"{'ok' if passed else 'not ok'} {self.number} - {name.replace('#', '.')}", flush=True)
        if not passed:
            self.failed += 1
            for line in str(diagnosis).rstrip().splitlines():
                print(f"#   {line}")

    def skip(self, name, reason):
        self.number += 1
        print(f"ok {self.number} - {name.replace('#', '.')} # SKIP {reason}")

    def end(self):
        """Prints the plan; a check that dies before this point prints none and so counts as failed."""
        print(f"1..{self.number}", flush=True)
