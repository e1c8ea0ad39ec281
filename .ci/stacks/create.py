"""Creates the stacks of clusters at a stand-in for AWS, reads every resource back, updates and deletes them.

    create.py [--from OLD] OUT CLUSTER...

OUT is a folder as `weir compile` writes it. Stacks are created in the order of plan.yaml, from OLD when it is given (the
state before an update), and then updated to OUT. Each resource that the stand-in made is read back through the API of its
own service. Resource types that it does not know are listed by name; whatever fails is said, and the exit status is 1.

The stand-in is moto's server on a port of the loopback; nothing here reaches AWS.
"""

import argparse
import json
import logging
import os
import re
import sys
from collections import Counter
from pathlib import Path

import boto3
import yaml
from moto.elbv2 import models as elbv2
from moto.kms import models as kms
from moto.server import ThreadedMotoServer


class Loader(yaml.SafeLoader):
    """YAML without dates: '2012-10-17' is the version of a policy."""


Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != 'tag:yaml.org,2002:timestamp']
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    return yaml.load(path.read_text(), Loader)


def repair_stand_in():
    """Mistakes of the stand-in: it forgets the type of a load balancer, and misreads a key's tags and policy."""
    create_balancer = elbv2.ELBv2Backend.create_load_balancer

    def balancer(self, *arguments, **named):
        # All that the stacks have are of this type; the ingress controller makes the others itself.
        named['loadbalancer_type'] = 'network'
        return create_balancer(self, *arguments, **named)

    elbv2.ELBv2Backend.create_load_balancer = balancer
    create_key = kms.KmsBackend.create_key

    def key(self, *arguments, **named):
        named['tags'] = [
            {'TagKey': tag.get('TagKey', tag.get('Key')), 'TagValue': tag.get('TagValue', tag.get('Value'))}
            for tag in named.get('tags') or []
        ]
        if not isinstance(named['policy'], str):
            named['policy'] = json.dumps(named['policy'])
        return create_key(self, *arguments, **named)

    kms.KmsBackend.create_key = key


class Account:
    """The AWS account of one cluster, with what the facts say was there before."""

    def __init__(self, endpoint, region):
        session = boto3.Session('stand-in', 'stand-in', region_name=region)
        self.client = lambda service: session.client(service, endpoint_url=endpoint)

    def prepare(self, facts):
        """Makes network, zone, certificate and image; gives a function that puts their ids into a text."""
        ec2 = self.client('ec2')
        vpc = ec2.create_vpc(CidrBlock=facts['vpc']['cidr'])['Vpc']['VpcId']
        ids = {facts['vpc']['id']: vpc}
        prefix = '.'.join(facts['vpc']['cidr'].split('.')[:2])
        for index, (zone, subnet) in enumerate(sorted(facts['subnets'].items())):
            made = ec2.create_subnet(VpcId=vpc, CidrBlock=f'{prefix}.{index * 16}.0/20', AvailabilityZone=zone)
            ids[subnet] = made['Subnet']['SubnetId']
        zone = self.client('route53').create_hosted_zone(Name=facts['hosted_zone']['name'], CallerReference='facts')
        ids[facts['hosted_zone']['id']] = zone['HostedZone']['Id'].split('/')[-1]
        certificate = self.client('acm').request_certificate(DomainName=facts['hosted_zone']['name'])
        ids[facts['certificate_arn']] = certificate['CertificateArn']
        image = ec2.describe_images()['Images'][0]['ImageId']

        def translate(text):
            for fictitious, made in ids.items():
                text = text.replace(fictitious, made)
            return re.sub(r'ami-[0-9a-f]{17}', image, text)

        return translate


def readers(account):
    """Resource type to a function that reads a resource of it by its physical id, and fails when there is none."""
    ec2, elb, iam = account.client('ec2'), account.client('elbv2'), account.client('iam')
    groups, s3, sqs = account.client('autoscaling'), account.client('s3'), account.client('sqs')

    def record(name):
        zones = account.client('route53')
        found = [
            entry['Name'].rstrip('.')
            for zone in zones.list_hosted_zones()['HostedZones']
            for entry in zones.list_resource_record_sets(HostedZoneId=zone['Id'])['ResourceRecordSets']
        ]
        return [entry for entry in found if entry == name.rstrip('.')]

    return {
        'AWS::AutoScaling::AutoScalingGroup': lambda name: groups.describe_auto_scaling_groups(
            AutoScalingGroupNames=[name]
        )['AutoScalingGroups'],
        'AWS::EC2::LaunchTemplate': lambda name: ec2.describe_launch_template_versions(
            LaunchTemplateId=name, Versions=['$Latest']
        )['LaunchTemplateVersions'],
        'AWS::EC2::SecurityGroup': lambda name: ec2.describe_security_groups(GroupIds=[name])['SecurityGroups'],
        'AWS::EC2::Volume': lambda name: ec2.describe_volumes(VolumeIds=[name])['Volumes'],
        'AWS::ElasticLoadBalancingV2::Listener': lambda arn: elb.describe_listeners(ListenerArns=[arn])['Listeners'],
        'AWS::ElasticLoadBalancingV2::LoadBalancer': lambda arn: elb.describe_load_balancers(
            LoadBalancerArns=[arn]
        )['LoadBalancers'],
        'AWS::ElasticLoadBalancingV2::TargetGroup': lambda arn: elb.describe_target_groups(
            TargetGroupArns=[arn]
        )['TargetGroups'],
        'AWS::Events::Rule': lambda name: [account.client('events').describe_rule(Name=name.split('|')[-1])],
        'AWS::IAM::InstanceProfile': lambda name: [iam.get_instance_profile(InstanceProfileName=name)],
        'AWS::IAM::Role': lambda name: [iam.get_role(RoleName=name)],
        'AWS::KMS::Alias': lambda name: [
            alias for alias in account.client('kms').list_aliases()['Aliases'] if alias['AliasName'] == name
        ],
        'AWS::KMS::Key': lambda name: [account.client('kms').describe_key(KeyId=name)],
        'AWS::Route53::RecordSet': record,
        'AWS::S3::Bucket': lambda name: [s3.head_bucket(Bucket=name)],
        'AWS::SQS::Queue': lambda url: [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])],
    }


def has_rule(groups, physical, rule):
    """Whether a group has the rule. An imported group has no physical id here, so any group will do for it."""
    target = physical.get(rule['GroupId'].get('Ref'))
    source = physical.get(rule.get('SourceSecurityGroupId', {}).get('Ref'))
    return any(
        (permission['IpProtocol'], permission['FromPort'], permission['ToPort'])
        == (rule['IpProtocol'], rule['FromPort'], rule['ToPort'])
        and (
            source in [pair['GroupId'] for pair in permission['UserIdGroupPairs']]
            or rule.get('CidrIp') in [entry['CidrIp'] for entry in permission['IpRanges']]
        )
        for group in groups
        if target in (None, group['GroupId'])
        for permission in group['IpPermissions']
        if 'FromPort' in permission
    )


class Run:
    """One cluster, from nothing to nothing."""

    def __init__(self, account, cluster, translate):
        self.account, self.cluster, self.translate = account, cluster, translate
        self.cloudformation = account.client('cloudformation')
        self.failures, self.skipped, self.read = [], Counter(), Counter()

    def stacks(self, out):
        """Name, template and capabilities of each stack of a folder, in the order of its plan."""
        folder = Path(out) / self.cluster
        for entry in load(folder / 'plan.yaml')['order']:
            kind, name = next(iter(entry.items()))
            stack = folder / 'cloudformation' / (f'node-pool-{name}' if kind == 'node-pool' else name)
            if kind == 'component' or not stack.is_dir():
                continue
            options = load(stack / 'options.yaml')
            template = load(stack / 'template.yaml')
            yield options['stack-name'], template, options.get('capabilities') or []

    def attempt(self, what, action):
        try:
            return action()
        except Exception as problem:  # Whatever goes wrong is a line of the report, and the rest goes on.
            self.failures.append(f'{self.cluster}: {what}: {type(problem).__name__}: {problem}')
            return None

    def body(self, template):
        return self.translate(json.dumps(template))

    def create(self, out):
        made = []
        for name, template, capabilities in self.stacks(out):
            self.attempt(f'create {name}', lambda: self.cloudformation.create_stack(
                StackName=name, TemplateBody=self.body(template), Capabilities=capabilities
            ))
            made.append(name)
            self.attempt(f'read {name}', lambda: self.read_back(name, template))
        return made

    def update(self, out, made):
        for name, template, capabilities in self.stacks(out):
            if name not in made:
                self.attempt(f'create {name}', lambda: self.cloudformation.create_stack(
                    StackName=name, TemplateBody=self.body(template), Capabilities=capabilities
                ))
                made.append(name)
            else:
                self.attempt(f'update {name}', lambda: self.cloudformation.update_stack(
                    StackName=name, TemplateBody=self.body(template), Capabilities=capabilities
                ))
            self.attempt(f'read {name}', lambda: self.read_back(name, template))

    def delete(self, made):
        for name in reversed(made):
            self.attempt(f'delete {name}', lambda: self.cloudformation.delete_stack(StackName=name))
        left = [stack['StackName'] for stack in self.cloudformation.describe_stacks()['Stacks']]
        if left:
            self.failures.append(f'{self.cluster}: not deleted: {", ".join(left)}')

    def read_back(self, name, template):
        summaries = self.cloudformation.list_stack_resources(StackName=name)['StackResourceSummaries']
        physical = {entry['LogicalResourceId']: entry.get('PhysicalResourceId') for entry in summaries}
        by_type = readers(self.account)
        groups = self.account.client('ec2').describe_security_groups()['SecurityGroups']
        for logical, resource in template['Resources'].items():
            kind = resource['Type']
            if kind == 'AWS::EC2::SecurityGroupIngress':
                # The stand-in gives rules no id: they are known by what they say.
                if has_rule(groups, physical, resource['Properties']):
                    self.read[kind] += 1
                else:
                    self.failures.append(f'{self.cluster}: {name}: {logical} ({kind}) is not there')
            elif not physical.get(logical):
                self.skipped[kind] += 1
            elif kind not in by_type:
                self.failures.append(f'{self.cluster}: {name}: nobody reads {kind} back; teach this script to')
            elif not by_type[kind](physical[logical]):
                self.failures.append(f'{self.cluster}: {name}: {logical} ({kind}) is not there')
            else:
                self.read[kind] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--from', dest='old', help='out/ of the state before the update')
    parser.add_argument('--clusters', default='clusters', help='folder with the facts')
    parser.add_argument('out')
    parser.add_argument('cluster', nargs='+')
    arguments = parser.parse_args()
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    repair_stand_in()
    failures, skipped, read = [], Counter(), Counter()
    for cluster in arguments.cluster:
        identity = load(Path(arguments.clusters) / f'{cluster}.yaml')
        facts = load(Path(arguments.clusters) / f'{cluster}.facts.yaml')
        os.environ['MOTO_ACCOUNT_ID'] = identity['infrastructure_account'].split(':')[1]
        server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        server.start()
        try:
            account = Account('http://%s:%d' % server.get_host_and_port(), identity['region'])
            run = Run(account, cluster, account.prepare(facts))
            made = run.create(arguments.old or arguments.out)
            run.update(arguments.out, made)
            run.delete(made)
        finally:
            server.stop()
        print(f'{cluster}: {len(made)} stacks, {sum(run.read.values())} resources read back')
        failures += run.failures
        skipped.update(run.skipped)
        read.update(run.read)
    for kind, count in sorted(read.items()):
        print(f'  read back   {kind} ({count})')
    for kind, count in sorted(skipped.items()):
        print(f'  not known   {kind} ({count}): the stand-in made none')
    for failure in failures:
        print(f'  FAILED      {failure}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
