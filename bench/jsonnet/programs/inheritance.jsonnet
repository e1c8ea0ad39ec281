// Mixins: nested objects patched by +: from several sides, as libraries of manifests do.
local container = { name: 'main', image: 'registry/app:1', resources: { requests: { cpu: '100m' }, limits: {} }, env+: {} };
local deployment = {
  local this = self,
  name:: error 'name',
  config:: { replicas: 1, labels: {} },
  metadata: { name: this.name, labels: { app: this.name } + this.config.labels },
  spec: {
    replicas: this.config.replicas,
    selector: { matchLabels: { app: this.name } },
    template: { metadata: { labels: this.metadata.labels }, spec: { containers: [container { name: this.name }] } },
  },
};
local withReplicas(n) = { config+:: { replicas: n } };
local withLabels(labels) = { config+:: { labels+: labels } };
local withNode(pool) = { spec+: { template+: { spec+: { nodeSelector+: { pool: pool }, tolerations+: [{ key: pool }] } } } };
{
  ['app-%d' % i]:
    deployment { name:: 'app-%d' % i } + withReplicas(i % 5) + withLabels({ index: '%d' % i }) + withNode('workers')
    + withLabels({ tier: if i % 2 == 0 then 'front' else 'back' }) + withNode('spot')
  for i in std.range(1, 1200)
}
