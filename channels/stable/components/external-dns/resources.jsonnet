local iam = import '../../lib/iam.libsonnet';

// Records of the cluster's own zone, nothing else; listing zones knows no resource.
function(cluster) {
  Resources: {
    ExternalDNSIAMRole: iam.role(cluster, 'external-dns', 'kube-system', 'external-dns', [
      {
        Effect: 'Allow',
        Action: 'route53:ChangeResourceRecordSets',
        Resource: 'arn:aws:route53:::hostedzone/' + cluster.facts.hosted_zone.id,
      },
      {
        Effect: 'Allow',
        Action: ['route53:ListResourceRecordSets', 'route53:ListTagsForResources'],
        Resource: 'arn:aws:route53:::hostedzone/' + cluster.facts.hosted_zone.id,
      },
      {
        Effect: 'Allow',
        Action: 'route53:ListHostedZones',
        Resource: '*',
      },
    ]),
  },
}
