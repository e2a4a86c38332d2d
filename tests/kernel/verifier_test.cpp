// SPDX-License-Identifier: Apache-2.0
// Every program of every object loads, and what the verifier had to look at stays within bounds: an older
// kernel must not meet its limit.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace sipsonde::testing {
namespace {

constexpr unsigned kMostInstructions = 250'000;

struct CloseObject {
  void operator()(bpf_object* object) const noexcept { bpf_object__close(object); }
};

class Verifier : public ::testing::TestWithParam<const char*> {};

TEST_P(Verifier, TakesEveryProgramWithinTheBound) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to load programs";
  if (access(GetParam(), R_OK) != 0) GTEST_SKIP() << "needs clang-19: " << GetParam() << " was not built";
  const std::unique_ptr<bpf_object, CloseObject> object(bpf_object__open(GetParam()));
  ASSERT_TRUE(object);
  ASSERT_EQ(bpf_object__load(object.get()), 0) << GetParam();
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.get()) {
    bpf_prog_info info{};
    __u32 length = sizeof info;
    ASSERT_EQ(bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length), 0);
    std::printf("%-20s %7u instructions verified\n", bpf_program__name(program), info.verified_insns);
    EXPECT_LE(info.verified_insns, kMostInstructions) << bpf_program__name(program);
  }
}

INSTANTIATE_TEST_SUITE_P(Objects, Verifier, ::testing::Values(SIPSONDE_OBJECT, SIPSONDE_OTHER_OBJECT),
                         [](const auto& object) {
                           return std::string(object.index == 0 ? "Built" : "Clang19");
                         });

}  // namespace
}  // namespace sipsonde::testing
