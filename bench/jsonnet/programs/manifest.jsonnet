// Values as text in several formats.
local value(i) = {
  name: 'item-%d' % i,
  tags: ['a', 'b', 'c-%d' % i],
  nested: { on: i % 2 == 0, ratio: i / 4, text: 'line one\nline "two" %d\n' % i, empty: {}, list: [] },
};
local list = [value(i) for i in std.range(1, 400)];
[
  std.length(std.manifestJson(list)),
  std.length(std.manifestJsonMinified(list)),
  std.length(std.manifestYamlDoc(list, true, false)),
  std.length(std.manifestYamlStream(list)),
  std.length(std.manifestPython(list)),
  std.length(std.manifestTomlEx({ items: list }, '  ')),
  std.md5(std.toString(list)),
]
