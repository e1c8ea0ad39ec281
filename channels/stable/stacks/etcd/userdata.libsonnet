// User data of one member: find the volume and mount it, take the name, run etcd as a static pod.
local etcd = import '../../lib/etcd.libsonnet';
local kubelet = import '../../lib/kubelet.libsonnet';
local userdata = import '../../lib/userdata.libsonnet';
local weir = import 'weir.libsonnet';

// The user that etcd runs as, the owner of its data and its keys.
local uid = 2379;
local pki = '/etc/etcd/pki';
local mountPoint = '/var/lib/etcd';

local milliseconds(duration) = std.toString(std.round(weir.duration.seconds(duration) * 1000));

local pod(cluster, config, images, member, members) = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'etcd', namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'etcd' } },
  spec: {
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: uid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [{
      name: 'etcd',
      image: images.etcd,
      command: [
        'etcd',
        '--name=' + member.name,
        '--data-dir=' + mountPoint + '/data',
        '--initial-cluster=' + std.join(',', [
          other.name + '=https://' + other.host + ':' + etcd.peerPort
          for other in members
        ]),
        '--initial-cluster-state=' + config.cluster_state,
        '--initial-cluster-token=' + cluster.id,
        '--initial-advertise-peer-urls=https://' + member.host + ':' + etcd.peerPort,
        '--advertise-client-urls=https://' + member.host + ':' + etcd.clientPort,
        '--listen-peer-urls=https://0.0.0.0:' + etcd.peerPort,
        '--listen-client-urls=https://0.0.0.0:' + etcd.clientPort,
        '--listen-metrics-urls=http://0.0.0.0:' + etcd.metricsPort,
        '--client-cert-auth=true',
        '--trusted-ca-file=' + pki + '/ca.crt',
        '--cert-file=' + pki + '/server.crt',
        '--key-file=' + pki + '/server.key',
        '--peer-client-cert-auth=true',
        '--peer-trusted-ca-file=' + pki + '/ca.crt',
        '--peer-cert-file=' + pki + '/peer.crt',
        '--peer-key-file=' + pki + '/peer.key',
        '--tls-min-version=TLS1.2',
        '--heartbeat-interval=' + milliseconds(config.heartbeat_interval),
        '--election-timeout=' + milliseconds(config.election_timeout),
        '--quota-backend-bytes=' + std.toString(weir.quantity.bytes(config.quota)),
        // API servers see the progress of quiet watches, and a member with a broken file does not start.
        '--watch-progress-notify-interval=5s',
        '--feature-gates=InitialCorruptCheck=true',
      ],
      ports: [
        { name: 'client', containerPort: etcd.clientPort, hostPort: etcd.clientPort },
        { name: 'peer', containerPort: etcd.peerPort, hostPort: etcd.peerPort },
        { name: 'metrics', containerPort: etcd.metricsPort, hostPort: etcd.metricsPort },
      ],
      // A member that catches up from a snapshot of the leader takes minutes.
      startupProbe: {
        httpGet: { path: '/livez', port: etcd.metricsPort, host: '127.0.0.1' },
        periodSeconds: 10,
        failureThreshold: 60,
      },
      livenessProbe: {
        httpGet: { path: '/livez', port: etcd.metricsPort, host: '127.0.0.1' },
        timeoutSeconds: 15,
        failureThreshold: 8,
      },
      readinessProbe: { httpGet: { path: '/readyz', port: etcd.metricsPort, host: '127.0.0.1' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      // The machine is the member's alone: no limit, a request for order.
      resources: { requests: { cpu: '500m', memory: '1Gi' } },
      volumeMounts: [
        { name: 'data', mountPath: mountPoint },
        { name: 'pki', mountPath: pki, readOnly: true },
      ],
    }],
    volumes: [
      { name: 'data', hostPath: { path: mountPoint, type: 'Directory' } },
      { name: 'pki', hostPath: { path: pki, type: 'Directory' } },
    ],
  },
};

// Attaching waits until the member's former machine has let go of the volume.
local volume(cluster, member) = |||
  instance=$(metadata instance-id)
  volume=$(aws ec2 describe-volumes --region '%(region)s' --query 'Volumes[0].VolumeId' --output text \
    --filters 'Name=tag:kubernetes.io/cluster/%(id)s,Values=owned' 'Name=tag:etcd-member,Values=%(member)s')
  for attempt in $(seq 60); do
    aws ec2 attach-volume --region '%(region)s' --device /dev/sdf --instance-id "$instance" --volume-id "$volume" && break
    if ((attempt == 60)); then
      echo "cannot attach $volume" >&2
      exit 1
    fi
    sleep 10
  done
  disk=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume//-/}
  until [[ -b $disk ]]; do sleep 1; done
  # Only a volume without any file system is new.
  blkid "$disk" || mkfs.xfs "$disk"
  mkdir --parents %(mount)s
  echo "$disk %(mount)s xfs noatime,nofail 0 0" >> /etc/fstab
  mount %(mount)s
  xfs_growfs %(mount)s
  groupadd --system --gid %(uid)d etcd
  useradd --system --uid %(uid)d --gid %(uid)d --no-create-home --shell /usr/sbin/nologin etcd
  chown etcd:etcd %(mount)s
  install --directory --owner=etcd --group=etcd --mode=0700 %(mount)s/data

  # The member's name leads to this machine from now on.
  aws route53 change-resource-record-sets --hosted-zone-id '%(zone)s' --change-batch "$(
    jq --null-input --arg address "$(metadata local-ipv4)" '{Changes: [{Action: "UPSERT", ResourceRecordSet: {
      Name: "%(host)s", Type: "A", TTL: 30, ResourceRecords: [{Value: $address}]}}]}'
  )"
||| % {
  region: cluster.region,
  id: cluster.id,
  member: member.name,
  host: member.host,
  zone: cluster.facts.hosted_zone.id,
  mount: mountPoint,
  uid: uid,
};

function(cluster, config, images, member, members, stack, groupId)
  local key(name) = { path: pki + '/' + name, mode: '0440', group: 'etcd' };
  userdata.document(
    userdata.secretFiles(cluster, [userdata.secret(cluster, 'etcd-member-tls', {
      'ca.crt': pki + '/ca.crt',
      'server.crt': pki + '/server.crt',
      'server.key': key('server.key'),
      'peer.crt': pki + '/peer.crt',
      'peer.key': key('peer.key'),
    })]) +
    kubelet.files(cluster, kubelet.standaloneConfig(config), [], images.pause) + [
      userdata.yaml(kubelet.manifests + '/etcd.yaml', pod(cluster, config, images, member, members)),
      kubelet.bootstrap(standalone=true, before=volume(cluster, member)),
      userdata.signalScript(cluster, stack, groupId, 'http://127.0.0.1:' + etcd.metricsPort + '/readyz'),
    ],
    [['/usr/local/sbin/bootstrap-node'], ['/usr/local/sbin/signal-stack']],
  )
