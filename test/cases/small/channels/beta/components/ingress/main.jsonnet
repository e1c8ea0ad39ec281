local kube = import '../../lib/kube.libsonnet';

function(cluster, config) {
  [if cluster.enabled.dns then 'class']:
    kube.object('networking.k8s.io/v1', 'IngressClass', config.class) {
      spec: { controller: 'example.org/' + cluster.facts.ingress_controller },
    },
  pools: kube.configMap('pools', 'kube-system', {
    [name]: std.join(',', cluster.node_pools[name].instance_types) + ' ' + cluster.node_pools[name].architecture
    for name in std.objectFields(cluster.node_pools)
  }),
}
