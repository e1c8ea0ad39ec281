// Text as values.
local document(i) = { id: i, name: 'n-%d' % i, list: std.range(1, 10), flag: i % 3 == 0, nested: { a: { b: 'c' } } };
local list = [document(i) for i in std.range(1, 1500)];
local json = std.manifestJson(list);
local yaml = std.manifestYamlDoc(list);
[
  std.length(std.parseJson(json)),
  std.parseYaml(yaml) == std.parseJson(json),
  std.foldl(function(n, d) n + std.parseInt('%d' % d.id), list, 0),
]
