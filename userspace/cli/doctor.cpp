// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor.h"

#include "cli/check_clock.h"
#include "cli/check_interface.h"
#include "cli/check_kernel.h"
#include "config/default_route.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  void add(Finding finding) {
    out_ << render_finding(finding) << std::endl;  // flushed: the next look may take seconds
    findings_.push_back(std::move(finding));
  }
  void add(const Findings& findings) {
    for (const Finding& finding : findings) add(finding);
  }
  bool run_can_work() const { return sipsonde::run_can_work(findings_); }

 private:
  std::ostream& out_;
  Findings findings_;
};

Result<Link> link_to_examine(const DoctorOptions& options) {
  if (options.interface) return read_link(*options.interface);
  const auto name = default_route_interface();
  if (!name) return name.error();
  return read_link(*name);
}

Finding judge_look(const std::optional<std::string>& seen) {
  if (seen) return {Level::ok, "SIP", *seen, {}};
  return {Level::warn, "SIP", "none seen",
          "make a call, or check that this is the right interface or mirror port"};
}

}  // namespace

int doctor_command(const DoctorOptions& options, const LiveLook& look, std::ostream& out,
                   const HostPaths& paths) {
  Report report(out);
  report.add(check_kernel(paths));
  report.add(check_clocks(paths));
  const auto link = link_to_examine(options);
  if (!link) {
    report.add({Level::fail, "interface", link.error().message, {}});
  } else {
    report.add(check_interface(*link, paths));
    if (options.try_xdp && report.run_can_work()) report.add(check_by_trial(*link, paths));
    if (look && report.run_can_work()) report.add(judge_look(look(link->name)));
  }
  return report.run_can_work() ? 0 : 1;
}

}  // namespace sipsonde
