// SPDX-License-Identifier: MIT
// The main program of every suite: doctest's own report goes to stderr, for people, and one TAP line
// a test case to stdout, for Meson, which thereby counts cases instead of programs. A case that says
// MESSAGE("skipped: why") and does not fail counts as skipped.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <doctest/doctest.h>
#include <iostream>
#include <string>
#include <string_view>

namespace {

struct tap_listener final : doctest::IReporter {
  explicit tap_listener(doctest::ContextOptions const&) {}

  void test_case_start(doctest::TestCaseData const& data) override {
    name_ = data.m_name;
    skipped_.clear();
  }
  void test_case_end(doctest::CurrentTestCaseStats const& stats) override {
    // A '#' would start a TAP directive.
    std::printf("%s %u - ", stats.testCaseSuccess ? "ok" : "not ok", ++number_);
    for (auto const* c = name_; *c != '\0'; ++c) std::putchar(*c == '#' ? '.' : *c);
    if (stats.testCaseSuccess && !skipped_.empty()) std::printf(" # SKIP %s", skipped_.c_str());
    std::putchar('\n');
    // A case that crashes the program must not take the lines before it along.
    std::fflush(stdout);
  }
  void test_run_end(doctest::TestRunStats const& stats) override {
    std::printf("1..%u\n", stats.numTestCasesPassingFilters);
  }

  void report_query(doctest::QueryData const&) override {}
  void test_run_start() override {}
  void test_case_reenter(doctest::TestCaseData const&) override {}
  void test_case_exception(doctest::TestCaseException const&) override {}
  void subcase_start(doctest::SubcaseSignature const&) override {}
  void subcase_end() override {}
  void log_assert(doctest::AssertData const&) override {}
  void log_message(doctest::MessageData const& data) override {
    std::string_view const text{data.m_string.c_str()};
    constexpr std::string_view mark = "skipped: ";
    if (text.substr(0, mark.size()) == mark) skipped_ = text.substr(mark.size());
  }
  void test_case_skipped(doctest::TestCaseData const&) override {}

 private:
  char const* name_ = "";
  std::string skipped_{};
  unsigned number_ = 0;
};

REGISTER_LISTENER("tap", 1, tap_listener);

}  // namespace

auto main(int argc, char** argv) -> int {
  doctest::Context context{argc, argv};
  context.setCout(&std::cerr);
  return context.run();
}
