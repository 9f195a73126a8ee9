// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
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
#include <memscape/ledger/walk/witnesses.hpp>
#include <memscape/memscape.hpp>
#include <sched.h>
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

TEST_CASE("witnesses: where shared memory differs from the kernel's, no share of it is exact") {
  auto const checked = [](std::uint64_t found) {
    memscape::ledger<one_node> of;
    of.method = page_method::scan;
    of.rss = of.rss_before = bytes{100'000'000};
    of.outside_rss.shmem_witness = bytes{8'000'000};
    for (auto& one : of.causes) one.worth = memscape::quality::exact;
    of.causes[static_cast<std::size_t>(cause::shmem)].resident = bytes{found};
    memscape::check_shmem(of);
    return of;
  };
  auto const files = {cause::file_text, cause::file_rodata, cause::file_data};
  auto const less = checked(1'000'000);
  CHECK(less.faults.has(ledger_fault_kind::shmem_differs));
  CHECK(less.at(cause::shmem).worth == memscape::quality::estimate);
  for (auto const one : files) CHECK(less.at(one).worth == memscape::quality::upper_bound);
  auto const more = checked(9'000'000);
  CHECK(more.at(cause::shmem).worth == memscape::quality::upper_bound);
  for (auto const one : files) CHECK(more.at(one).worth == memscape::quality::estimate);
  auto const same = checked(8'000'000);
  CHECK(same.faults.empty());
  CHECK(same.at(cause::shmem).worth == memscape::quality::exact);
  for (auto const one : files) CHECK(same.at(one).worth == memscape::quality::exact);
  for (auto const& of : {less, more}) {
    CHECK(of.at(cause::malloc_heap).worth == memscape::quality::exact);
  }
}

struct seen_of_tmpfs {
  bool mounted;
  bool reused;
  std::uint64_t shmem, data, witness;
  memscape::quality shmem_worth, data_worth;
};

// What a file of a tmpfs counts as to an auditor that has met another file system of its number before, or that
// finds it unmounted lazily.
auto of_tmpfs(bool detached) -> std::optional<seen_of_tmpfs> {
  return test_support::in_child([detached]() -> seen_of_tmpfs {
    constexpr std::size_t size = std::size_t{8} << 20U;
    seen_of_tmpfs seen{};
    char folder[] = "/var/tmp/memscape-test-XXXXXX";
    if (::mkdtemp(folder) == nullptr) return seen;
    auto const path = std::string{folder} + "/file";
    dev_t device = 0;
    auto const map = [&](char const* type) -> void* {
      if (::mount("none", folder, type, 0, nullptr) != 0) return MAP_FAILED;
      int const descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      struct stat status{};
      void* at = MAP_FAILED;
      if (::ftruncate(descriptor, size) == 0 && ::fstat(descriptor, &status) == 0) {
        at =
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
      }
      seen.reused = device == status.st_dev;
      device = status.st_dev;
      ::close(descriptor);
      return at;
    };
    memscape::registry const registry{memscape::native_reader{}, memscape::leaf<"mine">(owner{{}})};
    auto const auditor =
        std::make_unique<memscape::auditor<std::remove_const_t<decltype(registry)>>>(registry);
    bool const own = ::unshare(CLONE_NEWNS) == 0 &&
                     ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    void* const first = own && !detached ? map("ramfs") : MAP_FAILED;
    if (first != MAP_FAILED) {
      (void)auditor->audit();
      ::munmap(first, size);
      ::umount(folder);
    }
    void* const second = own ? map("tmpfs") : MAP_FAILED;
    seen.mounted = second != MAP_FAILED;
    if (seen.mounted) {
      ::umount2(folder, detached ? MNT_DETACH : MNT_EXPIRE);
      auto const& ledger = test_support::quiet_audit(*auditor);
      seen.shmem = ledger.at(cause::shmem).resident.value();
      seen.data = ledger.at(cause::file_data).resident.value();
      seen.shmem_worth = ledger.at(cause::shmem).worth;
      seen.data_worth = ledger.at(cause::file_data).worth;
      seen.witness = ledger.outside_rss.shmem_witness.value_or(bytes{}).value();
      ::umount2(folder, MNT_DETACH);
    }
    ::rmdir(folder);
    return seen;
  });
}

TEST_CASE("witnesses: a tmpfs with the number of a file system that was unmounted is memory") {
  auto const seen = of_tmpfs(false);
  REQUIRE(seen);
  if (!seen->mounted || !seen->reused || !test_support::can_scan()) {
    MESSAGE("skipped: no mounts of the test's own are to be had");
    return;
  }
  constexpr std::uint64_t size = 8U << 20U;
  CHECK(seen->witness >= size);
  CHECK(seen->shmem >= size);
  CHECK(seen->data < size);
}

TEST_CASE("witnesses: a tmpfs that is mounted nowhere in sight leaves nothing exact") {
  auto const seen = of_tmpfs(true);
  REQUIRE(seen);
  if (!seen->mounted || !test_support::can_scan()) {
    MESSAGE("skipped: no mounts of the test's own are to be had");
    return;
  }
  constexpr std::uint64_t size = 8U << 20U;
  CHECK(seen->witness >= size);
  CHECK(seen->shmem < size);
  CHECK(seen->shmem_worth == memscape::quality::estimate);
  CHECK(seen->data >= size);
  CHECK(seen->data_worth == memscape::quality::upper_bound);
}

}  // namespace
