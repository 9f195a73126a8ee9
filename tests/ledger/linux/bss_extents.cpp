// SPDX-License-Identifier: MIT
#include <elf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/bss_extents.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t base = 0x10000;

// What stands at `base`: a program's first page.
std::vector<unsigned char> first_page;
int denied = 0;

struct fake_memory {
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    if (denied != 0) errno = denied;
    if (denied != 0 || from < base || from + size > base + first_page.size()) return false;
    std::memcpy(into, first_page.data() + (from - base), size);
    return true;
  }
};
using extents = memscape::bss_extents<fake_memory>;

auto segment(std::uint32_t flags, std::uint64_t offset, std::uint64_t address,
             std::uint64_t in_file, std::uint64_t in_memory) -> Elf64_Phdr {
  return {PT_LOAD, flags, offset, address, address, in_file, in_memory, 0x1000};
}

void make_program(std::vector<Elf64_Phdr> const& segments, unsigned char word_size = ELFCLASS64,
                  std::uint64_t headers_at = sizeof(Elf64_Ehdr)) {
  denied = 0;
  first_page.assign(0x1000, 0);
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = word_size;
  header.e_phoff = headers_at;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(segments.size());
  std::memcpy(first_page.data(), &header, sizeof header);
  if (segments.empty()) return;
  std::memcpy(first_page.data() + headers_at, segments.data(),
              segments.size() * sizeof segments[0]);
}

void enter(extents& into, std::initializer_list<std::string_view> lines) {
  for (auto const line : lines) {
    auto const parsed = memscape::parse_mapping(line);
    REQUIRE(parsed);
    into.enter(*parsed);
  }
}

// As gcc links a shared object: the file's part of the data ends at 0x4010, the zeroed part at 0x6020.
void make_usual_program() {
  make_program({segment(PF_R, 0, 0, 0x800, 0x800),
                segment(PF_R | PF_X, 0x1000, 0x1000, 0x500, 0x500),
                segment(PF_R | PF_W, 0x2e00, 0x3e00, 0x210, 0x2220)});
}
constexpr std::string_view head = "10000-11000 r--p 0 fe:0 5 /lib/x";
constexpr std::string_view text = "11000-12000 r-xp 1000 fe:0 5 /lib/x";
constexpr std::string_view relro = "13000-14000 r--p 2000 fe:0 5 /lib/x";
constexpr std::string_view data = "14000-15000 rw-p 3000 fe:0 5 /lib/x";

TEST_CASE(
    "bss_extents: what is anonymous behind a program's data is its own as far as p_memsz says") {
  make_usual_program();
  extents zeroed{4096};
  enter(zeroed, {head, text, relro, data, "15000-99000 rw-p 0 0:0 0"});
  CHECK(zeroed.at(0x15000).inside);
  CHECK(zeroed.at(0x16000).inside);
  CHECK(zeroed.at(0x16000).until == 0x17000);
  CHECK_FALSE(zeroed.at(0x17000).inside);
  CHECK(zeroed.at(0x17000).until == UINT64_MAX);
}

TEST_CASE("bss_extents: a mapping that was split within is zeroed data on both sides") {
  make_usual_program();
  extents zeroed{4096};
  enter(zeroed, {head, text, relro, data, "15000-16000 rw-p 0 0:0 0", "16000-17000 r--p 0 0:0 0"});
  CHECK(zeroed.at(0x16000).inside);
  enter(zeroed, {"17000-18000 rw-p 0 0:0 0"});
  CHECK_FALSE(zeroed.at(0x17000).inside);
}

TEST_CASE("bss_extents: several writable segments, and one that has nothing in the file") {
  make_program({segment(PF_R | PF_X, 0, 0, 0x1000, 0x1000),
                segment(PF_R | PF_W, 0x1000, 0x1000, 0x800, 0x1800),
                segment(PF_R | PF_W, 0, 0x5000, 0, 0x1000)});
  extents zeroed{4096};
  enter(zeroed, {"10000-11000 r-xp 0 fe:0 5 /lib/x", "11000-12000 rw-p 1000 fe:0 5 /lib/x",
                 "12000-20000 rw-p 0 0:0 0"});
  CHECK(zeroed.at(0x12000).inside);
  CHECK(zeroed.at(0x12000).until == 0x13000);
  CHECK_FALSE(zeroed.at(0x13000).inside);
  CHECK(zeroed.at(0x13000).until == 0x15000);
  CHECK(zeroed.at(0x15000).inside);
  CHECK_FALSE(zeroed.at(0x16000).inside);
}

TEST_CASE(
    "bss_extents: a program at a fixed address, whose break begins where its zeroed data ends") {
  make_program({segment(PF_R | PF_X, 0, base, 0x1000, 0x1000),
                segment(PF_R | PF_W, 0x1000, base + 0x1000, 0x800, 0x1800)});
  extents zeroed{4096};
  enter(zeroed, {"10000-11000 r-xp 0 fe:0 5 /bin/x", "11000-12000 rw-p 1000 fe:0 5 /bin/x",
                 "12000-40000 rw-p 0 0:0 0 [heap]"});
  CHECK(zeroed.at(0x12000).inside);
  CHECK_FALSE(zeroed.at(0x13000).inside);
}

TEST_CASE("bss_extents: headers may stand behind what one read takes") {
  make_program({segment(PF_R | PF_X, 0, 0, 0x1000, 0x1000),
                segment(PF_R | PF_W, 0x1000, 0x1000, 0x800, 0x1800)},
               ELFCLASS64, 0xe00);
  extents zeroed{4096};
  enter(zeroed, {"10000-11000 r-xp 0 fe:0 5 /lib/x", "11000-12000 rw-p 1000 fe:0 5 /lib/x",
                 "12000-20000 rw-p 0 0:0 0"});
  CHECK(zeroed.at(0x12000).inside);
}

TEST_CASE("bss_extents: files that are no programs, or mapped to be read, have none") {
  auto const none = [](std::initializer_list<std::string_view> lines) {
    extents zeroed{4096};
    enter(zeroed, lines);
    return !zeroed.at(0x15000).inside && !zeroed.at(0x16000).inside && zeroed.why() == 0;
  };
  std::string_view const behind = "15000-99000 rw-p 0 0:0 0";
  make_usual_program();
  CHECK_FALSE(none({head, text, relro, data, behind}));
  CHECK_MESSAGE(none({"10000-15000 r--p 0 fe:0 5 /lib/x", behind}), "one flat mapping");
  CHECK_MESSAGE(
      none({"10000-11000 r-xp 0 fe:0 5 /lib/x", "11000-15000 r--p 1000 fe:0 5 /lib/x", behind}),
      "flat, and its data elsewhere");
  CHECK_MESSAGE(none({"10000-15000 rw-s 0 fe:0 5 /lib/x", behind}), "shared");
  CHECK_MESSAGE(none({head, "11000-15000 rw-p 1000 fe:0 6 /lib/y", behind}),
                "another file's pages");
  CHECK_MESSAGE(none({head, text, relro, data, "15000-99000 rw-s 0 0:1 7 /memfd:x (deleted)"}),
                "shared memory");
  make_program({}, ELFCLASS64);
  CHECK(none({head, text, relro, data, behind}));
  make_usual_program();
  first_page[EI_CLASS] = ELFCLASS32;
  CHECK(none({head, text, relro, data, behind}));
  first_page.assign(0x1000, 'x');
  CHECK(none({head, text, relro, data, behind}));
  first_page.assign(0x1000, 0xff);
  std::memcpy(first_page.data(), ELFMAG, SELFMAG);
  CHECK(none({head, text, relro, data, behind}));
  first_page.clear();
  CHECK_MESSAGE(none({head, text, relro, data, behind}), "the page went away");
}

TEST_CASE("bss_extents: where memory may not be read there are none, and the errno says why") {
  make_usual_program();
  denied = EPERM;
  extents zeroed{4096};
  enter(zeroed, {head, text, relro, data, "15000-99000 rw-p 0 0:0 0"});
  CHECK_FALSE(zeroed.at(0x15000).inside);
  CHECK(zeroed.why() == EPERM);
  denied = 0;
  zeroed.restart();
  CHECK(zeroed.why() == 0);
}

}  // namespace
