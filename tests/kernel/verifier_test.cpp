// SPDX-License-Identifier: Apache-2.0
// Every program of every object loads, and what the verifier had to look at stays within bounds: an older
// kernel must not meet its limit.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sipsonde/knobs.h"

namespace sipsonde::testing {
namespace {

constexpr unsigned kMostInstructions = 250'000;

struct CloseObject {
  void operator()(bpf_object* object) const noexcept { bpf_object__close(object); }
};

// The object's file, and whether packets seen twice are looked for.
class Verifier : public ::testing::TestWithParam<std::tuple<const char*, bool>> {};

// The objects themselves have everything on; the programs are larger to the verifier without this.
void set_deduplicate(bpf_object& object, bool on) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, &object) {
    std::size_t size = 0;
    if (std::strstr(bpf_map__name(map), ".rodata") == nullptr) continue;
    const auto* const bytes = static_cast<const char*>(bpf_map__initial_value(map, &size));
    std::vector<char> constants(bytes, bytes + size);
    sipsonde_knobs knobs;
    ASSERT_GE(size, sizeof knobs);
    std::memcpy(&knobs, constants.data(), sizeof knobs);
    ASSERT_EQ(knobs.tunnels, ~0u) << "the knobs do not lie first";
    knobs.deduplicate = on;
    std::memcpy(constants.data(), &knobs, sizeof knobs);
    ASSERT_EQ(bpf_map__set_initial_value(map, constants.data(), size), 0);
  }
}

TEST_P(Verifier, TakesEveryProgramWithinTheBound) {
  const auto [file, deduplicate] = GetParam();
  if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
  if (access(file, R_OK) != 0) GTEST_SKIP() << "needs clang-19: " << file << " was not built";
  const std::unique_ptr<bpf_object, CloseObject> object(bpf_object__open(file));
  ASSERT_TRUE(object);
  set_deduplicate(*object, deduplicate);
  ASSERT_EQ(bpf_object__load(object.get()), 0) << file;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    bpf_prog_info info{};
    __u32 length = sizeof info;
    ASSERT_EQ(bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length), 0);
    std::printf("%-20s %7u instructions verified\n", bpf_program__name(program), info.verified_insns);
    EXPECT_LE(info.verified_insns, kMostInstructions) << bpf_program__name(program);
  }
}

INSTANTIATE_TEST_SUITE_P(Objects, Verifier,
                         ::testing::Combine(::testing::Values(SIPSONDE_OBJECT, SIPSONDE_OTHER_OBJECT),
                                            ::testing::Bool()),
                         [](const auto& object) {
                           return std::string(object.index < 2 ? "Built" : "Clang19") +
                                  (object.index % 2 ? "Deduplicating" : "");
                         });

}  // namespace
}  // namespace sipsonde::testing
