// Order and equality of long arrays and strings.
local a = std.range(1, 150000), b = a + [1];
local s = std.repeat('abc', 60000);
[a < b, b > a, a == std.range(1, 150000), a != b, s < s + 'x', [a, b] < [a, b + [2]]]
+ [std.foldl(function(n, x) n + (if [x, 1] < [x, 2] then 1 else 0), a, 0)]
