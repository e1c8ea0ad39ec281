// Loops written as tail-strict calls.
local count(i, limit, sum) = if i >= limit then sum else count(i + 1, limit, (sum + i * 3) % 1000003) tailstrict;
[count(0, 20000, start) for start in std.range(1, 10)]
