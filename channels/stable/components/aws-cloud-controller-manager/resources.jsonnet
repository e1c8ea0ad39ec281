local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// To know of nodes it only looks. Load balancers, where they are on, and their security groups carry the cluster's tag.
function(cluster, config)
  local account = cluster.region + ':' + cluster.account_id + ':';
  local balancing = 'arn:aws:elasticloadbalancing:' + account;
  local ec2 = 'arn:aws:ec2:' + account;
  local tag(kind) = { StringEquals: { ['aws:' + kind + 'Tag/' + cloudformation.ownerTag(cluster)]: 'owned' } };
  local name = 'aws-cloud-controller-manager';
  {
    Resources: {
      CloudControllerManagerIAMRole: iam.role(cluster, name, 'kube-system', 'cloud-controller-manager', [
        {
          Sid: 'Look',
          Effect: 'Allow',
          Action: [
            'ec2:DescribeAvailabilityZones',
            'ec2:DescribeInstanceTopology',
            'ec2:DescribeInstances',
            'ec2:DescribeRegions',
          ] + (
            if config.load_balancers then [
              'ec2:DescribeRouteTables',
              'ec2:DescribeSecurityGroups',
              'ec2:DescribeSubnets',
              'ec2:DescribeVpcs',
              'elasticloadbalancing:DescribeListeners',
              'elasticloadbalancing:DescribeLoadBalancerAttributes',
              'elasticloadbalancing:DescribeLoadBalancerPolicies',
              'elasticloadbalancing:DescribeLoadBalancers',
              'elasticloadbalancing:DescribeTargetGroups',
              'elasticloadbalancing:DescribeTargetHealth',
            ] else []
          ),
          Resource: '*',
        },
      ] + (
        if config.load_balancers then [
          {
            Sid: 'MakeTaggedBalancers',
            Effect: 'Allow',
            Action: [
              'elasticloadbalancing:AddTags',
              'elasticloadbalancing:CreateLoadBalancer',
              'elasticloadbalancing:CreateTargetGroup',
            ],
            Resource: [balancing + 'loadbalancer/*', balancing + 'targetgroup/*'],
            Condition: tag('Request'),
          },
          {
            Sid: 'ChangeTaggedBalancers',
            Effect: 'Allow',
            Action: [
              'elasticloadbalancing:ApplySecurityGroupsToLoadBalancer',
              'elasticloadbalancing:AttachLoadBalancerToSubnets',
              'elasticloadbalancing:ConfigureHealthCheck',
              'elasticloadbalancing:CreateListener',
              'elasticloadbalancing:CreateLoadBalancerListeners',
              'elasticloadbalancing:CreateLoadBalancerPolicy',
              'elasticloadbalancing:DeleteLoadBalancer',
              'elasticloadbalancing:DeleteLoadBalancerListeners',
              'elasticloadbalancing:DeleteTargetGroup',
              'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
              'elasticloadbalancing:DeregisterTargets',
              'elasticloadbalancing:DetachLoadBalancerFromSubnets',
              'elasticloadbalancing:ModifyLoadBalancerAttributes',
              'elasticloadbalancing:ModifyTargetGroup',
              'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
              'elasticloadbalancing:RegisterTargets',
              'elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer',
              'elasticloadbalancing:SetLoadBalancerPoliciesOfListener',
            ],
            Resource: [balancing + 'loadbalancer/*', balancing + 'targetgroup/*'],
            Condition: tag('Resource'),
          },
          {
            // A listener has the tags that the controller gives it, and old ones have none.
            Sid: 'ChangeListeners',
            Effect: 'Allow',
            Action: ['elasticloadbalancing:DeleteListener', 'elasticloadbalancing:ModifyListener'],
            Resource: balancing + 'listener/*',
          },
          {
            Sid: 'MakeTaggedSecurityGroups',
            Effect: 'Allow',
            Action: 'ec2:CreateSecurityGroup',
            Resource: ec2 + 'security-group/*',
            Condition: tag('Request'),
          },
          {
            Sid: 'MakeSecurityGroupsInVpc',
            Effect: 'Allow',
            Action: 'ec2:CreateSecurityGroup',
            Resource: ec2 + 'vpc/' + cluster.facts.vpc.id,
          },
          {
            Sid: 'TagSecurityGroups',
            Effect: 'Allow',
            Action: 'ec2:CreateTags',
            Resource: ec2 + 'security-group/*',
            Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
          },
          {
            Sid: 'ChangeTaggedSecurityGroups',
            Effect: 'Allow',
            Action: [
              'ec2:AuthorizeSecurityGroupIngress',
              'ec2:DeleteSecurityGroup',
              'ec2:RevokeSecurityGroupIngress',
            ],
            Resource: ec2 + 'security-group/*',
            Condition: tag('Resource'),
          },
        ] else []
      )),
    },
  }
