// A small fleet: shared helpers, per-cluster configuration, rendered manifests with hashes of their config.
local k = {
  labels(name):: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'bench' },
  configMap(name, data):: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name, labels: k.labels(name) }, data: data },
  service(name, ports):: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: name, labels: k.labels(name) },
    spec: { selector: k.labels(name), ports: [{ name: p, port: ports[p] } for p in std.objectFields(ports)] },
  },
  deployment(name, config, hash):: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: name, labels: k.labels(name) },
    spec: {
      replicas: config.replicas,
      selector: { matchLabels: k.labels(name) },
      template: {
        metadata: { labels: k.labels(name), annotations: { 'config/hash': hash } },
        spec: {
          containers: [{
            name: name,
            image: '%s/%s:%s' % [config.registry, name, config.version],
            args: ['--%s=%s' % [a, config.flags[a]] for a in std.objectFields(config.flags)],
            env: [{ name: std.asciiUpper(e), value: std.toString(config.env[e]) } for e in std.objectFields(config.env)],
          }],
        },
      },
    },
  },
};
local defaults = { replicas: 2, registry: 'registry.example', version: 'v1.2.3', flags: { v: 2, 'log-format': 'json' }, env: { region: 'eu', zone: 'a' } };
local cluster(i) = { id: i, overlay: { replicas: 1 + i % 3, flags: { cluster: 'c-%d' % i }, env: { zone: if i % 2 == 0 then 'a' else 'b' } } };
{
  ['c-%d' % c.id]: {
    [name]: {
      local config = std.mergePatch(defaults, c.overlay),
      local map = k.configMap(name, { 'config.yaml': std.manifestYamlDoc(config), 'config.json': std.manifestJsonMinified(config) }),
      configmap: map,
      service: k.service(name, { http: 80, metrics: 9090 }),
      deployment: k.deployment(name, config, std.md5(std.toString(map.data))),
    }
    for name in ['app-%d' % n for n in std.range(1, 12)]
  }
  for c in [cluster(i) for i in std.range(1, 25)]
}
