// SPDX-License-Identifier: Apache-2.0
#include "cdr/file_receiver.h"

#include <sys/resource.h>

#include <csignal>

#include "cdr_stage.h"
#include "facts/csv.h"

namespace sipsonde {
namespace {

class FileReceiverTest : public testing::Test {
 protected:
  std::vector<StoredRow> rows(int count) {
    stage_.write(count);
    auto read = StoreReader(stage_.path()).rows_after(after_, 1000);
    EXPECT_TRUE(read);
    after_ = read->back().at;
    return *std::move(read);
  }
  std::unique_ptr<FileReceiver> open(RowFormat format, std::uint64_t rotate_bytes = 0) {
    auto opened = FileReceiver::open(FileSink{path_, rotate_bytes}, format);
    EXPECT_TRUE(opened);
    return *std::move(opened);
  }

  CdrStage stage_;
  StoreCursor after_;
  const std::string path_ = stage_.directory.file("out/cdr");
};

TEST_F(FileReceiverTest, WritesEachRowAsItIsInTheStore) {
  const auto file = open(RowFormat::jsonl);
  const auto some = rows(3);
  EXPECT_EQ(*file->deliver(some), 3u);
  EXPECT_EQ(content_of(path_), some[0].document + "\n" + some[1].document + "\n" + some[2].document + "\n");
}

TEST_F(FileReceiverTest, EachFileOfCsvBeginsWithTheNamesOfTheColumns) {
  const auto some = rows(4);
  std::string line;
  append_csv(line, some[0].document);
  const auto file = open(RowFormat::csv, csv_header().size() + 2 * line.size());
  EXPECT_EQ(*file->deliver(some), 4u);
  for (const std::string& path : {path_, path_ + ".1"}) {
    const std::string text = content_of(path);
    EXPECT_TRUE(text.starts_with(csv_header())) << path;
    EXPECT_EQ(std::ranges::count(text, '\n'), 3) << path;
  }
}

TEST_F(FileReceiverTest, AfterAReopenItWritesToANewFile) {
  const auto file = open(RowFormat::csv);
  EXPECT_TRUE(file->deliver(rows(1)));
  std::filesystem::rename(path_, path_ + ".moved");
  file->reopen();
  EXPECT_TRUE(file->deliver(rows(2)));
  EXPECT_EQ(std::ranges::count(content_of(path_ + ".moved"), '\n'), 2);
  const std::string text = content_of(path_);
  EXPECT_TRUE(text.starts_with(csv_header()));
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
}

TEST_F(FileReceiverTest, WhatADiskThatIsFullTookInPartIsInTheFileOnceInTheEnd) {
  const auto file = open(RowFormat::jsonl);
  const auto some = rows(3);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit full{some[0].document.size() + 10, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
  EXPECT_FALSE(file->deliver(some));
  EXPECT_FALSE(file->deliver(some));
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(*file->deliver(some), 3u);
  EXPECT_EQ(content_of(path_), some[0].document + "\n" + some[1].document + "\n" + some[2].document + "\n");
}

}  // namespace
}  // namespace sipsonde
