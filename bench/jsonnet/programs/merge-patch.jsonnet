// JSON merge patches, pruning and comparison of deep objects.
local deep(n, leaf) = if n == 0 then { leaf: leaf } else { a: deep(n - 1, leaf), b: deep(n - 1, leaf + 1), n: n };
local base = deep(7, 1);
local patch(i) = { a: { b: { a: { leaf: i, n: null } } }, b: { a: null }, extra: { i: i } };
local patched = [std.mergePatch(base, patch(i)) for i in std.range(1, 60)];
[
  std.length(std.prune([p { empty: {}, none: null } for p in patched])),
  std.length([1 for p in patched if p == patched[0]]),
  std.md5(std.manifestJsonMinified(patched)),
]
