/**
 * The rule of domain/sliding-window.ts, in one step on the server and by its clock, so that replicas agree.
 * KEYS[1] counter; ARGV window ms, limit, 1 to count or 0 to look.
 * Answers allowed (1, 0), requests in this window, in the one before, ms since this window began.
 */
export const SLIDING_WINDOW = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local size, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local window, elapsed = math.floor(now / size), now % size
local stored = redis.call('HMGET', KEYS[1], 'w', 'c', 'p')
local last = tonumber(stored[1]) or window
local current, previous = tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
if last ~= window then
  if last == window - 1 then previous = current else previous = 0 end
  current = 0
end
local allowed = 0
if previous * (size - elapsed) / size + current + 1 <= limit then allowed = 1 end
if allowed == 1 and ARGV[3] == '1' then
  current = current + 1
  redis.call('HSET', KEYS[1], 'w', window, 'c', current, 'p', previous)
  redis.call('PEXPIRE', KEYS[1], size * 2)
end
return { allowed, current, previous, elapsed }
`;
