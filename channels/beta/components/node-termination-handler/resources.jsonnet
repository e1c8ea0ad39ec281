local iam = import '../../lib/iam.libsonnet';
local interruption = import '../../lib/interruption.libsonnet';

local component = 'node-termination-handler';
local prefix = 'NodeTermination';

// Asking the node's metadata needs no AWS access at all.
function(cluster, config) {
  Resources: if config.mode != 'queue' then {} else
    interruption.resources(
      cluster, component, prefix, ['GroupTermination', 'InstanceState', 'Rebalance', 'ScheduledChange', 'SpotInterruption']
    ) + {
      NodeTerminationHandlerIAMRole: iam.role(cluster, component, 'kube-system', component, [
        interruption.read(prefix),
        {
          Sid: 'LetGroupsGoOn',
          Effect: 'Allow',
          Action: 'autoscaling:CompleteLifecycleAction',
          Resource: 'arn:aws:autoscaling:%s:%s:autoScalingGroup:*' % [cluster.region, cluster.account_id],
          Condition: { StringEquals: { ['aws:ResourceTag/kubernetes.io/cluster/' + cluster.id]: 'owned' } },
        },
        // Describing knows no resource.
        {
          Sid: 'Describe',
          Effect: 'Allow',
          Action: [
            'autoscaling:DescribeAutoScalingInstances',
            'autoscaling:DescribeTags',
            'ec2:DescribeInstances',
          ],
          Resource: '*',
        },
      ]),
    },
}
