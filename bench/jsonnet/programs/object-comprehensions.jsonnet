// Objects made by comprehensions, joined and looked up by computed names.
local make(k) = { ['key-%d' % i]: { value: i * k, name: 'n' + i } for i in std.range(1, 400) };
local joined = std.foldl(function(all, k) all + make(k), std.range(1, 20), {});
std.foldl(function(sum, name) sum + joined[name].value, std.objectFields(joined), 0)
