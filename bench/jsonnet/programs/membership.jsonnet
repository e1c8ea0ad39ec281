// Looking things up in arrays and objects.
local names = ['name-%d' % i for i in std.range(1, 700)];
local index = { [n]: true for n in names };
[
  std.length([1 for n in names if std.member(names, n + 'x')]),
  std.length([1 for n in names if std.count(names, n) == 1]),
  std.length([1 for n in names if std.objectHas(index, n) && n in index]),
  std.length([1 for n in names if std.setMember(n, std.set(names[:40]))]),
  std.find('name-699', names),
]
