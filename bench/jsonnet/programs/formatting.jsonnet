// The % operator with every kind of directive.
std.md5(std.join('\n', [
  ('%05d %-8s|%8.3f|%x|%s|%e|%g' % [i, 'n%d' % i, i / 7, i, [i, i], i * 1.5, i / 3])
  + ('%(name)s=%(value)04d' % { name: 'k', value: i })
  for i in std.range(1, 900)
]))
