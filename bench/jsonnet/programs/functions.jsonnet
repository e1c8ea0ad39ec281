// Closures and functions that make functions: a queue of steps, composed and applied.
local compose(f, g) = function(x) f(g(x));
local add(n) = function(x) x + n;
local twice(f) = function(x) f(f(x));
local chain = std.foldl(function(f, i) compose(f, if i % 2 == 0 then add(i) else twice(add(1))), std.range(1, 40), function(x) x);
std.foldl(function(a, i) (a + chain(i)) % 1000003, std.range(1, 3000), 0)
