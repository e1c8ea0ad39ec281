// Work on single characters: a cipher and a count of letters.
local text = std.join('', std.makeArray(1500, function(i) 'The quick brown fox %d ' % i));
local shift(c) =
  local p = std.codepoint(c);
  if p >= 97 && p <= 122 then std.char(97 + (p - 97 + 13) % 26) else c;
local shifted = std.join('', [shift(c) for c in std.stringChars(text)]);
{
  digest: std.sha256(shifted),
  letters: std.foldl(
    function(counts, c) counts { [c]: (if std.objectHas(counts, c) then counts[c] else 0) + 1 },
    std.stringChars(std.substr(text, 0, 1500)),
    {}
  ),
}
