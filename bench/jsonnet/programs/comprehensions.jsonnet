// Nested comprehensions with conditions: Pythagorean triples.
local n = 110;
[
  [a, b, c]
  for a in std.range(1, n)
  for b in std.range(a, n)
  for c in [std.floor(std.sqrt(a * a + b * b))]
  if c <= n && a * a + b * b == c * c
]
+ [x * y for x in std.range(1, 300) for y in std.range(1, 300) if (x + y) % 97 == 0]
