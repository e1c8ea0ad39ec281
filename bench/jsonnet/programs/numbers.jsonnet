// Floating-point arithmetic: the Mandelbrot set as text.
local width = 60, height = 30, limit = 400;
local steps(cx, cy, x, y, n) =
  if n == limit || x * x + y * y > 4 then n else steps(cx, cy, x * x - y * y + cx, 2 * x * y + cy, n + 1) tailstrict;
std.join('\n', [
  std.join('', [
    if steps(-2 + 3 * i / width, -1 + 2 * j / height, 0, 0, 0) == limit then '#' else '.'
    for i in std.range(0, width - 1)
  ])
  for j in std.range(0, height - 1)
])
