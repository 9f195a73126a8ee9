// SPDX-License-Identifier: MIT
#include <memscape/ledger/auditor_options.hpp>

#include <doctest/doctest.h>

namespace {

TEST_CASE("auditor_options: by default the best method, and malloc for one part in a hundred") {
  memscape::auditor_options const options;
  CHECK(options.best == memscape::page_method::scan);
  CHECK(options.ask_malloc);
  CHECK(options.malloc_share == 100);
  CHECK(options.root.empty());
}

}  // namespace
