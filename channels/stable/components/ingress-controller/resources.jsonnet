local cloudformation = import '../../lib/cloudformation.libsonnet';
local iam = import '../../lib/iam.libsonnet';

// CloudFormation acts with the rights of who asks it, so the role has those of the stacks' resources. What can be made
// or changed carries this cluster's tag, which CloudFormation passes from a stack to what is in it.
function(cluster, config)
  local account = cluster.region + ':' + cluster.account_id + ':';
  local balancing = 'arn:aws:elasticloadbalancing:' + account;
  local tag(kind) = { StringEquals: { ['aws:' + kind + 'Tag/' + cloudformation.ownerTag(cluster)]: 'owned' } };
  // The controller's names of stacks: its own, the cluster's id with hyphens for what a name may not have and cut to
  // what a stack's name has room for, and a UUID.
  local id = std.strReplace(cluster.id, ':', '-');
  local prefix = 'kube-ingress-aws-controller-' + std.lstripChars(id[std.max(0, std.length(id) - 63):], '-');
  local stacks = 'arn:aws:cloudformation:' + account + 'stack/' + prefix + '-*/*';
  {
    Resources: {
      IngressControllerIAMRole: iam.role(cluster, 'ingress-controller', 'kube-system', 'kube-ingress-aws-controller', [
        {
          Sid: 'Look',
          Effect: 'Allow',
          Action: [
            'acm:ListCertificates',
            'autoscaling:DescribeAutoScalingGroups',
            'autoscaling:DescribeLoadBalancerTargetGroups',
            'cloudformation:DescribeStacks',
            'cloudformation:ListStacks',
            'ec2:DescribeAccountAttributes',
            'ec2:DescribeInstances',
            'ec2:DescribeInternetGateways',
            'ec2:DescribeRouteTables',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
            'elasticloadbalancing:DescribeListenerAttributes',
            'elasticloadbalancing:DescribeListenerCertificates',
            'elasticloadbalancing:DescribeListeners',
            'elasticloadbalancing:DescribeLoadBalancerAttributes',
            'elasticloadbalancing:DescribeLoadBalancers',
            'elasticloadbalancing:DescribeRules',
            'elasticloadbalancing:DescribeTags',
            'elasticloadbalancing:DescribeTargetGroupAttributes',
            'elasticloadbalancing:DescribeTargetGroups',
            'elasticloadbalancing:DescribeTargetHealth',
            'iam:ListServerCertificates',
          ],
          Resource: '*',
        },
        {
          Sid: 'ReadCertificates',
          Effect: 'Allow',
          Action: ['acm:DescribeCertificate', 'acm:GetCertificate', 'acm:ListTagsForCertificate'],
          Resource: 'arn:aws:acm:' + account + 'certificate/*',
        },
        {
          Sid: 'ReadServerCertificates',
          Effect: 'Allow',
          Action: ['iam:GetServerCertificate', 'iam:ListServerCertificateTags'],
          Resource: 'arn:aws:iam::' + cluster.account_id + ':server-certificate/*',
        },
        {
          Sid: 'OwnStacks',
          Effect: 'Allow',
          Action: [
            'cloudformation:CreateStack',
            'cloudformation:DeleteStack',
            'cloudformation:DescribeStackEvents',
            'cloudformation:DescribeStackResource',
            'cloudformation:GetTemplate',
            'cloudformation:TagResource',
            'cloudformation:UpdateStack',
            'cloudformation:UpdateTerminationProtection',
          ],
          Resource: stacks,
        },
        {
          Sid: 'MakeTagged',
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
          Sid: 'ChangeTagged',
          Effect: 'Allow',
          Action: [
            'elasticloadbalancing:CreateListener',
            'elasticloadbalancing:DeleteLoadBalancer',
            'elasticloadbalancing:DeleteTargetGroup',
            'elasticloadbalancing:DeregisterTargets',
            'elasticloadbalancing:ModifyLoadBalancerAttributes',
            'elasticloadbalancing:ModifyTargetGroup',
            'elasticloadbalancing:ModifyTargetGroupAttributes',
            'elasticloadbalancing:RegisterTargets',
            'elasticloadbalancing:RemoveTags',
            'elasticloadbalancing:SetIpAddressType',
            'elasticloadbalancing:SetSecurityGroups',
            'elasticloadbalancing:SetSubnets',
          ],
          Resource: [balancing + 'loadbalancer/*', balancing + 'targetgroup/*'],
          Condition: tag('Resource'),
        },
        {
          // CloudFormation gives listeners and their rules no tags.
          Sid: 'ChangeListeners',
          Effect: 'Allow',
          Action: [
            'elasticloadbalancing:AddListenerCertificates',
            'elasticloadbalancing:CreateRule',
            'elasticloadbalancing:DeleteListener',
            'elasticloadbalancing:DeleteRule',
            'elasticloadbalancing:ModifyListener',
            'elasticloadbalancing:ModifyListenerAttributes',
            'elasticloadbalancing:ModifyRule',
            'elasticloadbalancing:RemoveListenerCertificates',
          ],
          Resource: [balancing + 'listener/*', balancing + 'listener-rule/*'],
        },
        {
          Sid: 'AttachOwnGroups',
          Effect: 'Allow',
          Action: [
            'autoscaling:AttachLoadBalancerTargetGroups',
            'autoscaling:DetachLoadBalancerTargetGroups',
          ],
          Resource: 'arn:aws:autoscaling:' + account + 'autoScalingGroup:*:autoScalingGroupName/*',
          Condition: tag('Resource'),
        },
      ] + (if config.waf then [
             {
               Sid: 'AttachFirewall',
               Effect: 'Allow',
               Action: ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL', 'wafv2:GetWebACLForResource'],
               Resource: ['arn:aws:wafv2:' + account + 'regional/webacl/*', balancing + 'loadbalancer/app/*'],
             },
             {
               Sid: 'SetFirewall',
               Effect: 'Allow',
               Action: 'elasticloadbalancing:SetWebAcl',
               Resource: balancing + 'loadbalancer/app/*',
               Condition: tag('Resource'),
             },
           ] else [])),
    },
  }
