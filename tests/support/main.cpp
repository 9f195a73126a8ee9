// SPDX-License-Identifier: MIT
// The main program of every suite: doctest's own report goes to stderr, for people, and one TAP line
// a test case to stdout, for Meson, which thereby counts cases instead of programs.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <doctest/doctest.h>
#include <iostream>

namespace {

struct tap_listener final : doctest::IReporter {
  explicit tap_listener(doctest::ContextOptions const&) {}

  void test_case_start(doctest::TestCaseData const& data) override { name_ = data.m_name; }
  void test_case_end(doctest::CurrentTestCaseStats const& stats) override {
    // A '#' would start a TAP directive.
    std::printf("%s %u - ", stats.testCaseSuccess ? "ok" : "not ok", ++number_);
    for (auto const* c = name_; *c != '\0'; ++c) std::putchar(*c == '#' ? '.' : *c);
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
  void log_message(doctest::MessageData const&) override {}
  void test_case_skipped(doctest::TestCaseData const&) override {}

 private:
  char const* name_ = "";
  unsigned number_ = 0;
};

REGISTER_LISTENER("tap", 1, tap_listener);

}  // namespace

auto main(int argc, char** argv) -> int {
  doctest::Context context{argc, argv};
  context.setCout(&std::cerr);
  return context.run();
}
