// SPDX-License-Identifier: MIT
// What a program keeps for as long as it runs, with static storage: none of it may stand in the executable as
// initialised data. globals.py looks where each went.
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/memscape.hpp>
#ifdef __linux__
#include <memscape/ledger/auditor.hpp>
#endif
#include <memscape/ledger/baselines.hpp>

struct no_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{1}};
  }
};

auto make_memory() noexcept {
  return memscape::registry{memscape::native_reader{},
                            memscape::leaf<"first", "First">(no_source{}),
                            memscape::leaf<"second", "Second">(no_source{})};
}
using memory_type = decltype(make_memory());
using layout = memory_type::layout;
using stream_type = memscape::delta_stream<layout>;

constinit memscape::frame_ring<4096, stream_type::max_size> large_ring;
constinit memscape::baselines<layout> large_baselines;
stream_type program_stream{memscape::stream_id{7}};
memory_type program_memory = make_memory();
#ifdef __linux__
memscape::auditor large_auditor{program_memory};
#endif
