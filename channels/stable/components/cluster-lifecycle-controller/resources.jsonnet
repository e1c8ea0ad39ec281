local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// Ending this cluster's nodes. What describes knows no resource.
function(cluster)
  local owned = { StringEquals: { ['aws:ResourceTag/' + cloudformation.ownerTag(cluster)]: 'owned' } };
  {
    Resources: {
      ClusterLifecycleControllerIAMRole: iam.role(cluster, 'cluster-lifecycle-controller', 'kube-system', 'cluster-lifecycle-controller', [
        {
          Effect: 'Allow',
          Action: [
            'autoscaling:SetDesiredCapacity',
            'autoscaling:TerminateInstanceInAutoScalingGroup',
          ],
          Resource: 'arn:aws:autoscaling:%s:%s:autoScalingGroup:*' % [cluster.region, cluster.account_id],
          Condition: owned,
        },
        {
          Effect: 'Allow',
          Action: 'ec2:TerminateInstances',
          Resource: 'arn:aws:ec2:%s:%s:instance/*' % [cluster.region, cluster.account_id],
          Condition: owned,
        },
        {
          Effect: 'Allow',
          Action: [
            'autoscaling:DescribeAutoScalingGroups',
            'autoscaling:DescribeAutoScalingInstances',
            'ec2:DescribeInstances',
            'ec2:DescribeInstanceStatus',
          ],
          Resource: '*',
        },
      ]),
    },
  }
