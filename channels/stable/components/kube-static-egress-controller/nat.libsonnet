local weir = import 'weir.libsonnet';

// Networks for NAT gateways: one of 16 addresses for each of `count` zones, from the start of the second quarter of the
// VPC. A VPC of less than 256 addresses has no quarter to spare.
function(vpc, count)
  local prefix = weir.cidr.prefix(vpc);
  assert prefix <= 24 : 'the VPC ' + vpc + ' is too small to cut subnets for NAT gateways from it';
  local quarter = weir.cidr.subnet(vpc, prefix + 2, 1);
  [weir.cidr.subnet(quarter, 28, index) for index in std.range(0, count - 1)]
