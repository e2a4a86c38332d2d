// SPDX-License-Identifier: Apache-2.0
// The style sheet of the picture. Colours keep a contrast of 4.5 to 1 with their ground, in both schemes
// (WCAG 2.1 section 1.4.3).
#pragma once

#include <string_view>

namespace sipsonde {

inline constexpr std::string_view kSvgStyle = R"(
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2328}
.paper{fill:#fff}
.title{font-size:15px;font-weight:600}
.address,.time{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:11px}
.small{font-size:10.5px;fill:#57606a}
.time{fill:#57606a}
.lane{stroke:#afb8c1;stroke-dasharray:3 3}
.head{fill:#f6f8fa;stroke:#8c959f}
.label{font-weight:600}
.arrow{fill:none;stroke-width:1.6}
.arrow.request{stroke:#0550ae}.tip.request,.label.request{fill:#0550ae}
.arrow.provisional{stroke:#57606a;stroke-dasharray:5 3}.tip.provisional,.label.provisional{fill:#57606a}
.arrow.success{stroke:#116329}.tip.success,.label.success{fill:#116329}
.arrow.redirection{stroke:#7d4e00}.tip.redirection,.label.redirection{fill:#7d4e00}
.arrow.failure{stroke:#a40e26}.tip.failure,.label.failure,.text.failure{fill:#a40e26}
.note{fill:#fff8c5;stroke:#d4a72c}.note.failure{fill:#ffebe9;stroke:#cf222e}
.note-text{font-size:11px}
.on-media{font-size:10.5px}
.media,.rail{stroke-width:0}
.good{fill:#aceebb}.fair{fill:#fae17d}.bad{fill:#ffcecb}.unrated{fill:#d0d7de}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.paper{fill:#0d1117}.small,.time{fill:#9198a1}.lane{stroke:#3d444d}
.head{fill:#151b23;stroke:#656c76}
.arrow.request{stroke:#79c0ff}.tip.request,.label.request{fill:#79c0ff}
.arrow.provisional{stroke:#9198a1}.tip.provisional,.label.provisional{fill:#9198a1}
.arrow.success{stroke:#56d364}.tip.success,.label.success{fill:#56d364}
.arrow.redirection{stroke:#e3b341}.tip.redirection,.label.redirection{fill:#e3b341}
.arrow.failure{stroke:#ff7b72}.tip.failure,.label.failure,.text.failure{fill:#ff7b72}
.note{fill:#2e2a1f;stroke:#9e6a03}.note.failure{fill:#3c1618;stroke:#da3633}
.good{fill:#0f5323}.fair{fill:#5a4600}.bad{fill:#78191b}.unrated{fill:#2f3742}
}
)";

}  // namespace sipsonde
