local kube = import '../../lib/kube.libsonnet';

function(config)
  local labels = kube.selector('priority-classes');
  local defaults = [name for name in std.objectFields(config.classes) if config.classes[name].default];

  assert std.length(defaults) <= 1 : 'more than one priority class is the default: ' + std.join(', ', defaults);
  {
    [name]:
      local class = config.classes[name];
      kube.object('scheduling.k8s.io/v1', 'PriorityClass', name, labels=labels) {
        value: class.value,
        preemptionPolicy: if class.preempting then 'PreemptLowerPriority' else 'Never',
        globalDefault: class.default,
        [if class.description != '' then 'description']: class.description,
      }
    for name in std.objectFields(config.classes)
  }
