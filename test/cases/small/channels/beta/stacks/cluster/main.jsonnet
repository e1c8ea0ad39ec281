function(cluster, config) {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Cluster ' + cluster.name,
  Resources: {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      Properties: { BucketName: config.bucket },
    },
    Alias: {
      Type: 'AWS::Route53::RecordSet',
      Properties: {
        HostedZoneId: cluster.facts.hosted_zone.id,
        Name: std.splitLimit(cluster.api_server_url, '//', 1)[1] + '.',
        Type: 'CNAME',
        TTL: '300',
        ResourceRecords: [{ 'Fn::Sub': '${AWS::StackName}.example.org' }],
      },
    },
  },
  Outputs: { Bucket: { Value: { Ref: 'Bucket' }, Export: { Name: cluster.id + ':bucket' } } },
}
