local cloudformation = import '../../lib/cloudformation.libsonnet';
local etcd = import '../../lib/etcd.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// Putting snapshots, and no more: whoever takes over the job can neither read nor delete any.
function(cluster) {
  Resources: {
    ETCDBackupIAMRole: iam.role(cluster, 'etcd-backup', 'kube-system', 'etcd-backup', [
      {
        Effect: 'Allow',
        Action: ['s3:AbortMultipartUpload', 's3:PutObject'],
        Resource: etcd.backupBucketArn(cluster) + '/snapshots/*',
      },
      // Decrypting is for the parts of one upload, which S3 puts together.
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: cloudformation.imported(cluster, 'etcd-backup-key'),
        Condition: { StringEquals: { 'kms:ViaService': 's3.' + cluster.region + '.amazonaws.com' } },
      },
    ]),
  },
}
