-- SPDX-License-Identifier: Apache-2.0
-- Fails at every moment, each time in another way.
function on_start(call)
  call.route = call:header("X-Route")
  local nothing = call:header("X-Nothing")
  call.agent_id = nothing.id
end

function on_answer(call)
  error({})
end

function on_end(call)
  local text = "x"
  while #text < 1e9 do text = text .. text end
end
