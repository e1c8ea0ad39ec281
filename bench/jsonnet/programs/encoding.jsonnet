// Base64, escapes and digests.
local text = std.join('', std.makeArray(4000, function(i) 'line %d with "quotes" & <tags>\n' % i));
local encoded = std.base64(text);
[
  std.length(encoded),
  std.md5(std.base64Decode(encoded)),
  std.length(std.base64DecodeBytes(encoded)),
  std.length(std.escapeStringJson(text)),
  std.length(std.escapeStringXML(text)),
  std.length(std.escapeStringBash(text)),
  [std.sha512(std.substr(text, i * 40, 40)) for i in std.range(1, 400)][399],
]
