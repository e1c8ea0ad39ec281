local iam = import '../../lib/iam.libsonnet';

// Putting archived logs, and nothing else.
function(cluster, config) {
  Resources: if config.archive_bucket == null then {} else {
    LoggingAgentIAMRole: iam.role(cluster, 'logging-agent', 'visibility', 'logging-agent', [
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::' + config.archive_bucket + '/' + cluster.name + '/*',
      },
    ] + (
      if config.archive_key == null then [] else [{
        Effect: 'Allow',
        Action: 'kms:GenerateDataKey',
        Resource: config.archive_key,
      }]
    )),
  },
}
