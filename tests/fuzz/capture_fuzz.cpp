// SPDX-License-Identifier: Apache-2.0
// Any bytes as a capture file: plain, or gzipped when they begin so. Every frame is also taken to Ethernet.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/file_descriptor.h"
#include "capture/capture_reader.h"
#include "capture/link_layer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const sipsonde::FileDescriptor file(::memfd_create("capture", MFD_CLOEXEC));
  if (!file || ::write(file.get(), bytes, size) != static_cast<ssize_t>(size)) std::abort();
  auto reader = sipsonde::CaptureReader::open("/proc/self/fd/" + std::to_string(file.get()));
  if (!reader) return 0;

  sipsonde::LinkLayer link;
  std::uint64_t sum = 0;
  // A few bytes of gzip make gigabytes: enough is enough.
  for (int frames = 0; frames < 1000; ++frames) {
    const auto frame = reader->next();
    if (!frame || !*frame) break;
    if ((*frame)->bytes.size() > (*frame)->original_length) std::abort();
    if ((*frame)->bytes.size() > sipsonde::kMaxFrameBytes) std::abort();
    const auto ethernet = link.to_ethernet(**frame);
    if (!ethernet) continue;
    for (const std::uint8_t byte : ethernet->bytes) sum += byte;
  }
  return sum == UINT64_MAX ? 1 : 0;
}
