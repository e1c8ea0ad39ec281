// Cutting, searching and joining text.
local word(i) = 'word-%d-%s' % [i, std.substr('abcdefghijklmnopqrstuvwxyz', i % 20, 5)];
local text = std.join(' ', [word(i) for i in std.range(1, 3000)]);
local words = std.split(text, ' ');
[
  std.length(std.strReplace(text, 'word', 'term')),
  std.length([w for w in words if std.startsWith(w, 'word-1') && std.endsWith(w, 'e')]),
  std.md5(std.asciiUpper(text)),
  std.length(std.findSubstr('abc', text)),
  std.foldl(function(n, w) n + std.length(std.stripChars(w, 'word-')), words, 0),
  std.length(std.lines(words)),
]
