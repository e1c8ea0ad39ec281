local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// It acts through a stack of its own, and CloudFormation with its rights: what is made and changed has the cluster tag,
// or is in the cluster's VPC.
function(cluster, config)
  local name = 'kube-static-egress-controller';
  local account = cluster.region + ':' + cluster.account_id + ':';
  local ec2 = 'arn:aws:ec2:' + account;
  local tag(kind) = { StringEquals: { ['aws:' + kind + 'Tag/' + cloudformation.ownerTag(cluster)]: 'owned' } };
  local vpc = ec2 + 'vpc/' + cluster.facts.vpc.id;
  {
    Resources: {
      StaticEgressControllerIAMRole: iam.role(cluster, name, 'kube-system', name, [
        {
          Sid: 'Look',
          Effect: 'Allow',
          Action: [
            'cloudformation:DescribeStacks',
            'cloudformation:ListStacks',
            'ec2:DescribeAddresses',
            'ec2:DescribeInternetGateways',
            'ec2:DescribeNatGateways',
            'ec2:DescribeRouteTables',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
          ],
          Resource: '*',
        },
        {
          Sid: 'MakeOwnStack',
          Effect: 'Allow',
          Action: ['cloudformation:CreateStack', 'cloudformation:TagResource'],
          Resource: 'arn:aws:cloudformation:' + account + 'stack/*',
          Condition: tag('Request'),
        },
        {
          Sid: 'ChangeOwnStack',
          Effect: 'Allow',
          Action: [
            'cloudformation:DeleteStack',
            'cloudformation:DescribeStackEvents',
            'cloudformation:DescribeStackResource',
            'cloudformation:GetTemplate',
            'cloudformation:UpdateStack',
            'cloudformation:UpdateTerminationProtection',
          ],
          Resource: 'arn:aws:cloudformation:' + account + 'stack/*',
          Condition: tag('Resource'),
        },
        {
          Sid: 'MakeTagged',
          Effect: 'Allow',
          Action: ['ec2:CreateNatGateway', 'ec2:CreateRouteTable', 'ec2:CreateSubnet'],
          Resource: [ec2 + kind + '/*' for kind in ['natgateway', 'route-table', 'subnet']],
          Condition: tag('Request'),
        },
        {
          // CloudFormation tags an address after it has it.
          Sid: 'MakeAddresses',
          Effect: 'Allow',
          Action: 'ec2:AllocateAddress',
          Resource: ec2 + 'elastic-ip/*',
        },
        {
          Sid: 'TagAddresses',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: ec2 + 'elastic-ip/*',
          Condition: tag('Request'),
        },
        {
          Sid: 'MakeInVpc',
          Effect: 'Allow',
          Action: ['ec2:CreateRouteTable', 'ec2:CreateSubnet'],
          Resource: vpc,
        },
        {
          Sid: 'MakeFromTagged',
          Effect: 'Allow',
          Action: 'ec2:CreateNatGateway',
          Resource: [ec2 + 'elastic-ip/*', ec2 + 'subnet/*'],
          Condition: tag('Resource'),
        },
        {
          Sid: 'TagWhatIsMade',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: [ec2 + kind + '/*' for kind in ['natgateway', 'route-table', 'subnet']],
          Condition: {
            StringEquals: { 'ec2:CreateAction': ['CreateNatGateway', 'CreateRouteTable', 'CreateSubnet'] },
          },
        },
        {
          Sid: 'ChangeTagged',
          Effect: 'Allow',
          Action: [
            'ec2:DeleteNatGateway',
            'ec2:DeleteRouteTable',
            'ec2:DeleteSubnet',
            'ec2:ModifySubnetAttribute',
            'ec2:ReleaseAddress',
          ],
          Resource: [ec2 + kind + '/*' for kind in ['elastic-ip', 'natgateway', 'route-table', 'subnet']],
          Condition: tag('Resource'),
        },
        {
          // Routes stand in the route tables of the nodes' subnets, which are not its own.
          Sid: 'RoutesOfVpc',
          Effect: 'Allow',
          Action: [
            'ec2:AssociateRouteTable',
            'ec2:CreateRoute',
            'ec2:DeleteRoute',
            'ec2:DisassociateRouteTable',
            'ec2:ReplaceRoute',
          ],
          Resource: [ec2 + 'route-table/*', ec2 + 'subnet/*'],
          Condition: { ArnEquals: { 'ec2:Vpc': vpc } },
        },
      ] + (
        if config.template_bucket != null then [{
          Sid: 'StoreTemplate',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: 'arn:aws:s3:::' + config.template_bucket + '/*',
        }] else []
      )),
    },
  }
