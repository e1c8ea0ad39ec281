// Who may talk to whom, by the ports of the programs on the nodes. Pods reach each other inside flannel's tunnel, so
// what is listed here listens on a node's own address.
local cloudformation = import '../../lib/cloudformation.libsonnet';
local etcd = import '../../lib/etcd.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

local groups = {
  master: { Ref: 'MasterSecurityGroup' },
  worker: { Ref: 'WorkerSecurityGroup' },
  loadBalancer: { Ref: 'MasterLoadBalancerSecurityGroup' },
  internalLoadBalancer: { Ref: 'MasterInternalLoadBalancerSecurityGroup' },
  ingress: { Ref: 'IngressLoadBalancerSecurityGroup' },
};
local anywhere = '0.0.0.0/0';

// One rule. `from` is the name of a group or a CIDR block; `to` is the name of a group or its id.
local rule(name, from, to, protocol, ports, what) = {
  [name]: cloudformation.ingress(
    if std.isString(to) then groups[to] else to,
    if std.objectHas(groups, from) then { SourceSecurityGroupId: groups[from] } else { CidrIp: from },
    protocol,
    ports,
    what,
  ),
};
local join(parts) = std.foldl(function(all, part) all + part, parts, {});

// The same for every pair of node groups.
local between(name, froms, tos, protocol, ports, what) = join([
  rule(
    cloudformation.logicalId([name, from, 'to', to]), from, to, protocol, ports, what + ': ' + from + ' to ' + to
  )
  for from in froms
  for to in tos
]);
local all = ['master', 'worker'];

function(cluster, shared, config)
  local on(unit) = std.get(cluster.enabled, unit, false);
  local api = [nodes.apiServerPort, nodes.apiServerPort];
  local routerPorts = [
    std.min(shared.ingress.http_port, shared.ingress.https_port),
    std.max(shared.ingress.http_port, shared.ingress.https_port),
  ];
  join([
    // The API servers: from their load balancers, and from all nodes, to which the service `kubernetes` leads directly.
    rule('ApiFromLoadBalancer', 'loadBalancer', 'master', 'tcp', api, 'API from the public load balancer'),
    rule('ApiFromInternalLoadBalancer', 'internalLoadBalancer', 'master', 'tcp', api, 'API from the internal load balancer'),
    between('Api', all, ['master'], 'tcp', api, 'API'),
    between('InternalApi', all, ['internalLoadBalancer'], 'tcp', [443, 443], 'API by its internal name'),

    // Logs, exec and metrics of pods: from API servers, and from metrics-server and Prometheus wherever they run.
    between('Kubelet', all, all, 'tcp', [10250, 10250], 'kubelet'),
    between('Flannel', all, all, 'udp', [8472, 8472], 'flannel'),
    // The service address of DNS leads to any node's cache.
    between('Dns', all, all, 'tcp', [53, 53], 'DNS'),
    between('DnsDatagram', all, all, 'udp', [53, 53], 'DNS'),

    rule('EtcdFromMaster', 'master', cloudformation.imported(cluster, 'etcd-security-group'), 'tcp', [etcd.clientPort, etcd.clientPort], 'etcd clients: API servers and backup'),
    rule('EtcdMetricsFromWorker', 'worker', cloudformation.imported(cluster, 'etcd-security-group'), 'tcp', [etcd.metricsPort, etcd.metricsPort], 'metrics of etcd, for Prometheus'),

    // What Prometheus asks on every node; it runs on workers.
    if on('coredns') then between('DnsMetrics', ['worker'], all, 'tcp', [9153, 9153], 'metrics of CoreDNS') else {},
    if on('coredns') then between('DnsCacheMetrics', ['worker'], all, 'tcp', [9054, 9054], 'metrics of the DNS cache') else {},
    if on('node-exporter') then between('NodeMetrics', ['worker'], all, 'tcp', [9100, 9101], 'node exporter and cAdvisor') else {},
    if on('skipper') then between('RouterMetrics', ['worker'], ['worker'], 'tcp', [9911, 9911], 'metrics of the HTTP router') else {},

    // Traffic from outside. A network load balancer passes the client's own address, so there the nodes admit everyone.
    if shared.ingress.load_balancer == 'network'
    then rule('RouterFromAnywhere', anywhere, 'worker', 'tcp', routerPorts, 'HTTP router, behind network load balancers')
    else rule('RouterFromLoadBalancer', 'ingress', 'worker', 'tcp', routerPorts, 'HTTP router, behind application load balancers'),
  ] + [
    rule(cloudformation.logicalId(['Open', name]), port.cidr, 'worker', port.protocol, [port.from_port, port.to_port], name)
    for name in std.objectFields(config.open_ports)
    for port in [config.open_ports[name]]
  ] + [
    between('Ssh' + index, [config.ssh_access[index]], all, 'tcp', [22, 22], 'SSH')
    for index in std.range(0, std.length(config.ssh_access) - 1)
  ])
