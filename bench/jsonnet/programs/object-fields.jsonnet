// Fields that refer to each other through self, in objects that are extended again and again.
local base = { depth: 0, total: self.depth, label: 'level-%d' % self.depth };
local extend(o, n) = if n == 0 then o else extend(o { depth: super.depth + 1, total: super.total + self.depth }, n - 1);
[{ local o = extend(base, 12), index: i, total: o.total, label: o.label } for i in std.range(1, 1500)]
