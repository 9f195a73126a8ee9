// SPDX-License-Identifier: MIT
// Each system call that the library makes, denied: every figure of a snapshot and of a ledger is true, which is
// what it was before, or absent, and then a fault has the errno.
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <memscape/readers/extended.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/support.hpp"
#include "readers/path_filter.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::cause;
using memscape::extended_memory;
using memscape::ledger_fault_kind;
using memscape::quality;
using test_support::one_page;
using test_support::owner;
using test_support::region;

/// What was told wrong, as lines. It comes out of a child process.
struct complaints {
  char text[3000]{};
  std::size_t size = 0;
  bool ran = false;

  [[gnu::format(printf, 2, 3)]] void add(char const* format, ...) {
    std::va_list values;
    va_start(values, format);
    auto const left = sizeof text - size;
    auto const wrote = std::vsnprintf(text + size, left, format, values);
    va_end(values);
    size += (std::min)(left - 1, static_cast<std::size_t>((std::max)(wrote, 0)));
  }
};

struct denial {
  char const* what;
  std::vector<long> calls;
  /// Steps and faults that have to be told, with the errno.
  std::vector<std::string_view> told{};
  /// Whether a sanitizer's runtime cannot do without these.
  bool runtime_needs_it = false;
  char const* path = nullptr;  ///< only of openat, of what ends so
};

// On aarch64 there is no open(2), nor getrlimit(2) on any new machine.
#if defined(SYS_open)
#define MEMSCAPE_TEST_OPEN SYS_open, SYS_openat
#define MEMSCAPE_TEST_READLINK SYS_readlink, SYS_readlinkat
#else
#define MEMSCAPE_TEST_READLINK SYS_readlinkat
#define MEMSCAPE_TEST_OPEN SYS_openat
#endif

std::vector<denial> const denials{
    {"openat",
     {MEMSCAPE_TEST_OPEN},
     {"open_statm", "open_status", "open_rollup", "open_cgroup", "open_meminfo", "statm", "maps",
      "pagemap", "status", "cgroup"}},
    {"read", {SYS_read, SYS_readv}, {"read_cgroup", "cgroup"}},
    {"pread64",
     {SYS_pread64},
     {"read_statm", "read_status", "read_rollup", "read_meminfo", "statm", "maps", "status"}},
    {"fstat", {SYS_fstat, SYS_newfstatat, SYS_statx}},
    {"ioctl", {SYS_ioctl}, {"pagemap_scan"}},
    {"mincore", {SYS_mincore}},
    {"getrusage", {SYS_getrusage}, {"getrusage"}},
    {"getrlimit", {SYS_getrlimit, SYS_prlimit64}, {"getrlimit"}},
    {"mmap", {SYS_mmap, SYS_munmap}, {}, true},
    {"madvise", {SYS_madvise}, {}, true},
    {"close", {SYS_close}},
    {"fcntl", {SYS_fcntl}},
    {"clock_gettime", {SYS_clock_gettime}},
    {"statfs", {SYS_statfs}},
    {"lseek", {SYS_lseek}},
    {"getdents64", {SYS_getdents64}, {"stacks"}},
    {"get_robust_list", {SYS_get_robust_list}},
    {"memfd_create", {SYS_memfd_create}},
    {"msync", {SYS_msync}},
    {"process_vm_readv", {SYS_process_vm_readv}, {"own_memory", "stacks", "bss"}},
    {"process_vm_readv and openat",
     {SYS_process_vm_readv, MEMSCAPE_TEST_OPEN},
     {"open_statm", "open_status", "statm", "maps", "pagemap", "status", "cgroup"}},
    {"getpid", {SYS_getpid}},
    {"getpid and madvise", {SYS_getpid, SYS_madvise}, {}, true},
    {"getpid and mmap", {SYS_getpid, SYS_mmap}, {}, true},
    {"getpid and readlink", {SYS_getpid, MEMSCAPE_TEST_READLINK}, {"stacks"}},
    {"getpid and gettid", {SYS_getpid, SYS_gettid}, {"own_memory"}},
    {"ioctl and pread64", {SYS_ioctl, SYS_pread64}, {"statm", "maps", "pagemap"}},
    {"ioctl and mincore", {SYS_ioctl, SYS_mincore}, {"pagemap_scan"}},
    {"ioctl and fstat", {SYS_ioctl, SYS_fstat, SYS_newfstatat}, {"pagemap_scan"}},
    {"openat and mincore",
     {MEMSCAPE_TEST_OPEN, SYS_mincore},
     {"statm", "maps", "pagemap", "mincore"}},
    {"all of them",
     {MEMSCAPE_TEST_OPEN, SYS_read, SYS_pread64, SYS_fstat, SYS_newfstatat, SYS_ioctl, SYS_mincore,
      SYS_getrusage, SYS_prlimit64, SYS_mmap, SYS_munmap, SYS_madvise, SYS_getpid, SYS_close,
      SYS_fcntl, SYS_clock_gettime, SYS_statfs, SYS_process_vm_readv},
     {"open_statm", "getrusage", "open_status", "open_rollup", "open_cgroup", "open_meminfo",
      "getrlimit", "statm", "maps", "pagemap", "mincore", "status", "cgroup"},
     true},
    {"opening statm", {}, {"open_statm", "statm"}, false, "/statm"},
    {"opening status", {}, {"open_status", "status"}, false, "/status"},
    {"opening smaps_rollup", {}, {"open_rollup"}, false, "/smaps_rollup"},
    {"opening maps", {}, {"maps"}, false, "/maps"},
    {"opening pagemap", {}, {"pagemap"}, false, "/pagemap"},
    {"opening meminfo", {}, {"open_meminfo"}, false, "/meminfo"},
    {"opening cgroup", {}, {"open_cgroup", "cgroup"}, false, "/cgroup"},
    {"opening task", {}, {"stacks"}, false, "/task"},
    {"opening mountinfo", {}, {"open_cgroup", "cgroup"}, false, "/mountinfo"},
    {"ioctl, and opening smaps", {SYS_ioctl}, {"pagemap_scan", "maps"}, false, "/smaps"},
    {"ioctl, and opening pagemap", {SYS_ioctl}, {"pagemap"}, false, "/pagemap"},
    {"mincore, and opening pagemap", {SYS_mincore}, {"pagemap", "mincore"}, false, "/pagemap"},
};

/// A process with memory of many causes.
struct program {
  region memory{6000};
  region shared{1000, MAP_SHARED | MAP_ANONYMOUS};
  // Written to, pages of these are the process's own.
  region of_memfd{3000, MAP_PRIVATE, memory_file()};
  region of_zero{2000, MAP_PRIVATE, ::open("/dev/zero", O_RDWR | O_CLOEXEC)};
  std::array<address_range, 1> owned{};
  void* block = nullptr;

  program() {
    memory.write(0, 4000);
    shared.write();
    of_memfd.write();
    of_zero.write();
    owned[0] = {memory.at(1000), 2000 * one_page};
    block = std::malloc(8U << 20U);
    std::memset(block, 1, 8U << 20U);
    ::pthread_t thread;
    static std::atomic<bool> ready{false};
    ::pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
          char volatile stack[64 << 10];
          for (auto& byte : stack) byte = 1;
          void* const small = std::malloc(100'000);
          std::memset(small, 1, 100'000);
          ready.store(true);
          for (;;) ::pause();
        },
        nullptr);
    while (!ready.load()) ::sched_yield();
  }
  [[nodiscard]] static auto memory_file() -> int {
    auto const file = static_cast<int>(::syscall(SYS_memfd_create, "denied", 0));
    return ::ftruncate(file, 3000 * static_cast<::off_t>(one_page)) == 0 ? file : -1;
  }
  [[nodiscard]] auto make_registry() const {
    return memscape::registry{memscape::native_reader{},
                              memscape::leaf<"x", "X">(owner{owned, 2000 * one_page})};
  }
};

using registry_type = decltype(std::declval<program const&>().make_registry());
using auditor_type = memscape::auditor<registry_type>;
using ledger_type = auditor_type::ledger_type;

auto apart(std::uint64_t a, std::uint64_t b) -> std::uint64_t { return a > b ? a - b : b - a; }

template <class Errors>
auto has(Errors const& errors, std::string_view step, int code) -> bool {
  for (auto const& error : errors) {
    if ((step.empty() || name_of(error.step) == step) && error.code == code) return true;
  }
  return false;
}
auto has_fault(ledger_type const& of, std::string_view kind, int code) -> bool {
  for (auto const& fault : of.faults) {
    if ((kind.empty() || name_of(fault.kind) == kind) && fault.code == code) return true;
  }
  return false;
}

/// Compares a figure with what it was: true, or absent and explained.
class judge {
 public:
  judge(complaints& into, char const* whose, int error)
      : into_{&into}, whose_{whose}, error_{error} {}

  void figure(std::string_view name, std::optional<std::uint64_t> now,
              std::optional<std::uint64_t> was, std::uint64_t most, bool explained) const {
    if (now && was && apart(*now, *was) <= most) return;
    if (!now && (!was || explained)) return;
    into_->add("%s (%d): %.*s was %lld, is %lld\n", whose_, error_, static_cast<int>(name.size()),
               name.data(), was ? static_cast<long long>(*was) : -1,
               now ? static_cast<long long>(*now) : -1);
  }

  template <class Amount>
  void figure(std::string_view name, std::optional<Amount> now, std::optional<Amount> was,
              std::uint64_t most, bool explained) const {
    auto const number = [](std::optional<Amount> of) {
      return of ? std::optional{of->value()} : std::nullopt;
    };
    figure(name, number(now), number(was), most, explained);
  }

 private:
  complaints* into_;
  char const* whose_;
  int error_;
};

constexpr std::uint64_t mib = 1U << 20U;
// A sanitizer's runtime grows meanwhile.
constexpr std::uint64_t most_growth = (test_support::sanitized ? 64 : 8) * mib;

void look_at(extended_memory const& now, extended_memory const& was, int error, char const* whose,
             complaints& into) {
  judge const by{into, whose, error};
  bool const base = has(now.errors, "", error);
  by.figure("rss", now.rss, was.rss, most_growth, base);
  by.figure("vms", now.vms, was.vms, 64 * mib, base);
  by.figure("shared", now.shared, was.shared, most_growth, base);
  by.figure("data", now.data, was.data, 64 * mib, base);
  by.figure("peak_rss", now.peak_rss, was.peak_rss, most_growth, base);
  by.figure("page_faults_minor", now.page_faults_minor, was.page_faults_minor, 100'000, base);
  by.figure("page_faults_major", now.page_faults_major, was.page_faults_major, 1000, base);
  bool const rest = has(now.detail_errors, "", error);
  for (auto const& field : memscape::extended_fields) {
    bool const is_time =
        field.unit == memscape::field_unit::time_ms || field.unit == memscape::field_unit::time_us;
    by.figure(field.key, field.get(now), field.get(was), is_time ? 60'000'000 : 16 * mib, rest);
  }
  for (auto const& field : memscape::limit_fields) {
    bool const is_its_own =
        field.key == "address_space_limit" || field.key == "data_limit" || field.key == "ram_total";
    // The others are the machine's or the group's, whose other processes do as they like.
    bool const of_limit = field.key == "limit" || field.key == "limit_used" ||
                          field.key == "headroom" || field.key == "growth_per_second" ||
                          field.key == "time_to_limit_ms" || field.key == "forecast_window_ms";
    if (of_limit && (now.limits.kind != was.limits.kind)) {
      if (!rest && !base) into.add("%s (%d): another limit, and no reason\n", whose, error);
      continue;
    }
    by.figure(field.key, field.get(now.limits), field.get(was.limits), is_its_own ? 0 : UINT64_MAX,
              rest || base);
    bool const zero =
        field.get(now.limits) == std::uint64_t{0} && field.get(was.limits).value_or(0) > mib;
    if (zero) into.add("%s (%d): %s is 0\n", whose, error, field.key.data());
  }
}

void look_at(ledger_type const& now, ledger_type const& was, int error, char const* whose,
             complaints& into) {
  judge const by{into, whose, error};
  bool const any = has_fault(now, "", error);
  by.figure("ledger.rss", now.rss, was.rss, most_growth, has_fault(now, "statm", error));
  // What no cause is known of is not explained.
  bool const mapped = !has_fault(now, "maps", error) && !has_fault(now, "maps_cut", error);
  by.figure("ledger.unexplained", now.unexplained, was.unexplained, mapped ? mib : UINT64_MAX, any);
  by.figure("ledger.closure_error", now.closure_error, was.closure_error, mib, any);
  auto const& mine = now.at<"x">();
  auto const& its = was.at<"x">();
  auto const resident = [](auto const& of) {
    return of.worth == quality::unavailable ? std::nullopt : std::optional{of.resident.value()};
  };
  by.figure("x.resident", resident(mine), resident(its), 0, any);
  by.figure("x.unmapped", mine.unmapped, its.unmapped, 0, any);
  by.figure("x.overlapped", mine.overlapped, its.overlapped, 0, any);
  if (mine.said.used != its.said.used) into.add("%s (%d): x.used\n", whose, error);
  for (std::size_t i = 0; i < memscape::cause_count; ++i) {
    // What is not told apart is in a cause that says it is more than its own.
    bool const holds_others = now.causes[i].worth == quality::upper_bound && any;
    if (holds_others && now.causes[i].resident + bytes{2 * mib} > was.causes[i].resident) continue;
    by.figure(memscape::cause_table[i].name, resident(now.causes[i]), resident(was.causes[i]),
              2 * mib, any);
  }
  by.figure("mapping_count", now.mapping_count, was.mapping_count, 40, any);
  by.figure("thread_stacks", now.thread_stacks, was.thread_stacks, 0, any);
  by.figure("arena_heaps", now.arena_heaps, was.arena_heaps, 0, any);
  by.figure("huge", now.huge, was.huge, 4 * mib, any);
  if (now.malloc && was.malloc) {
    by.figure("malloc.in_use", std::optional{now.malloc->in_use}, std::optional{was.malloc->in_use},
              mib, any);
  } else if (was.malloc && !any) {
    into.add("%s (%d): malloc\n", whose, error);
  }
  auto const& outside = now.outside_rss;
  auto const& before = was.outside_rss;
  bool const status = has_fault(now, "status", error);
  bool const group = has_fault(now, "cgroup", error);
  by.figure("page_tables", outside.page_tables, before.page_tables, mib, status);
  by.figure("swap", outside.swap, before.swap, mib, status);
  by.figure("hugetlb", outside.hugetlb, before.hugetlb, 0, status);
  by.figure("cgroup_kernel", outside.cgroup_kernel, before.cgroup_kernel, UINT64_MAX, group);
  by.figure("cgroup_socket", outside.cgroup_socket, before.cgroup_socket, UINT64_MAX, group);
  if (now.time_ms < was.time_ms && !has_fault(now, "clock", error)) {
    into.add("%s (%d): time_ms\n", whose, error);
  }
}

auto try_out(denial const& row, int error) -> std::optional<complaints> {
  return test_support::in_child([&] {
    complaints found;
    ::alarm(120);
    std::optional<test_support::path_filter> filter;
    if (row.path != nullptr) filter.emplace(row.path, error);
    static program const of;
    static auto const memory = of.make_registry();
    static memscape::extended_reader<> warm_reader{
        memscape::native_reader{},
        {.status_ms = 1, .rollup_ms = 1, .limits_ms = 1, .walk_ms = 1, .rollup_share = 0}};
    static auditor_type warm_auditor{memory, {.malloc_share = 0}};
    static extended_memory const was = warm_reader.read();
    static ledger_type const before = test_support::quiet_audit(warm_auditor);
    // Of these a slice is under way.
    static auditor_type under_way{memory, {.malloc_share = 0}};
    (void)under_way.step(1);
    static auditor_type half_way{memory, {.malloc_share = 0}};
    int slices = 1;
    while (!half_way.step(1)) ++slices;
    for (int i = 0; i < slices / 2; ++i) (void)half_way.step(1);

    if (filter && !filter->begin()) return found;
    if (!row.calls.empty() && !test_support::deny(row.calls, error)) return found;
    found.ran = true;

    alignas(memscape::extended_reader<>) static unsigned char
        reader_room[sizeof(memscape::extended_reader<>)];
    alignas(auditor_type) static unsigned char auditor_room[sizeof(auditor_type)];
    auto& reader = *::new (reader_room) memscape::extended_reader<>{};
    auto& auditor = *::new (auditor_room) auditor_type{memory, {.malloc_share = 0}};

    auto const& detail = reader.read();
    look_at(detail, was, error, "fresh reader", found);
    look_at(reader.read(), was, error, "the same again", found);
    auto const ledger = auditor.audit();
    look_at(ledger, before, error, "fresh auditor", found);
    for (auto const name : row.told) {
      // Of a malloc that is not the C library's no marks are looked for.
      if (test_support::sanitized && name == "own_memory") continue;
      if (!has(detail.errors, name, error) && !has(detail.detail_errors, name, error) &&
          !has_fault(ledger, name, error)) {
        found.add("(%d): nothing said of %s\n", error, name.data());
      }
    }
    look_at(warm_auditor.audit(), before, error, "warm auditor", found);
    while (!under_way.step(1'000'000)) {
    }
    look_at(under_way.last(), before, error, "auditor under way", found);
    while (!half_way.step(1'000'000)) {
    }
    look_at(half_way.last(), before, error, "auditor half way", found);
    // What is held serves on, or is opened anew.
    look_at(warm_reader.read(), was, error, "warm reader", found);
    reader.~extended_reader();
    auditor.~auditor_type();
    return found;
  });
}

TEST_CASE("denied: each system call of readers and auditors, and each file") {
  bool ran = false;
  for (auto const& row : denials) {
    // A thread of the test answers for the kernel, which a sanitizer does not see.
    if ((row.runtime_needs_it || row.path != nullptr) && test_support::sanitized) continue;
    for (int const error : {ENOSYS, EPERM}) {
      CAPTURE(std::string{row.what});
      auto const found = try_out(row, error);
      REQUIRE(found);
      ran = ran || found->ran;
      CHECK(std::string{found->text} == "");
    }
  }
  if (!ran) MESSAGE("skipped: no seccomp filter here");
}

}  // namespace
