local etcd = import '../../lib/etcd.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local kube = import '../../lib/kube.libsonnet';

// One cron job for each member, each at its own minutes: a snapshot comes from one member, and a member that is down must
// not take the others' turns along. A run takes the snapshot, checks it, and only then puts it into the bucket.
function(cluster, shared, config, images)
  local name = 'etcd-backup';
  local namespace = 'kube-system';
  local members = etcd.members(cluster, shared.etcd_members);
  local file = '/snapshot/etcd.db';

  // weir-ignore run-as-root: The client's key and the snapshot are root's to read; it has no capability.
  local security = kube.restricted { runAsUser: 0 };
  local snapshot = { name: 'snapshot', mountPath: '/snapshot' };

  local pod(member) = {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    priorityClassName: 'system-cluster-critical',
    nodeSelector: kube.controlPlaneSelector,
    tolerations: [kube.controlPlaneToleration],
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    initContainers: [
      {
        name: 'snapshot',
        image: images.etcd,
        command: [
          'etcdctl',
          '--endpoints=https://' + member.host + ':' + etcd.clientPort,
          '--cacert=' + etcd.clientFiles.ca,
          '--cert=' + etcd.clientFiles.certificate,
          '--key=' + etcd.clientFiles.key,
          'snapshot',
          'save',
          file,
        ],
        resources: kube.resources('50m', config.memory),
        securityContext: security,
        volumeMounts: [snapshot, { name: 'client', mountPath: etcd.clientFiles.directory, readOnly: true }],
      },
      {
        name: 'check',
        image: images.etcd,
        command: ['etcdutl', 'snapshot', 'status', file],
        resources: kube.resources('50m', config.memory),
        securityContext: security,
        volumeMounts: [snapshot],
      },
    ],
    containers: [{
      name: 'upload',
      image: images['aws-cli'],
      command: ['/bin/sh', '-c'],
      args: [
        // $(NAME) is filled in by Kubernetes, $(date) by the shell.
        'exec aws s3 cp --only-show-errors --storage-class $(STORAGE_CLASS) ' + file +
        ' "s3://$(BUCKET)/snapshots/$(date -u +%Y/%m/%d/%H%M%S)-$(MEMBER).db"',
      ],
      env: kube.env(iam.env(cluster, name) {
        BUCKET: etcd.backupBucket(cluster),
        HOME: '/tmp',
        MEMBER: member.name,
        STORAGE_CLASS: config.storage_class,
      }),
      resources: kube.resources('50m', config.memory),
      securityContext: security,
      volumeMounts: [snapshot { readOnly: true }, { name: 'tmp', mountPath: '/tmp' }, iam.mount],
    }],
    volumes: [
      { name: 'snapshot', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      // The API server's own client certificate.
      { name: 'client', hostPath: { path: etcd.clientFiles.directory, type: 'Directory' } },
      iam.volume,
    ],
  };
  {
    account: kube.serviceAccount(name, namespace, kube.selector(name), iam.annotations(cluster, name)),
  } + {
    ['cronJob-' + members[turn].name]: kube.cronJob(
      name + '-' + members[turn].name,
      namespace,
      kube.selector(name, members[turn].name),
      '%d-59/%d * * * *' % [turn * config.interval, std.length(members) * config.interval],
      pod(members[turn]),
      600,
    )
    for turn in std.range(0, std.length(members) - 1)
  }
