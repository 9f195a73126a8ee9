-- SPDX-License-Identifier: MIT
-- Counters: each is a closure over variables of its own, and an environment that names them.
local function counter(step)
  local value, calls = 0, 0
  local env = { step = step, label = false, value = 0, calls = 0 }
  return function()
    value, calls = value + step, calls + 1
    env.value, env.calls = value, calls
    return value
  end
end

local live = {}
local generation = 0

while true do
  generation = generation + 1
  local wanted = generation % 2 == 1 and 24000 or 6000
  while #live < wanted do
    for _ = 1, 200 do
      live[#live + 1] = counter(#live)
    end
    sleep(0.06)
  end
  while #live > wanted do
    for _ = 1, 200 do
      live[#live] = nil
    end
    collectgarbage("step", 100)
    sleep(0.03)
  end
  for i = 1, #live, 50 do
    live[i]()
  end
  sleep(1)
end
