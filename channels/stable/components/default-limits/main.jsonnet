local kube = import '../../lib/kube.libsonnet';
local weir = import 'weir.libsonnet';

// CPU gets no limit: a container that may use what is idle harms nobody.
function(config)
  local labels = kube.selector('default-limits');
  {
    [namespace]:
      local limits = config.namespaces[namespace];
      assert weir.quantity.compare(limits.memory, limits.memory_limit) <= 0 :
             'default-limits of ' + namespace + ': memory is more than memory_limit';
      kube.object('v1', 'LimitRange', 'default-limits', namespace, labels) {
        spec: {
          limits: [{
            type: 'Container',
            defaultRequest: {
              cpu: limits.cpu,
              memory: limits.memory,
              'ephemeral-storage': limits.ephemeral_storage,
            },
            default: { memory: limits.memory_limit, 'ephemeral-storage': limits.max_ephemeral_storage },
            max: { 'ephemeral-storage': limits.max_ephemeral_storage },
          }],
        },
      }
    for namespace in std.objectFields(config.namespaces)
  }
