// A Corefile as data: blocks of zones and directives, and its text.
{
  // A directive: one line, or a line with a body of lines.
  lines(directive)::
    if std.isString(directive) then [directive]
    else [directive.head + ' {'] + ['  ' + line for line in directive.body] + ['}'],

  // `zones`: names, without the port, which is the same for all of them.
  block(zones, port, directives)::
    std.join('\n', [
      std.join(' ', [zone + ':' + port for zone in zones]) + ' {',
    ] + [
      '  ' + line
      for line in std.flatMap($.lines, directives)
    ] + ['}']),

  // `blocks`: a list of `{zones, directives}`. A zone may stand in one block only.
  text(blocks, port)::
    local zones = std.flatMap(function(block) block.zones, blocks);
    assert std.length(std.set(zones)) == std.length(zones) : 'a DNS zone is served twice: ' + std.join(', ', zones);
    std.join('\n', [$.block(block.zones, port, block.directives) for block in blocks]) + '\n',
}
