// Sorting numbers, strings and objects by key, and sets.
local random(seed) = (seed * 1103515245 + 12345) % 2147483648;
local numbers = std.foldl(function(list, _) list + [random(list[std.length(list) - 1])], std.range(1, 1500), [42]);
local many = std.flatMap(function(x) [x, x % 977, (x * 7) % 10007, (x * 13) % 5003], numbers);
local texts = std.map(function(x) 'k%010d' % x, many);
[
  std.length(std.set(many)),
  std.sort(texts)[0:3],
  std.sort([{ id: x, t: x % 100 } for x in many], function(o) o.t)[0].id,
  std.length(std.setInter(std.set(many), std.set(std.map(function(x) x + 1, many)))),
  std.length(std.setUnion(std.set(texts), std.set(std.map(function(t) t + 'x', texts)))),
]
