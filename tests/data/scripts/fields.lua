-- SPDX-License-Identifier: Apache-2.0
-- Sets every field, each from a header of another moment.
local seconds = sipsonde.histogram{
  name = "ivr_seconds", help = "Length of calls.", buckets = {1, 10, 60}, labels = {leg = 4},
}
local last_price = sipsonde.gauge{name = "ivr_last_price", help = "Price of the last call."}

function on_start(call)
  call:set{tenant = call:header("X-Tenant"), route = call:header("X-Route")}
  local subject = call:header("Subject")
  if subject then call.custom = {subject = subject} end
end

function on_answer(call)
  call.agent_id = call:header("X-Agent")
  call.recording_url = call:header("X-Recording")
end

function on_end(call)
  local price = call:header("X-Price")
  if price then
    call:set{price = price, currency = "EUR"}
    last_price:set(call.price)
  end
  local why = call:header("X-Why")
  if why then call.custom = {why = why} end
  call.custom = {seen = table.concat({call.disposition, call.code, call.duration, tostring(call.billable),
                                      call.disconnect_initiator}, " ")}
  seconds:observe({leg = call.leg}, call.duration)
end
