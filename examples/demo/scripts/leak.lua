-- SPDX-License-Identifier: MIT
-- A slow leak: a log that nobody ever empties. It takes about 100 kB a second.
local log = {}

while true do
  for _ = 1, 100 do
    log[#log + 1] = { time = os.time(), text = "request " .. #log .. " answered" }
  end
  sleep(0.2)
end
