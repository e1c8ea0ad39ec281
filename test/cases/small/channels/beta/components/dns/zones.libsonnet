// The Corefile's blocks for further zones.
function(zones) std.join('', [
  '%s:53 {\n    forward . %s\n}\n' % [zone, zones[zone].upstream]
  for zone in std.objectFields(zones)
])
