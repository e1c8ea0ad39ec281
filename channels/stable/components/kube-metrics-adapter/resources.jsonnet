local iam = import '../../lib/iam.libsonnet';

// Lengths of the account's queues, in the regions that it watches.
function(cluster, config) {
  Resources: {
    KubeMetricsAdapterIAMRole: iam.role(cluster, 'kube-metrics-adapter', 'kube-system', 'kube-metrics-adapter', [{
      Sid: 'ReadQueues',
      Effect: 'Allow',
      Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags', 'sqs:ListQueues'],
      Resource: [
        'arn:aws:sqs:' + region + ':' + cluster.account_id + ':*'
        for region in std.set([cluster.region] + config.aws_regions)
      ],
    }]),
  },
}
