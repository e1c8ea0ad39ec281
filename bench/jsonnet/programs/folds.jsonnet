// The array functions of the library with function arguments.
local numbers = std.range(1, 60000);
local even = std.filter(function(x) x % 2 == 0, numbers);
local squares = std.map(function(x) x * x, even);
local indexed = std.mapWithIndex(function(i, x) i + x, squares);
[
  std.foldl(function(a, b) (a + b) % 1000003, indexed, 0),
  std.foldr(function(a, b) (a + b * 3) % 1000003, indexed, 0),
  std.length(std.flatMap(function(x) [x, x + 1], even)),
  std.sum(std.filterMap(function(x) x % 3 == 0, function(x) x / 3, numbers)),
]
