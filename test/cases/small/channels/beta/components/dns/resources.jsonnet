function(cluster) {
  Resources: {
    DnsRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: cluster.local_id + '-dns',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      },
    },
  },
  Outputs: { DnsRole: { Value: { 'Fn::GetAtt': ['DnsRole', 'Arn'] } } },
}
