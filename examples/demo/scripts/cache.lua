-- SPDX-License-Identifier: MIT
-- A cache with a bound that evicts what was not used for the longest time. Every 15 seconds its bound
-- changes between small and large, as a cache under memory pressure would do.
local Cache = {}
Cache.__index = Cache

function Cache.new(limit)
  local head = {}
  head.next, head.previous = head, head
  return setmetatable({ limit = limit, size = 0, entries = {}, head = head }, Cache)
end

local function unlink(entry)
  entry.previous.next, entry.next.previous = entry.next, entry.previous
end

function Cache:link_first(entry)
  local head = self.head
  entry.next, entry.previous = head.next, head
  head.next.previous, head.next = entry, entry
end

function Cache:get(key, make)
  local entry = self.entries[key]
  if entry then
    unlink(entry)
  else
    entry = { key = key, value = make(key) }
    self.entries[key] = entry
    self.size = self.size + #entry.value
  end
  self:link_first(entry)
  while self.size > self.limit do
    self:evict()
  end
  return entry.value
end

function Cache:evict()
  local oldest = self.head.previous
  unlink(oldest)
  self.entries[oldest.key] = nil
  self.size = self.size - #oldest.value
end

local function page(key)
  return string.rep(string.char(97 + key % 26), 400 + key * 37 % 3000)
end

local small, large = 1 << 20, 6 << 20
local cache = Cache.new(small)
local changed = os.time()

while true do
  for _ = 1, 40 do
    -- Most requests are for few pages, as they are.
    cache:get(math.floor(math.random() ^ 2 * 8000), page)
  end
  if os.time() - changed >= 15 then
    changed = os.time()
    cache.limit = cache.limit == small and large or small
  end
  sleep(0.05)
end
