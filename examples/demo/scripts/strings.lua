-- SPDX-License-Identifier: MIT
-- Documents of some kilobytes each, written line by line, kept for a while, then dropped all at once.
local shelf = {}

local function document(number)
  local lines = {}
  for line = 1, 200 do
    lines[line] = "document " .. number .. ", line " .. line .. ": the quick brown fox"
  end
  return table.concat(lines, "\n")
end

while true do
  for number = 1, 300 do
    shelf[number] = document(number)
    sleep(0.04)
  end
  sleep(1)
  shelf = {}
  collectgarbage()
  sleep(2)
end
