local iam = import '../../lib/iam.libsonnet';
local nodes = import '../../lib/nodes.libsonnet';

// Changes sizes of this cluster's groups alone, by their tag. What describes knows no resource.
function(cluster) {
  Resources: {
    ClusterAutoscalerIAMRole: iam.role(cluster, 'cluster-autoscaler', 'kube-system', 'cluster-autoscaler', [
      {
        Sid: 'Look',
        Effect: 'Allow',
        Action: [
          'autoscaling:DescribeAutoScalingGroups',
          'autoscaling:DescribeAutoScalingInstances',
          'autoscaling:DescribeScalingActivities',
          'autoscaling:DescribeTags',
          'ec2:DescribeImages',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeLaunchTemplateVersions',
          'ec2:GetInstanceTypesFromInstanceRequirements',
        ],
        Resource: '*',
      },
      {
        Sid: 'ResizeOwnGroups',
        Effect: 'Allow',
        Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
        Resource: 'arn:aws:autoscaling:' + cluster.region + ':' + cluster.account_id +
                  ':autoScalingGroup:*:autoScalingGroupName/*',
        Condition: {
          StringEquals: {
            ['aws:ResourceTag/' + tag]: nodes.autoscalerTags(cluster)[tag]
            for tag in std.objectFields(nodes.autoscalerTags(cluster))
          },
        },
      },
    ]),
  },
}
