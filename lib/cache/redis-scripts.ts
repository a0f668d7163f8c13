/**
 * What happens inside Redis, each step whole or not at all.
 *
 * The answers of an epoch are under one prefix with a hash tag, so that a cluster keeps them in one slot:
 *
 * - `entry:<id>`, a hash: the answer, and the *stamp* of its tags when it was computed. Redis takes it away when its time is over.
 * - `tag:<tag>`, a hash: under the empty name the tag's *version*, a random text; beside it the ids of the answers that have the tag.
 *   Dropping a tag deletes it; who asks next makes a new version. So whatever Redis loses, by eviction, expiry or a flush, makes
 *   answers unfindable and never brings one back.
 * - `index`, a hash of id → name, bytes and tags; `uses`, a sorted set of the ids in the order of their last use; `totals`, a hash of
 *   counts. The three agree on the number of answers. Where they do not, because Redis evicted one of them, all begin anew; an
 *   answer that `uses` does not know is not held.
 *
 * Every script is handed a nonce, which is the only randomness and comes back first in its reply: a reply that was meant for
 * another question, as after a lost one, is noticed. No script looks at a clock but through the expiry of keys. Keys of answers that
 * must make room cannot be known before, and are composed of the prefix.
 */
import { createHash } from 'node:crypto';

export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

function script(...parts: string[]): RedisScript {
  const text = parts.map(part => part.trim()).join('\n');
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** A version that no answer was stored with, and bookkeeping after the last answer, last so long. Milliseconds. */
const UNUSED_MS = 60_000;

/** KEYS index uses totals …, ARGV nonce prefix … */
const LIBRARY = `
local nonce, prefix = ARGV[1], ARGV[2]
local index, uses, totals = KEYS[1], KEYS[2], KEYS[3]

local function total(field)
  return tonumber(redis.call('HGET', totals, field) or 0)
end

local function mend()
  local count = redis.call('HLEN', index)
  if count ~= redis.call('ZCARD', uses) or count ~= total('entries') then
    redis.call('UNLINK', index, uses, totals)
  end
end

local function account(name, entries, bytes)
  redis.call('HINCRBY', totals, 'entries', entries)
  redis.call('HINCRBY', totals, 'bytes', bytes)
  redis.call('HINCRBY', totals, 'entries:' .. name, entries)
  redis.call('HINCRBY', totals, 'bytes:' .. name, bytes)
end

local function factsOf(id)
  local record = redis.call('HGET', index, id)
  return record and cmsgpack.unpack(record)
end

local function stampOf(tags)
  local versions = {}
  for i, tag in ipairs(tags) do versions[i] = redis.call('HGET', tag, '') or '' end
  return table.concat(versions, ',')
end

local function outlive(key, ms)
  if redis.call('PTTL', key) < ms + ${UNUSED_MS} then redis.call('PEXPIRE', key, ms + ${UNUSED_MS}) end
end

-- Gives the name of what it took out; nil where there was nothing.
local function remove(id)
  local facts = factsOf(id)
  redis.call('UNLINK', prefix .. 'entry:' .. id)
  redis.call('ZREM', uses, id)
  if not facts then return nil end
  redis.call('HDEL', index, id)
  account(facts.name, -1, -facts.bytes)
  for _, tag in ipairs(facts.tags) do
    -- A version that nothing is held with is made again by who asks.
    if redis.call('HDEL', tag, id) == 1 and redis.call('HLEN', tag) == 1 then redis.call('UNLINK', tag) end
  end
  return facts.name
end

local function newTally()
  return { names = {}, counts = {}, size = 0 }
end

local function add(tally, name)
  if not name then return end
  if not tally.counts[name] then table.insert(tally.names, name) end
  tally.counts[name] = (tally.counts[name] or 0) + 1
  tally.size = tally.size + 1
end

local function flat(tally)
  local list = {}
  for _, name in ipairs(tally.names) do
    table.insert(list, name)
    table.insert(list, tally.counts[name])
  end
  return list
end

local function fits(entries, bytes)
  return total('entries') <= entries and total('bytes') <= bytes
end

-- The least recently used first, at most so many.
local function trim(entries, bytes, most)
  local tally = newTally()
  for _ = 1, most do
    if fits(entries, bytes) then break end
    local coldest = redis.call('ZRANGE', uses, 0, 0)[1]
    if not coldest then
      redis.call('UNLINK', index, totals)
      break
    end
    add(tally, remove(coldest))
  end
  return tally
end
`;

/** KEYS uses entry tag…, ARGV nonce id; gives stamp, or stamp sum etag text stale. */
export const LOOKUP = script(`
local nonce, id = ARGV[1], ARGV[2]
local uses, entry = KEYS[1], KEYS[2]
local versions = {}
for i = 3, #KEYS do
  local version = redis.call('HGET', KEYS[i], '')
  if not version then
    version = nonce
    redis.call('HSET', KEYS[i], '', version)
    redis.call('PEXPIRE', KEYS[i], ${UNUSED_MS})
  end
  table.insert(versions, version)
end
local stamp = table.concat(versions, ',')
local held = redis.call('HMGET', entry, 'stamp', 'keep', 'sum', 'etag', 'text')
if held[1] ~= stamp or not redis.call('ZSCORE', uses, id) then return { nonce, stamp } end
local latest = redis.call('ZRANGE', uses, -1, -1, 'WITHSCORES')
redis.call('ZADD', uses, tonumber(latest[2]) + 1, id)
local stale = redis.call('PTTL', entry) <= tonumber(held[2])
return { nonce, stamp, held[3], held[4], held[5], stale and 1 or 0 }
`);

/**
 * KEYS index uses totals entry tag…, ARGV nonce prefix id stamp name bytes largest maxEntries maxBytes most freshMs keepMs sum etag
 * text; gives 1 or 0, and what made room.
 */
export const STORE = script(
  LIBRARY,
  `
local id, stamp, name, bytes = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local largest, maxEntries, maxBytes = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local entry, keep, life = KEYS[4], tonumber(ARGV[12]), tonumber(ARGV[11]) + tonumber(ARGV[12])
local tags = {}
for i = 5, #KEYS do table.insert(tags, KEYS[i]) end
local versions = {}
for i, tag in ipairs(tags) do versions[i] = redis.call('HGET', tag, '') or '' end
if table.concat(versions, ',') ~= stamp then return { nonce, 0, {} } end

mend()
remove(id)
if bytes > largest then return { nonce, 0, {} } end
local room = trim(maxEntries - 1, maxBytes - bytes, tonumber(ARGV[10]))
if not fits(maxEntries - 1, maxBytes - bytes) then return { nonce, 0, flat(room) } end

redis.call('HSET', entry, 'stamp', stamp, 'keep', keep, 'sum', ARGV[13], 'etag', ARGV[14], 'text', ARGV[15])
redis.call('PEXPIRE', entry, life)
redis.call('HSET', index, id, cmsgpack.pack({ name = name, bytes = bytes, tags = tags }))
local latest = redis.call('ZRANGE', uses, -1, -1, 'WITHSCORES')
redis.call('ZADD', uses, tonumber(latest[2] or 0) + 1, id)
account(name, 1, bytes)
for i, tag in ipairs(tags) do
  redis.call('HSET', tag, '', versions[i], id, '')
  outlive(tag, life)
end
for i = 1, 3 do outlive(KEYS[i], life) end
return { nonce, 1, flat(room) }
`,
);

/** KEYS index uses totals entry, ARGV nonce prefix id ms; gives nothing. */
export const PROLONG = script(
  LIBRARY,
  `
local entry, ms = KEYS[4], tonumber(ARGV[4])
local facts, left = factsOf(ARGV[3]), redis.call('PTTL', entry)
if facts and left > 0 and left < ms then
  local fresh = math.max(0, left - tonumber(redis.call('HGET', entry, 'keep')))
  redis.call('HSET', entry, 'keep', ms - fresh)
  redis.call('PEXPIRE', entry, ms)
  for _, tag in ipairs(facts.tags) do outlive(tag, ms) end
  for i = 1, 3 do outlive(KEYS[i], ms) end
end
return { nonce }
`,
);

/**
 * KEYS index uses totals tag…, ARGV nonce prefix most; gives what went. Past so many the answers stay where they are, unfindable, until
 * they are swept: nobody waits for that, and Redis answers others meanwhile.
 */
export const DROP = script(
  LIBRARY,
  `
mend()
local gone, most = newTally(), tonumber(ARGV[3])
local members = {}
for i = 4, #KEYS do
  local cursor = '0'
  repeat
    local found = redis.call('HSCAN', KEYS[i], cursor, 'COUNT', most)
    cursor = found[1]
    for n = 1, #found[2], 2 do table.insert(members, found[2][n]) end
  until cursor == '0' or #members > most
  redis.call('UNLINK', KEYS[i])
end
for _, id in ipairs(members) do
  if gone.size >= most then break end
  if id ~= '' then add(gone, remove(id)) end
end
return { nonce, flat(gone) }
`,
);

/** KEYS index uses totals, ARGV nonce prefix maxEntries maxBytes most; gives what went. */
export const TRIM = script(
  LIBRARY,
  `
mend()
local gone = trim(tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]))
if total('entries') == 0 then redis.call('UNLINK', totals) end
return { nonce, flat(gone) }
`,
);

/**
 * Of the answers from one place to another in the order of use, takes out those whose time is over and those that a drop left.
 *
 * KEYS index uses totals, ARGV nonce prefix first last; gives how many it looked at, what had expired, what was dropped.
 */
export const SWEEP = script(
  LIBRARY,
  `
mend()
local expired, dropped = newTally(), newTally()
local ids = redis.call('ZRANGE', uses, ARGV[3], ARGV[4])
for _, id in ipairs(ids) do
  local stamp, facts = redis.call('HGET', prefix .. 'entry:' .. id, 'stamp'), factsOf(id)
  if not stamp or not facts then
    add(expired, remove(id))
  elseif stamp ~= stampOf(facts.tags) then
    add(dropped, remove(id))
  end
end
return { nonce, #ids, flat(expired), flat(dropped) }
`,
);

/** KEYS totals, ARGV nonce; gives fields and values. */
export const HOLDINGS = script(`
return { ARGV[1], redis.call('HGETALL', KEYS[1]) }
`);
