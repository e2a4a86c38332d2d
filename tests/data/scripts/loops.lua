-- SPDX-License-Identifier: Apache-2.0
-- Never ends, and catches what would end it.
function on_start(call)
  while true do
    pcall(function() while true do end end)
  end
end

on_answer = on_start
on_end = on_start
