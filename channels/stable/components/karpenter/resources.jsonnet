local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';
local interruption = import '../../lib/interruption.libsonnet';

local component = 'karpenter';
local prefix = 'KarpenterInterruption';

// It may make instances that carry this cluster's tag and a pool's, and end or change those alone. Instance profiles are
// the cluster stack's: it may pass the workers' role, and make none.
function(cluster)
  local here = 'arn:aws:ec2:%s:%s:' % [cluster.region, cluster.account_id];
  local made = [here + kind + '/*' for kind in ['fleet', 'instance', 'launch-template', 'network-interface', 'spot-instances-request', 'volume']];
  local owner = cloudformation.ownerTag(cluster);
  local tagged(context) = {
    StringEquals: { ['aws:' + context + '/' + owner]: 'owned' },
    StringLike: { ['aws:' + context + '/karpenter.sh/nodepool']: '*' },
  };
  {
    Resources: interruption.resources(
      cluster, component, prefix, ['InstanceState', 'Rebalance', 'ScheduledChange', 'SpotInterruption']
    ) + {
      KarpenterIAMRole: iam.role(cluster, component, 'kube-system', component, [
        {
          Sid: 'UseWhatIsThere',
          Effect: 'Allow',
          Action: ['ec2:CreateFleet', 'ec2:RunInstances'],
          Resource: [
            'arn:aws:ec2:' + cluster.region + '::image/*',
            'arn:aws:ec2:' + cluster.region + '::snapshot/*',
          ] + [here + kind + '/*' for kind in ['security-group', 'subnet']],
        },
        {
          Sid: 'UseOwnLaunchTemplates',
          Effect: 'Allow',
          Action: ['ec2:CreateFleet', 'ec2:RunInstances'],
          Resource: here + 'launch-template/*',
          Condition: tagged('ResourceTag'),
        },
        {
          Sid: 'MakeWithTags',
          Effect: 'Allow',
          Action: ['ec2:CreateFleet', 'ec2:CreateLaunchTemplate', 'ec2:RunInstances'],
          Resource: made,
          Condition: tagged('RequestTag'),
        },
        {
          Sid: 'TagWhileMaking',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: made,
          Condition: tagged('RequestTag') {
            StringEquals+: { 'ec2:CreateAction': ['CreateFleet', 'CreateLaunchTemplate', 'RunInstances'] },
          },
        },
        {
          Sid: 'NameOwnInstances',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: here + 'instance/*',
          Condition: tagged('ResourceTag') {
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['Name', 'karpenter.sh/nodeclaim'] },
          },
        },
        {
          Sid: 'EndOwn',
          Effect: 'Allow',
          Action: ['ec2:DeleteLaunchTemplate', 'ec2:TerminateInstances'],
          Resource: [here + 'instance/*', here + 'launch-template/*'],
          Condition: tagged('ResourceTag'),
        },
        // Describing knows no resource.
        {
          Sid: 'Describe',
          Effect: 'Allow',
          Action: [
            'ec2:DescribeAvailabilityZones',
            'ec2:DescribeCapacityReservations',
            'ec2:DescribeImages',
            'ec2:DescribeInstanceStatus',
            'ec2:DescribeInstanceTypeOfferings',
            'ec2:DescribeInstanceTypes',
            'ec2:DescribeInstances',
            'ec2:DescribeLaunchTemplates',
            'ec2:DescribePlacementGroups',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSpotPriceHistory',
            'ec2:DescribeSubnets',
          ],
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestedRegion': cluster.region } },
        },
        // The price list is one for all.
        { Sid: 'Prices', Effect: 'Allow', Action: 'pricing:GetProducts', Resource: '*' },
        {
          Sid: 'PassWorkerRole',
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: iam.roleArn(cluster, 'worker'),
          Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        },
        {
          Sid: 'ReadInstanceProfiles',
          Effect: 'Allow',
          Action: ['iam:GetInstanceProfile', 'iam:ListInstanceProfiles'],
          Resource: 'arn:aws:iam::' + cluster.account_id + ':instance-profile/*',
        },
        interruption.read(prefix),
      ]),
    },
  }
