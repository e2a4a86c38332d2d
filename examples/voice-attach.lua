-- SPDX-License-Identifier: Apache-2.0
-- How calls are attached to a voice engine, from the headers that application servers put into SIP:
--
--   INVITE        X-Voice-Mode: the mode that is asked for
--   200, refusal  X-Voice-Mode: the mode that was taken; X-Voice-Attach-Result: ok or config_error;
--                 X-Voice-Native: ok or err, where the native engine was tried
--
--     script: /etc/sipsonde/voice-attach.lua
--
-- docs/scripts.md is the reference.

local modes = {"cascaded", "realtime", "pipeline"}

local attach = sipsonde.counter{
  name = "sip_voice_attach_total",
  help = "Calls attached to a voice engine, or not.",
  labels = {mode = modes, result = {"ok", "config_error"}},
}
local fallback = sipsonde.counter{
  name = "sip_voice_attach_mode_fallback_total",
  help = "Calls that were given another mode than they asked for.",
  labels = {from = modes, to = modes},
}
local native = sipsonde.counter{
  name = "sip_voice_attach_native_total",
  help = "Calls for which the native engine was tried.",
  labels = {result = {"ok", "err"}},
}

-- What the message of this moment says of the attachment. It may say nothing: then nothing is counted.
local function note(call)
  local result = call:header("X-Voice-Attach-Result")
  if result then
    local asked = call.custom.voice_mode_asked
    local mode = call:header("X-Voice-Mode") or asked
    attach:inc{mode = mode, result = result}
    if asked and mode ~= asked then
      fallback:inc{from = asked, to = mode}
    end
    call.custom = {voice_mode = mode or "unknown", voice_result = result}
  end
  local engine = call:header("X-Voice-Native")
  if engine then
    native:inc{result = engine}
  end
end

function on_start(call)
  local asked = call:header("X-Voice-Mode")
  if asked then
    call.custom = {voice_mode_asked = asked}
  end
end

function on_answer(call)
  note(call)
end

function on_end(call)
  -- A refusal; what an answered call ends with says nothing of its beginning.
  if call.disposition ~= "answered" then
    note(call)
  end
end
