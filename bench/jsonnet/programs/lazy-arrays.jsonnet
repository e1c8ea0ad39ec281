// Lazy arrays that refer to their own elements: tables filled on demand.
local n = 24;
local fill(first) =
  local table = [
    [if i == 0 || j == 0 then first else (table[i - 1][j] + table[i][j - 1]) % 1000003 for j in std.range(0, n)]
    for i in std.range(0, n)
  ];
  table[n][n];
[fill(first) for first in std.range(1, 300)]
