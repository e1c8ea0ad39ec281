// The second sink of the audit trail. Bucket names are global, hence account and region.
{
  bucket(cluster, config)::
    if config.audit_bucket != null then config.audit_bucket
    else std.join('-', [cluster.local_id, 'audit', cluster.account_id, cluster.region]),
}
