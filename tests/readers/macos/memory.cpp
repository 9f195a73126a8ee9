// SPDX-License-Identifier: MIT
#include <memscape/readers/macos/memory.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <type_traits>

namespace {

using memscape::basic_macos_reader;
using memscape::bytes;
using memscape::count;
using memscape::extended_memory;
using memscape::mach_basic_info;
using memscape::mach_usage;
using memscape::mach_vm_info;
using memscape::read_error;
using memscape::read_step;

constexpr std::int32_t kern_invalid_argument = 4;
constexpr std::int32_t kern_resource_shortage = 6;

// How many words TASK_VM_INFO had in each revision of the kernel.
constexpr std::uint32_t revision_0 = offsetof(mach_vm_info, phys_footprint) / 4;
constexpr std::uint32_t revision_1 = offsetof(mach_vm_info, min_address) / 4;
constexpr std::uint32_t revision_2 = offsetof(mach_vm_info, footprint_peak) / 4;
constexpr std::uint32_t revision_3 = sizeof(mach_vm_info) / 4;
static_assert(revision_0 == 36 && revision_1 == 38 && revision_2 == 42 && revision_3 == 84);
static_assert(sizeof(mach_basic_info) / 4 == 12);

// A Mac that answers; those below answer otherwise to one call.
struct mac {
  static constexpr auto task_info(mach_basic_info& into, std::uint32_t& words) noexcept -> int {
    if (words != 12) return kern_invalid_argument;
    into = {.virtual_size = 420'000'000'000,
            .resident_size = 9'000,
            .resident_size_max = 10'000,
            .times_and_policy = {1, 2, 3, 4, 5, 6}};
    return 0;
  }
  template <std::uint32_t Told = revision_3>
  static constexpr auto tell_vm(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
    if (words != revision_3) return kern_invalid_argument;
    into = {.virtual_size = 1,
            .region_count = 2,
            .page_size = 16'384,
            .resident_size = 3,
            .resident_size_peak = 4,
            .device_to_purgeable = {},
            .compressed = 5'000,
            .compressed_peak = 6'000,
            .compressed_lifetime = 7'000,
            .phys_footprint = Told < revision_1 ? 0U : 12'000U,
            .min_address = 0,
            .max_address = 0,
            .footprint_peak = Told < revision_3 ? 0 : 15'000,
            .other_ledgers = {}};
    words = Told;
    return 0;
  }
  static constexpr auto task_info(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
    return tell_vm(into, words);
  }
  static constexpr auto getrusage(mach_usage& into) noexcept -> int {
    into = {.maxrss = 11'000, .minor_faults = 70, .major_faults = 3};
    return 0;
  }
};

template <class Calls>
constexpr auto read() -> extended_memory {
  return basic_macos_reader<Calls>{}.read_extended();
}

constexpr auto only_error(extended_memory const& memory, read_step step, std::int32_t code)
    -> bool {
  return memory.errors.size() == 1 && *memory.errors.begin() == read_error{step, code};
}

static_assert(memscape::memory_reader<basic_macos_reader<mac>>);
static_assert(std::is_trivially_copyable_v<extended_memory>);

TEST_CASE("macos: resident, virtual, footprint and compressed are fields of their own, in bytes") {
  constexpr auto test = [] {
    extended_memory expected;
    expected.rss = bytes{9'000};
    expected.vms = bytes{420'000'000'000};
    expected.peak_rss = bytes{11'000};
    expected.footprint = bytes{12'000};
    expected.footprint_peak = bytes{15'000};
    expected.compressed = bytes{5'000};
    expected.page_faults_minor = count{70};
    expected.page_faults_major = count{3};
    return read<mac>() == expected && !expected.shared && !expected.data && !expected.commit;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: a snapshot's reading is the same without what only macOS tells") {
  constexpr auto test = [] {
    memscape::process_memory const whole = read<mac>();
    return basic_macos_reader<mac>{}.read() == whole;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: ru_maxrss is in bytes, where Linux counts kB") {
  struct no_basic : mac {
    using mac::task_info;
    static constexpr auto task_info(mach_basic_info&, std::uint32_t&) noexcept -> int { return 5; }
  };
  constexpr auto test = [] { return read<no_basic>().peak_rss == bytes{11'000}; };
  static_assert(test());
  CHECK(test());
}

TEST_CASE(
    "macos: the peak is the highest that any call tells, and no lower than the RSS beside it") {
  struct late : mac {
    static constexpr auto getrusage(mach_usage& into) noexcept -> int {
      into = {.maxrss = 0, .minor_faults = 0, .major_faults = 0};
      return 0;
    }
  };
  struct grown : late {
    using mac::task_info;
    static constexpr auto task_info(mach_basic_info& into, std::uint32_t&) noexcept -> int {
      into = {.virtual_size = 1,
              .resident_size = 9'000,
              .resident_size_max = 8'000,
              .times_and_policy = {}};
      return 0;
    }
  };
  constexpr auto test = [] {
    return read<late>().peak_rss == bytes{10'000} && read<grown>().peak_rss == bytes{9'000};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: each call that fails leaves its own fields absent, with its code") {
  struct no_basic : mac {
    using mac::task_info;
    static constexpr auto task_info(mach_basic_info& into, std::uint32_t&) noexcept -> int {
      into.resident_size = 1;
      return kern_resource_shortage;
    }
  };
  struct no_vm : mac {
    using mac::task_info;
    static constexpr auto task_info(mach_vm_info& into, std::uint32_t&) noexcept -> int {
      into.phys_footprint = 1;
      return kern_invalid_argument;
    }
  };
  struct no_usage : mac {
    static constexpr auto getrusage(mach_usage& into) noexcept -> int {
      into.minor_faults = 1;
      return EFAULT;
    }
  };
  constexpr auto test = [] {
    auto const basic = read<no_basic>();
    auto const vm = read<no_vm>();
    auto const usage = read<no_usage>();
    return only_error(basic, read_step::task_info, kern_resource_shortage) && !basic.rss &&
           !basic.vms && basic.footprint == bytes{12'000} && basic.page_faults_minor == count{70} &&
           only_error(vm, read_step::task_vm_info, kern_invalid_argument) && !vm.footprint &&
           !vm.footprint_peak && !vm.compressed && vm.rss == bytes{9'000} &&
           only_error(usage, read_step::getrusage, EFAULT) && !usage.page_faults_minor &&
           !usage.page_faults_major && usage.peak_rss == bytes{10'000};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: when every call fails, nothing is known and each says why") {
  struct none {
    static constexpr auto task_info(mach_basic_info&, std::uint32_t&) noexcept -> int { return 5; }
    static constexpr auto task_info(mach_vm_info&, std::uint32_t&) noexcept -> int { return 5; }
    static constexpr auto getrusage(mach_usage&) noexcept -> int { return EPERM; }
  };
  constexpr auto test = [] {
    extended_memory expected;
    expected.errors.add({read_step::task_info, 5});
    expected.errors.add({read_step::task_vm_info, 5});
    expected.errors.add({read_step::getrusage, EPERM});
    return read<none>() == expected;
  };
  static_assert(test());
  CHECK(test());
}

template <std::uint32_t Told>
struct of_revision : mac {
  using mac::task_info;
  static constexpr auto task_info(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
    return mac::tell_vm<Told>(into, words);
  }
};

TEST_CASE("macos: what an older kernel leaves out is absent, not 0") {
  constexpr auto test = [] {
    auto const oldest = read<of_revision<revision_0>>();
    auto const older = read<of_revision<revision_1>>();
    auto const old = read<of_revision<revision_2>>();
    return only_error(oldest, read_step::task_vm_info, 0) && !oldest.footprint &&
           !oldest.footprint_peak && oldest.compressed == bytes{5'000} && older.errors.empty() &&
           older.footprint == bytes{12'000} && !older.footprint_peak &&
           old.footprint == bytes{12'000} && !old.footprint_peak;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: a basic answer that was cut is no answer") {
  struct cut : mac {
    using mac::task_info;
    static constexpr auto task_info(mach_basic_info&, std::uint32_t& words) noexcept -> int {
      words = 11;
      return 0;
    }
  };
  constexpr auto test = [] {
    auto const memory = read<cut>();
    return only_error(memory, read_step::task_info, 0) && !memory.rss && !memory.vms;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("macos: a fault count that overflowed is absent, and no huge number") {
  struct overflowed : mac {
    static constexpr auto getrusage(mach_usage& into) noexcept -> int {
      into = {.maxrss = 11'000, .minor_faults = -2'147'483'648, .major_faults = 3};
      return 0;
    }
  };
  constexpr auto test = [] {
    auto const memory = read<overflowed>();
    return only_error(memory, read_step::getrusage, EOVERFLOW) && !memory.page_faults_minor &&
           memory.page_faults_major == count{3} && memory.peak_rss == bytes{11'000};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE(
    "macos: the footprint's peak is no lower than the footprint, and absent when it is negative") {
  struct low : mac {
    using mac::task_info;
    static constexpr auto task_info(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
      mac::tell_vm(into, words);
      into.footprint_peak = 1;
      return 0;
    }
  };
  struct negative : low {
    using mac::task_info;
    static constexpr auto task_info(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
      mac::tell_vm(into, words);
      into.footprint_peak = -1;
      return 0;
    }
  };
  constexpr auto test = [] {
    return read<low>().footprint_peak == bytes{12'000} && !read<negative>().footprint_peak;
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
