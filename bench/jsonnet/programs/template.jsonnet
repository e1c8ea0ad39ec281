// A long text template filled many times.
local template = |||
  apiVersion: v1
  kind: %(kind)s
  metadata:
    name: %(name)s
    namespace: %(namespace)s
  data:
    index: "%(index)d"
    ratio: "%(ratio).2f"
|||;
std.length(std.join('---\n', [
  template % { kind: 'ConfigMap', name: 'c-%d' % i, namespace: 'ns', index: i, ratio: i / 9 }
  for i in std.range(1, 900)
]))
