-- SPDX-License-Identifier: MIT
-- A table that grows and shrinks like a tide: small objects come and go in one long wave.
local points = {}
local high, low = 90000, 3000

while true do
  while #points < high do
    for _ = 1, 600 do
      points[#points + 1] = { x = #points, y = 0 }
    end
    sleep(0.05)
  end
  sleep(2)
  while #points > low do
    for _ = 1, 600 do
      points[#points] = nil
    end
    -- Nothing is allocated here, so nothing else would make the collector go on.
    collectgarbage("step", 100)
    sleep(0.05)
  end
  sleep(1)
end
