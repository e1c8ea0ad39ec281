// What the etcd stack, the API server and the backup must agree on.
{
  clientPort:: 2379,
  peerPort:: 2380,
  // Plain HTTP, metrics and health alone.
  metricsPort:: 2381,

  // Names and zones of the members. A member keeps its name, its zone and its volume for life; the zones are taken in
  // turn, in the order of their names.
  members(cluster, count)::
    local zones = std.sort(std.objectFields(cluster.facts.subnets));
    assert zones != [] : 'etcd needs at least one subnet in facts.subnets';
    [
      {
        name: 'etcd-' + i,
        host: 'etcd-' + i + '.' + cluster.local_id + '.' + cluster.facts.hosted_zone.name,
        zone: zones[i % std.length(zones)],
      }
      for i in std.range(0, count - 1)
    ],

  // What clients are given. `count` is `shared.etcd_members`.
  endpoints(cluster, count):: [
    'https://' + member.host + ':' + $.clientPort
    for member in $.members(cluster, count)
  ],

  // Bucket names are global, hence account and region.
  backupBucket(cluster)::
    local name = cluster.local_id + '-etcd-backup-' + cluster.account_id + '-' + cluster.region;
    if std.length(name) <= 63 then name
    else error 'the bucket for backups of etcd would be called ' + name + ', and names of buckets have at most 63 characters: give the cluster a shorter local_id',
  backupBucketArn(cluster):: 'arn:aws:s3:::' + $.backupBucket(cluster),

  // The client's certificate as control-plane nodes have it on disk: for the API server, and for the backup.
  clientFiles:: {
    directory: '/etc/kubernetes/pki/etcd',
    ca: self.directory + '/ca.crt',
    certificate: self.directory + '/client.crt',
    key: self.directory + '/client.key',
  },
}
