# SPDX-License-Identifier: MIT
"""Runs a file of unittest's tests and prints TAP.

usage: unittest_tap.py FILE [OPTION_OF_UNITTEST...]
"""
import importlib.util
import pathlib
import sys
import unittest

from tap import Tap


class Result(unittest.TestResult):
    """A line for each test; for each of its subtests that fails, one more."""

    def __init__(self):
        super().__init__()
        self.tap = Tap()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tap.check(True, test.id())

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tap.check(False, test.id(), self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self.tap.check(False, test.id(), self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error:
            found = self.failures if issubclass(error[0], test.failureException) else self.errors
            self.tap.check(False, subtest.id(), found[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tap.skip(test.id(), reason)


class Runner:
    def run(self, tests):
        result = Result()
        tests(result)
        result.tap.end()
        return result


path = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(path.parent))
spec = importlib.util.spec_from_file_location(path.stem, path)
module = importlib.util.module_from_spec(spec)
sys.modules[path.stem] = module
spec.loader.exec_module(module)
unittest.main(module=module, argv=sys.argv[1:], testRunner=Runner())
