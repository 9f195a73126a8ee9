// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/witnesses.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::cause;
using memscape::ledger_fault_kind;
using memscape::page_method;
using test_support::one_page;
using test_support::owner;
using test_support::region;

struct one_node {
  static constexpr std::size_t size = 1;
};

auto account(std::optional<bytes> in_swap) -> memscape::ledger<one_node> {
  memscape::ledger<one_node> of;
  of.method = page_method::scan;
  of.outside_rss.swap = in_swap;
  of.sources[0].swapped = bytes{3000};
  of.causes[static_cast<std::size_t>(cause::anonymous)].swapped = bytes{2000};
  of.causes[static_cast<std::size_t>(cause::shmem)].swapped = bytes{7000};
  return of;
}

TEST_CASE(
    "witnesses: what is in swap is never more than VmSwap, and where it would be it is not known") {
  auto fits = account(bytes{5000});
  memscape::check_swap(fits);
  CHECK(fits.sources[0].swapped == bytes{3000});
  CHECK(fits.at(cause::anonymous).swapped == bytes{2000});
  CHECK(fits.faults.empty());
  auto more = account(bytes{4000});
  memscape::check_swap(more);
  CHECK_FALSE(more.sources[0].swapped);
  CHECK_FALSE(more.at(cause::anonymous).swapped);
  CHECK_MESSAGE(more.at(cause::bss).swapped == bytes{}, "where nothing looks like it, nothing is");
  CHECK_MESSAGE(more.at(cause::shmem).swapped == bytes{7000}, "which VmSwap leaves out");
  CHECK(more.faults.has(ledger_fault_kind::swap_differs));
  auto none = account(bytes{});
  memscape::check_swap(none);
  CHECK(none.sources[0].swapped == bytes{});
  CHECK(none.at(cause::anonymous).swapped == bytes{});
  CHECK(none.faults.empty());
  auto unknown = account(std::nullopt);
  memscape::check_swap(unknown);
  CHECK_FALSE(unknown.sources[0].swapped);
}

TEST_CASE("witnesses: shared memory that is not what the kernel counts is a fault") {
  auto of = account(bytes{10'000});
  of.rss = of.rss_before = bytes{50U << 20U};
  of.causes[static_cast<std::size_t>(cause::shmem)].resident = bytes{3U << 20U};
  of.shmem_of_sources = bytes{1U << 20U};
  of.outside_rss.shmem_witness = bytes{4U << 20U};
  memscape::check_shmem(of);
  CHECK(of.faults.empty());
  of.outside_rss.shmem_witness = bytes{8U << 20U};
  memscape::check_shmem(of);
  CHECK(of.faults.has(ledger_fault_kind::shmem_differs));
}

TEST_CASE("witnesses: markers of userfaultfd are no swap") {
  constexpr std::size_t pages = 2048;
  region const memory{pages};
  auto const descriptor = static_cast<int>(::syscall(SYS_userfaultfd, O_CLOEXEC));
  uffdio_api api{};
  api.api = UFFD_API;
  api.features = (1U << 13U) | (1U << 15U);  // markers where nothing is yet
  if (descriptor < 0 || ::ioctl(descriptor, UFFDIO_API, &api) != 0) {
    MESSAGE("skipped: no userfaultfd with markers is to be had");
    return;
  }
  uffdio_register all{};
  all.range = {memory.address(), memory.size()};
  all.mode = UFFDIO_REGISTER_MODE_WP;
  uffdio_writeprotect protect{};
  protect.range = all.range;
  protect.mode = UFFDIO_WRITEPROTECT_MODE_WP;
  REQUIRE(::ioctl(descriptor, UFFDIO_REGISTER, &all) == 0);
  REQUIRE(::ioctl(descriptor, UFFDIO_WRITEPROTECT, &protect) == 0);
  std::array const ranges{address_range{memory.at(0), memory.size() / 2}};
  memscape::registry const registry{memscape::native_reader{},
                                    memscape::leaf<"mine">(owner{ranges})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(registry)>>>(registry);
  auto const& ledger = test_support::quiet_audit(*auditor);
  auto const most = ledger.outside_rss.swap.value_or(bytes{});
  CHECK(ledger.at<"mine">().swapped.value_or(bytes{}) <= most);
  CHECK(ledger.at(cause::anonymous).swapped.value_or(bytes{}) <= most);
  CHECK((most != bytes{} || ledger.at<"mine">().swapped == bytes{}));
  ::close(descriptor);
}

// A file of this machine's that is swapped to, for as long as it lives.
class swap_file {
 public:
  explicit swap_file(std::size_t mebibytes) {
    auto const size = std::to_string(mebibytes);
    auto const made = "dd if=/dev/zero of=" + path_ + " bs=1M count=" + size +
                      " 2>/dev/null && chmod 600 " + path_ + " && mkswap " + path_ +
                      " >/dev/null 2>&1";
    good_ = std::system(made.c_str()) == 0 && ::swapon(path_.c_str(), 0) == 0;
  }
  swap_file(swap_file const&) = delete;
  auto operator=(swap_file const&) -> swap_file& = delete;
  ~swap_file() {
    if (good_) ::swapoff(path_.c_str());
    ::unlink(path_.c_str());
  }
  [[nodiscard]] explicit operator bool() const { return good_; }

 private:
  std::string path_ = "/var/tmp/memscape-test-swap-" + std::to_string(::getpid());
  bool good_ = false;
};

TEST_CASE(
    "witnesses: memory in swap is measured, and of shared memory it is absent or measured, never "
    "0") {
  auto const before = memscape::swap_in_use();
  swap_file const file{64};
  if (!file || before != false) {
    MESSAGE("skipped: no swap of the test's own is to be had");
    return;
  }
  constexpr std::size_t pages = 512;
  region const memory{pages};
  region const shared{pages, MAP_SHARED | MAP_ANONYMOUS};
  memory.write();
  shared.write();
  constexpr int page_out = 21;
  ::madvise(memory.at(0), memory.size(), page_out);
  ::madvise(shared.at(0), shared.size(), page_out);
  std::array const ranges{address_range{memory.at(0), memory.size() / 2}};
  std::array const of_shared{address_range{shared.at(0), shared.size() / 2}};
  memscape::registry const registry{memscape::native_reader{},
                                    memscape::leaf<"mine">(owner{ranges}),
                                    memscape::leaf<"shared">(owner{of_shared})};
  for (auto const method : {page_method::scan, page_method::pagemap}) {
    auto const auditor =
        std::make_unique<memscape::auditor<std::remove_const_t<decltype(registry)>>>(
            registry, memscape::auditor_options{.best = method});
    auto const& ledger = test_support::quiet_audit(*auditor);
    REQUIRE(ledger.outside_rss.swap);
    if (*ledger.outside_rss.swap == bytes{}) {
      MESSAGE("skipped: nothing went to swap");
      return;
    }
    auto sum = ledger.at<"mine">().swapped.value_or(bytes{});
    for (std::size_t i = 0; i < memscape::cause_count; ++i) {
      if (i != static_cast<std::size_t>(cause::shmem))
        sum += ledger.causes[i].swapped.value_or(bytes{});
    }
    CHECK(sum <= *ledger.outside_rss.swap);
    CHECK(sum + bytes{16 * one_page} >= *ledger.outside_rss.swap);
    CHECK(ledger.at(cause::shmem).swapped != bytes{});
    CHECK((method != page_method::scan || !ledger.at<"shared">().swapped));
  }
}

}  // namespace
