// A queue that EC2 and its neighbours tell about instances that will go, for programs that drain them in time.
{
  // The URL of the queue has its name in it, and pods outside the stack need the URL: hence a physical name.
  queueName(cluster, component):: cluster.local_id + '-' + component,
  queueUrl(cluster, component)::
    'https://sqs.%s.amazonaws.com/%s/%s' % [cluster.region, cluster.account_id, $.queueName(cluster, component)],

  // What may be listened to.
  patterns:: {
    SpotInterruption: { source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] },
    Rebalance: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
    InstanceState: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] },
    ScheduledChange: {
      source: ['aws.health'],
      'detail-type': ['AWS Health Event'],
      detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
    },
    GroupTermination: { source: ['aws.autoscaling'], 'detail-type': ['EC2 Instance-terminate Lifecycle Action'] },
  },

  // Queue, its policy, and a rule for each pattern of `names`. `prefix` begins the logical ids.
  resources(cluster, component, prefix, names)::
    local queue = prefix + 'Queue';
    local rules = [prefix + name + 'Rule' for name in names];
    local arn = { 'Fn::GetAtt': [queue, 'Arn'] };
    {
      [queue]: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: $.queueName(cluster, component),
          // A warning that is older than this is about an instance that is gone.
          MessageRetentionPeriod: 300,
          SqsManagedSseEnabled: true,
        },
      },
      [queue + 'Policy']: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: queue }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'RulesSend',
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: arn,
                Condition: { ArnEquals: { 'aws:SourceArn': [{ 'Fn::GetAtt': [rule, 'Arn'] } for rule in rules] } },
              },
              {
                Sid: 'NothingInTheClear',
                Effect: 'Deny',
                Principal: '*',
                Action: 'sqs:*',
                Resource: arn,
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
    } + {
      [prefix + name + 'Rule']: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Description: '%s of instances, for %s of %s' % [name, component, cluster.local_id],
          EventPattern: $.patterns[name],
          Targets: [{ Id: 'queue', Arn: arn }],
        },
      }
      for name in names
    },

  // What the program that reads the queue may do with it.
  read(prefix):: {
    Sid: 'ReadQueue',
    Effect: 'Allow',
    Action: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
    Resource: { 'Fn::GetAtt': [prefix + 'Queue', 'Arn'] },
  },
}
