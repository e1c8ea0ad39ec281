local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local interruption = import '../../lib/interruption.libsonnet';
local ports = import 'ports.libsonnet';

local component = 'node-termination-handler';
local prefix = 'NodeTermination';

// Asking the node's metadata needs no AWS access at all; but then the pods are on the nodes' own addresses, where
// Prometheus must reach them.
function(cluster, config) {
  Resources: if config.mode != 'queue' then {
    NodeTerminationMetricsIngress: cloudformation.ingress(
      { Ref: 'WorkerSecurityGroup' },
      { SourceSecurityGroupId: { Ref: 'WorkerSecurityGroup' } },
      'tcp',
      [ports.metrics, ports.metrics],
      'metrics of the node termination handler',
    ),
  } else
    interruption.resources(
      cluster,
      component,
      prefix,
      ['GroupTermination', 'InstanceState', 'ScheduledChange', 'SpotInterruption']
      + (if config.rebalance == 'drain' then ['Rebalance'] else [])
    ) + {
      NodeTerminationHandlerIAMRole: iam.role(cluster, component, 'kube-system', component, [
        interruption.read(prefix),
        {
          Sid: 'LetGroupsGoOn',
          Effect: 'Allow',
          Action: 'autoscaling:CompleteLifecycleAction',
          Resource: 'arn:aws:autoscaling:%s:%s:autoScalingGroup:*' % [cluster.region, cluster.account_id],
          Condition: { StringEquals: { ['aws:ResourceTag/' + cloudformation.ownerTag(cluster)]: 'owned' } },
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
