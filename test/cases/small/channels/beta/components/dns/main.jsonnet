local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';
local zones = import 'zones.libsonnet';

function(cluster, shared, config, images)
  local corefile = |||
    .:53 {
        kubernetes %(domain)s
        cache %(cache)d
        log %(level)s
    }
  ||| % { domain: shared.cluster_domain, cache: config.cache_seconds, level: shared.log_level } + zones(config.zones);
  {
    config: kube.configMap('coredns', 'kube-system', { Corefile: corefile }),
    deployment: kube.object('apps/v1', 'Deployment', 'coredns', 'kube-system') {
      spec: {
        replicas: if cluster.environment == 'production' then 2 else 1,
        selector: { matchLabels: { app: 'coredns' } },
        template: {
          metadata: { labels: { app: 'coredns' }, annotations: { 'config-hash': weir.hash(corefile) } },
          spec: {
            containers: [{
              name: 'coredns',
              image: images.coredns,
              resources: {
                requests: { memory: config.memory },
                limits: { memory: weir.quantity.scale(config.memory, 1.5) },
              },
            }],
          },
        },
      },
    },
    role: kube.object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:coredns') {
      rules: [{ apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] }],
    },
    nothing: null,
  }
