local kube = import '../../lib/kube.libsonnet';

// A standard stands at the cluster's minor, so that an upgrade does not refuse what it admitted before.
function(cluster, config)
  local standard = 'pod-security.kubernetes.io/';
  {
    [name]:
      local namespace = config.namespaces[name];
      // Whoever may run anything is not warned of it.
      local warn = if namespace.enforce == 'privileged' then 'privileged' else namespace.warn;
      kube.object('v1', 'Namespace', name, labels=kube.selector('namespaces') {
        [standard + 'enforce']: namespace.enforce,
        [standard + 'enforce-version']: 'v' + cluster.kubernetes,
        [standard + 'warn']: warn,
        [standard + 'warn-version']: 'v' + cluster.kubernetes,
      })
    for name in std.objectFields(config.namespaces)
  }
