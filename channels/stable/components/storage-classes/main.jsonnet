local kube = import '../../lib/kube.libsonnet';

// No list of zones: a volume is made where its pod is scheduled, in whatever zones the cluster has.
function(config)
  local labels = kube.selector('storage-classes');
  local defaults = [name for name in std.objectFields(config.classes) if config.classes[name].default];
  local problem(name, class) =
    if class.throughput != null && class.type != 'gp3' then name + ': only gp3 has a throughput to set'
    else if class.iops != null && class.type != 'gp3' && class.type != 'io2' then name + ': it has no iops to set'
    else if class.iops == null && class.type == 'io2' then name + ': io2 needs iops'
    else null;
  local problems = [
    problem(name, config.classes[name])
    for name in std.objectFields(config.classes)
    if problem(name, config.classes[name]) != null
  ];

  assert std.length(defaults) <= 1 : 'more than one storage class is the default: ' + std.join(', ', defaults);
  assert problems == [] : 'storage class ' + problems[0];
  {
    [name]:
      local class = config.classes[name];
      kube.object('storage.k8s.io/v1', 'StorageClass', name, labels=labels, annotations=(
        if class.default then { 'storageclass.kubernetes.io/is-default-class': 'true' } else {}
      )) {
        provisioner: 'ebs.csi.aws.com',
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
        reclaimPolicy: class.reclaim,
        parameters: {
          type: class.type,
          encrypted: 'true',
          'csi.storage.k8s.io/fstype': class.filesystem,
          [if class.iops != null then 'iops']: std.toString(class.iops),
          [if class.throughput != null then 'throughput']: std.toString(class.throughput),
          [if class.key != null then 'kmsKeyId']: class.key,
        },
      }
    for name in std.objectFields(config.classes)
  }
