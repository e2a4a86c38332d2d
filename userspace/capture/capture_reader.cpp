// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_reader.h"

#include <array>
#include <utility>

#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"

namespace sipsonde {
namespace {

Result<std::unique_ptr<FrameSource>> recognise(ByteStream& stream) {
  std::array<std::uint8_t, 4> magic;
  const Result<std::size_t> got = stream.read(magic);
  if (!got) return got.error();
  if (*got == 0) return Error{"the file is empty; is it a capture?"};
  if (*got == magic.size() && PcapFile::is_magic(magic)) return PcapFile::open(magic, stream);
  if (*got == magic.size() && PcapngFile::is_magic(magic)) return PcapngFile::open(stream);
  return Error{"neither pcap nor pcapng; is it a capture?"};
}

}  // namespace

Result<CaptureReader> CaptureReader::open(const std::string& path) {
  const std::string context = "read " + path;
  Result<ByteStream> stream = ByteStream::open(path);
  if (!stream) return in_context(context, stream.error());
  Result<std::unique_ptr<FrameSource>> source = recognise(*stream);
  if (!source) return in_context(context, source.error());
  return CaptureReader(path, *std::move(stream), *std::move(source));
}

Result<std::optional<Frame>> CaptureReader::next() {
  if (at_end_) return std::optional<Frame>{};
  Result<std::optional<Frame>> frame = source_->next(stream_, cut_);
  if (!frame) {
    at_end_ = true;
    return in_context("read " + path_ + ": after frame " + std::to_string(frames_), frame.error());
  }
  if (*frame) {
    ++frames_;
  } else {
    at_end_ = true;
  }
  return frame;
}

}  // namespace sipsonde
