// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/linux/backing.hpp>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <memscape/ledger/linux/page_run.hpp>
#include <memscape/ledger/walk/classifier.hpp>
#include <memscape/ledger/walk/witnesses.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Books the pages of one mapping after the other: to a source, or to the cause that the classifier
/// finds. Where the kernel's counts for the mapping are known, never more than they say, and what they
/// say beyond the pages seen goes to the mapping's own cause.
/// Cost: no system call but the classifier's; no allocation.
template <class Layout>
class ledger_sums {
 public:
  using ledger_type = ledger<Layout>;
  static constexpr std::uint32_t nobody = UINT32_MAX;

  explicit ledger_sums(std::uint64_t page_size) noexcept : classifier_{page_size} {}

  void restart(mark_limits const& limits = {}) noexcept {
    swap_is_used_ = swap_in_use().value_or(true);
    backing_.forget();
    classifier_.restart(limits);
  }

  /// A mapping of which it is known what lies behind its name.
  [[nodiscard]] auto resolved(mapping const& m) noexcept -> mapping { return backing_.resolved(m); }

  /// Goes on to a mapping whose pages are not counted yet; it stays where it is until `leave`.
  void enter(mapping const& next) noexcept {
    map_ = &next;
    classifier_.enter(next);
    counted_ = false;
    rss_left_ = swap_left_ = own_left_ = UINT64_MAX;
    // Its name is none yet, and large.
    file_.resident = file_.text = file_.rodata = file_.data = bytes{};
    in_mapping_ = {};
    hugetlb_known_ = false;
    outside_ = map_->kind == mapping_kind::kernel || map_->kind == mapping_kind::hugetlb;
  }
  void enter(mapping&&) = delete;
  /// Tells what the kernel counted in it.
  void count(bytes rss, bytes swap, bytes anonymous = {}) noexcept {
    counted_ = true;
    rss_left_ = rss.value();
    own_left_ = (std::min)(rss, anonymous).value();
    swap_left_ = swap.value();
  }

  /// Whether none of the mapping's pages are in RSS.
  [[nodiscard]] auto is_outside() const noexcept -> bool { return outside_; }
  /// Whether there is nothing in it to be told apart.
  [[nodiscard]] auto is_plain() noexcept -> bool { return !classifier_.has_marks(); }
  /// Whether what is in swap of it is not seen: page tables have no entries for shared memory in swap.
  [[nodiscard]] auto hides_swap() const noexcept -> bool {
    return swap_is_used_ && map_->kind == mapping_kind::shmem && !counted_;
  }

  /// Whether the run is in RSS, which device memory and reserved huge pages are not.
  [[nodiscard]] auto is_counted(page_run const& run, mapping_source const& source) noexcept
      -> bool {
    if (run.resident() && run.huge() && map_->has_file() && !hugetlb_known_) {
      hugetlb_known_ = true;
      outside_ = source.is_hugetlb(*map_);
    }
    if (outside_) return false;
    if (run.of_file() || run.swapped()) return true;
    // Of a device's memory without pages of the kernel's there may be copies where it can be written to.
    return !map_->shared && (map_->kind != mapping_kind::device || map_->writable);
  }

  /// Books [from, to) of a run to a source.
  void to_source(ledger_type& into, std::uint32_t source, page_run const& run, std::uint64_t from,
                 std::uint64_t to) noexcept {
    auto& account = into.sources[source];
    auto const taken = run.resident() ? take(rss_left_, to - from) : bytes{};
    account.resident += taken;
    if (run.of_file() && map_->kind == mapping_kind::shmem) into.shmem_of_sources += taken;
    if (run.resident()) classifier_.owned(from, to);
    if (run.swapped() && account.swapped) *account.swapped += take(swap_left_, to - from);
    if (run.resident() && run.huge()) into.huge = into.huge.value_or(bytes{}) + bytes{to - from};
  }

  /// Books [from, to) of a run to what it is there for.
  void to_causes(ledger_type& into, page_run const& run, std::uint64_t from,
                 std::uint64_t to) noexcept {
    if (run.resident() && run.huge()) into.huge = into.huge.value_or(bytes{}) + bytes{to - from};
    while (from < to) {
      // Of a mapping that was counted it is known how much is shared, and not always which.
      bool const shared = is_mixed() && (counted_ ? own_left_ == 0 : run.of_file());
      auto const piece =
          run.resident() ? classifier_.cause_at(from, to, shared) : classifier_.cause_unread(from);
      auto until = (std::min)(piece.until, to);
      if (counted_ && is_mixed() && !shared) {
        until = (std::min)(until, from + (std::min)(own_left_, until - from));
        own_left_ -= run.resident() ? until - from : 0;
      }
      book(into, piece.cause, run.resident() ? take(rss_left_, until - from) : bytes{},
           run.swapped() ? take(swap_left_, until - from) : bytes{});
      from = until;
    }
  }

  /// Ends the mapping. What was counted and not seen goes to `owner`, or to the mapping's cause.
  void leave(ledger_type& into, std::uint32_t owner) noexcept {
    if (hides_swap()) into.causes[static_cast<std::size_t>(cause::shmem)].swapped = std::nullopt;
    if (counted_ && !outside_) {
      if (owner != nobody) {
        into.sources[owner].resident += bytes{rss_left_};
        if (auto& swapped = into.sources[owner].swapped; swapped) *swapped += bytes{swap_left_};
      } else {
        auto const own = is_mixed() ? (std::min)(own_left_, rss_left_) : 0;
        book(into, classifier_.own_base(), bytes{own}, bytes{});
        book(into, classifier_.base(), bytes{rss_left_ - own}, bytes{swap_left_});
      }
    }
    if (file_.resident.value() != 0) {
      file_.path = map_->name;
      file_.device = map_->device;
      file_.inode = map_->inode;
      into.files.add(file_);
    }
    if (classifier_.base() == cause::anon_named &&
        in_mapping_.resident + *in_mapping_.swapped != bytes{}) {
      into.names.add({map_->name, in_mapping_.resident, *in_mapping_.swapped});
    }
    if (classifier_.own_base() == cause::anonymous && in_mapping_.resident != bytes{}) {
      into.mappings.add({map_->begin, map_->end, in_mapping_.resident});
    }
  }

  /// What was found of malloc's so far.
  [[nodiscard]] auto finder() const noexcept -> auto const& { return classifier_.finder(); }

  /// Ends the sweep. What nobody may look at is not known.
  void finish(ledger_type& into) const noexcept { classifier_.finish(into); }

 private:
  [[nodiscard]] static auto take(std::uint64_t& left, std::uint64_t wanted) noexcept -> bytes {
    auto const taken = (std::min)(left, wanted);
    if (left != UINT64_MAX) left -= taken;
    return bytes{taken};
  }

  // Of shared memory or a device: pages that were written to where the mapping is private are the process's.
  [[nodiscard]] auto is_mixed() const noexcept -> bool {
    return classifier_.own_base() != classifier_.base();
  }

  void book(ledger_type& into, cause of, bytes resident, bytes swapped) noexcept {
    auto& account = into.causes[static_cast<std::size_t>(of)];
    account.resident += resident;
    if (account.swapped) *account.swapped += swapped;
    auto const parts = facts_of(of).parts;
    if (parts == cause_parts::names || parts == cause_parts::mappings) {
      in_mapping_.resident += resident;
      *in_mapping_.swapped += swapped;
    }
    auto const part = file_part_of(of);
    if (part == nullptr) return;
    file_.*part += resident;
    file_.resident += resident;
  }

  backing backing_{};
  classifier<> classifier_;
  mapping const* map_ = nullptr;
  file_account file_{};
  cause_account in_mapping_{};
  std::uint64_t rss_left_ = UINT64_MAX;
  std::uint64_t swap_left_ = UINT64_MAX;
  std::uint64_t own_left_ = UINT64_MAX;  // of rss_left_, what is no file's and not shared
  bool swap_is_used_ = false;            // on this machine, by anybody
  bool counted_ = false;
  bool outside_ = false;
  bool hugetlb_known_ = false;
};

}  // namespace memscape::inline v0
