import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { alternatives, literalText, subVariables } from '../../src/validate/cloudformation-schema/intrinsics.ts';
import { rules } from '../../src/validate/rules/index.ts';
import { data, documents, judge, schemas } from './harness.ts';

const base = `
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Ami: {Type: AWS::EC2::Image::Id}
  Subnets: {Type: List<AWS::EC2::Subnet::Id>}
Conditions:
  Spot: {Fn::Equals: [{Ref: AWS::Region}, eu-central-1]}
Mappings:
  Sizes: {eu-central-1: {min: 1, max: 3}, us-east-1: {min: 2, max: 4}}
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: {Ref: Ami}
        InstanceType: m6i.large
        BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeSize: 50, VolumeType: gp3, Encrypted: true}}]
        UserData: {Fn::Base64: {Fn::Sub: "echo \${AWS::Region}"}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: {Fn::FindInMap: [Sizes, {Ref: AWS::Region}, min]}
      MaxSize: "5"
      VPCZoneIdentifier: {Ref: Subnets}
      LaunchTemplate: {Fn::If: [Spot, {LaunchTemplateId: {Ref: Template}, Version: {Fn::GetAtt: [Template, LatestVersionNumber]}}, {Ref: AWS::NoValue}]}
      MixedInstancesPolicy: {Fn::If: [Spot, {Ref: AWS::NoValue}, {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: {Ref: Template}, Version: "1"}}}]}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 30}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Type: network, Scheme: internal, Subnets: {Ref: Subnets}}
Outputs:
  Queue: {Value: {Fn::GetAtt: [Queue, Arn]}, Export: {Name: {Fn::Sub: "\${AWS::StackName}:queue"}}}
`;

/** Codes and pointers of a template's issues. */
function issues(text: string): readonly string[] {
  return data
    .validateTemplate(documents(text)[0] as JsonObject)
    .issues.map((issue) => `${issue.code} ${issue.pointer}`);
}

describe('templates', () => {
  test('a template with conditions, mappings and functions is valid', () => {
    expect(issues(base)).toEqual([]);
  });

  test.each([
    [
      'a misspelt property',
      'VisibilityTimeout: 30',
      'VisibiltyTimeout: 30',
      'property /Resources/Queue/Properties/VisibiltyTimeout',
    ],
    ['a property that AWS sets', 'VisibilityTimeout: 30', 'Arn: x', 'property /Resources/Queue/Properties/Arn'],
    [
      'a nested property',
      'VolumeSize: 50',
      'Size: 50',
      'property /Resources/Template/Properties/LaunchTemplateData/BlockDeviceMappings/0/Ebs/Size',
    ],
    [
      'bounds',
      'VisibilityTimeout: 30',
      'VisibilityTimeout: 90000',
      'property-value /Resources/Queue/Properties/VisibilityTimeout',
    ],
    [
      'no number',
      'VisibilityTimeout: 30',
      'VisibilityTimeout: soon',
      'property-type /Resources/Queue/Properties/VisibilityTimeout',
    ],
    ['an enum', 'Scheme: internal', 'Scheme: private', 'property-value /Resources/Balancer/Properties/Scheme'],
    ['a text for a list', '{Ref: Subnets}}', 'subnet-1}', 'property-type /Resources/Balancer/Properties/Subnets'],
    [
      'a list for a text',
      'Scheme: internal',
      'Name: {Fn::GetAZs: ""}',
      'property-type /Resources/Balancer/Properties/Name',
    ],
    [
      'a value in one branch',
      '[Spot, {Ref: AWS::NoValue}, {LaunchTemplate:',
      '[Spot, {Ref: AWS::NoValue}, {LaunchTemplat:',
      'property /Resources/Group/Properties/MixedInstancesPolicy/Fn::If/2/LaunchTemplat',
    ],
    [
      'a required property under one branch',
      'MaxSize: "5"',
      'MaxSize: {Fn::If: [Spot, 5, {Ref: AWS::NoValue}]}',
      'property-required /Resources/Group/Properties',
    ],
    [
      'IOPS by volume type',
      'VolumeType: gp3',
      'VolumeType: io2',
      'property-combination /Resources/Template/Properties/LaunchTemplateData/BlockDeviceMappings/0/Ebs',
    ],
    ['an unknown type', 'AWS::SQS::Queue', 'AWS::SQS::Queu', 'resource-type /Resources/Queue/Type'],
    ['an unknown attribute', '[Queue, Arn]', '[Queue, Arns]', 'reference /Outputs/Queue/Value/Fn::GetAtt'],
    ['an unknown resource', '[Queue, Arn]', '[Queu, Arn]', 'reference /Outputs/Queue/Value/Fn::GetAtt'],
    [
      'an unknown Ref',
      '{Ref: Ami}',
      '{Ref: Amy}',
      'reference /Resources/Template/Properties/LaunchTemplateData/ImageId/Ref',
    ],
    [
      'an unknown pseudo parameter',
      '${AWS::Region}',
      '${AWS::Regin}',
      'reference /Resources/Template/Properties/LaunchTemplateData/UserData/Fn::Base64/Fn::Sub',
    ],
    [
      'an unknown condition',
      '{Fn::If: [Spot, {LaunchTemplateId',
      '{Fn::If: [Spott, {LaunchTemplateId',
      'reference /Resources/Group/Properties/LaunchTemplate/Fn::If/0',
    ],
    ['an unknown mapping', '[Sizes,', '[Size,', 'reference /Resources/Group/Properties/MinSize/Fn::FindInMap/0'],
    [
      'an unknown key of a mapping',
      '{Ref: AWS::Region}, min]',
      'eu-west-1, min]',
      'reference /Resources/Group/Properties/MinSize/Fn::FindInMap/1',
    ],
    [
      'an unknown field of a mapping',
      'AWS::Region}, min]',
      'AWS::Region}, mini]',
      'reference /Resources/Group/Properties/MinSize/Fn::FindInMap/2',
    ],
    [
      'an unknown function',
      'Fn::Base64',
      'Fn::Base46',
      'intrinsic /Resources/Template/Properties/LaunchTemplateData/UserData',
    ],
    [
      'too few arguments',
      '[Spot, {Ref: AWS::NoValue}, {LaunchTemplate: {LaunchTemplateSpecification: {LaunchTemplateId: {Ref: Template}, Version: "1"}}}]',
      '[Spot, {Ref: AWS::NoValue}]',
      'intrinsic /Resources/Group/Properties/MixedInstancesPolicy/Fn::If',
    ],
    [
      'a condition function outside conditions',
      'VisibilityTimeout: 30',
      'VisibilityTimeout: {Fn::Equals: [a, b]}',
      'intrinsic /Resources/Queue/Properties/VisibilityTimeout/Fn::Equals',
    ],
    [
      'a resource inside a condition',
      '{Ref: AWS::Region}, eu-central-1]',
      '{Ref: Queue}, eu-central-1]',
      'intrinsic /Conditions/Spot/Fn::Equals/0/Ref',
    ],
    [
      'a variable outside Sub',
      'VisibilityTimeout: 30',
      'QueueName: "q-${AWS::Region}"',
      'substitution /Resources/Queue/Properties/QueueName',
    ],
    ['an unknown section', 'Outputs:', 'Output:', 'shape /Output'],
    [
      'an unknown attribute of a resource',
      '    Type: AWS::SQS::Queue',
      '    Type: AWS::SQS::Queue\n    Depends: Group',
      'shape /Resources/Queue/Depends',
    ],
    ['an unknown parameter type', 'AWS::EC2::Image::Id', 'AWS::EC2::Image', 'shape /Parameters/Ami/Type'],
    ['a logical id with a dash', '  Queue:\n    Type', '  My-Queue:\n    Type', 'shape /Resources/My-Queue'],
    [
      'a dependency on nothing',
      '    Type: AWS::SQS::Queue',
      '    Type: AWS::SQS::Queue\n    DependsOn: Grup',
      'reference /Resources/Queue/DependsOn',
    ],
    [
      'a circle',
      '    Type: AWS::EC2::LaunchTemplate',
      '    Type: AWS::EC2::LaunchTemplate\n    DependsOn: Group',
      'cycle /Resources/Group/Properties/LaunchTemplate/Fn::If/1/LaunchTemplateId/Ref',
    ],
    [
      'null',
      'VisibilityTimeout: 30',
      'VisibilityTimeout: null',
      'property-type /Resources/Queue/Properties/VisibilityTimeout',
    ],
  ])('%s', (_name, from, to, issue) => {
    expect(base).toContain(from);
    expect(issues(base.replace(from, to))).toContain(issue);
  });

  test('what deployment decides is no finding', () => {
    const text = base.replace(
      'VisibilityTimeout: 30',
      'VisibilityTimeout: {Fn::ImportValue: timeout}, QueueName: {Ref: Ami}',
    );
    expect(issues(text)).toEqual([]);
  });

  test('an unknown key is refused in any place of a resource', () => {
    const template = documents(base)[0] as JsonObject;
    const maps = objects(template.Resources!, ['Resources']).filter(
      (path) =>
        path.includes('Properties') &&
        !Object.keys(at(template, path) as JsonObject).some((key) => key === 'Ref' || key.startsWith('Fn::')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...maps), (path) => {
        const changed = structuredClone(template);
        (at(changed, path) as Record<string, JsonValue>).Zzzz = 'x';
        const found = data.validateTemplate(changed).issues;
        expect(found.some((issue) => issue.pointer.startsWith(`/${path.join('/')}`))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a type without a schema is named, not passed', () => {
    const verdict = data.validateTemplate({
      Resources: {
        A: { Type: 'AWS::QuickSight::Dashboard', Properties: { Nonsense: true } },
        B: { Type: 'Custom::X' },
      },
    });
    expect(verdict).toEqual({ issues: [], unchecked: ['AWS::QuickSight::Dashboard'] });
    expect(schemas.resourceTypes().has('AWS::QuickSight::Dashboard')).toBe(true);
  });
});

describe('functions', () => {
  test('alternatives follow conditions and mappings', () => {
    const template = documents(base)[0] as JsonObject;
    const values = (value: JsonValue) =>
      alternatives(template, value).map((entry) => (entry.kind === 'value' ? entry.value : entry.kind));
    expect(values({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'min'] })).toEqual([1, 2]);
    expect(values({ 'Fn::If': ['Spot', 'a', { Ref: 'AWS::NoValue' }] })).toEqual(['a', 'absent']);
    expect(values({ 'Fn::Sub': 'a-${AWS::Region}' })).toEqual(['unknown']);
    expect(values({ 'Fn::Join': ['-', ['a', { 'Fn::Sub': 'b' }]] })).toEqual(['a-b']);
  });

  test('texts and variables of Sub', () => {
    expect(subVariables('${A} ${!B} ${C.D} $E {F}')).toEqual(['A', 'C.D']);
    expect(literalText({}, { 'Fn::Sub': 'x${!y}' })).toBe('x${y}');
  });
});

const role = (
  statement: string,
  trust = '{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}',
) => `
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [${trust}]}
      Policies: [{PolicyName: a, PolicyDocument: {Version: "2012-10-17", Statement: [${statement}]}}]
`;
const allow = (rest: string) => role(`{Effect: Allow, ${rest}}`);
const statement = '/Resources/Role/Properties/Policies/0/PolicyDocument/Statement/0';
const trusted = '/Resources/Role/Properties/AssumeRolePolicyDocument/Statement/0';

describe('policies', () => {
  test.each([
    ['a plain statement', allow('Action: ["s3:Get*", "ec2:DescribeInstances"], Resource: "*"'), []],
    ['case does not matter', allow('Action: "S3:getobject", Resource: "*"'), []],
    ['an unknown action', allow('Action: "s3:GetObjct", Resource: "*"'), [`iam-action ${statement}/Action`]],
    ['a pattern that matches nothing', allow('Action: "s3:Gett*", Resource: "*"'), [`iam-action ${statement}/Action`]],
    ['an unknown service', allow('Action: "s33:GetObject", Resource: "*"'), [`iam-action ${statement}/Action`]],
    ['no action at all', allow('Resource: "*"'), [`iam-document ${statement}`]],
    ['no resource', allow('Action: "s3:GetObject"'), [`iam-document ${statement}`]],
    [
      'a resource that is no ARN',
      allow('Action: "s3:GetObject", Resource: my-bucket'),
      [`iam-document ${statement}/Resource`],
    ],
    [
      'a principal in an identity policy',
      allow('Action: "s3:GetObject", Resource: "*", Principal: "*"'),
      [`iam-document ${statement}/Principal`],
    ],
    [
      'a misspelt effect',
      role('{Effect: allow, Action: "s3:GetObject", Resource: "*"}'),
      [`iam-document ${statement}/Effect`],
    ],
    [
      'an unknown operator',
      allow('Action: "s3:GetObject", Resource: "*", Condition: {StringEqual: {"aws:SourceVpc": a}}'),
      [`iam-condition ${statement}/Condition/StringEqual`],
    ],
    [
      'operators with their prefixes',
      allow(
        'Action: "s3:GetObject", Resource: "*", Condition: {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": [a]}}',
      ),
      [],
    ],
    [
      'an unknown global key',
      allow('Action: "s3:GetObject", Resource: "*", Condition: {StringEquals: {"aws:SourceVcp": a}}'),
      [`iam-condition ${statement}/Condition/StringEquals/aws:SourceVcp`],
    ],
    [
      'keys with a tag in them',
      allow(
        'Action: "ec2:RunInstances", Resource: "*", Condition: {StringEquals: {"ec2:ResourceTag/Name": a, "aws:RequestTag/kubernetes.io~1x": b}}',
      ),
      [],
    ],
    [
      'an address that is none',
      allow('Action: "s3:GetObject", Resource: "*", Condition: {IpAddress: {"aws:SourceIp": 10.0.0.0/40}}'),
      [`iam-condition ${statement}/Condition/IpAddress/aws:SourceIp`],
    ],
    [
      'a federated principal that may not assume',
      role(
        '{Effect: Allow, Action: "s3:GetObject", Resource: "*"}',
        '{Effect: Allow, Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/x.example.org"}, Action: "sts:AssumeRole"}',
      ),
      [`iam-document ${trusted}/Action`],
    ],
    [
      'conditions of the issuer',
      role(
        '{Effect: Allow, Action: "s3:GetObject", Resource: "*"}',
        '{Effect: Allow, Principal: {Federated: "arn:aws:iam::123456789012:oidc-provider/x.example.org"}, Action: "sts:AssumeRoleWithWebIdentity", Condition: {StringEquals: {"x.example.org:sub": "system:serviceaccount:a:b"}}}',
      ),
      [],
    ],
    [
      'a misspelt service principal',
      role(
        '{Effect: Allow, Action: "s3:GetObject", Resource: "*"}',
        '{Effect: Allow, Principal: {Service: ec2.amazonaws.con}, Action: "sts:AssumeRole"}',
      ),
      [`iam-document ${trusted}/Principal/Service`],
    ],
  ])('%s', (_name, text, expected) => {
    expect(issues(text)).toEqual(expected);
  });
});

describe('limits', () => {
  test('inline policies of a role count together', () => {
    const half = `{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::<6000 characters>"}`;
    expect(issues(role(half))).toEqual([]);
    expect(issues(role(`${half}, ${half}`))).toEqual(['limit /Resources/Role/Properties/Policies']);
  });

  test('500 resources', () => {
    const many = (count: number) => ({
      Resources: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`T${index}`, { Type: 'AWS::SNS::Topic' }]),
      ),
    });
    expect(data.validateTemplate(many(500)).issues).toEqual([]);
    expect(data.validateTemplate(many(501)).issues.map((issue) => issue.pointer)).toEqual(['/Resources']);
  });

  test('user data is counted before base64', () => {
    const template = (bytes: number) => ({
      Resources: {
        T: {
          Type: 'AWS::EC2::LaunchTemplate',
          Properties: { LaunchTemplateData: { UserData: Buffer.alloc(bytes, 'a').toString('base64') } },
        },
      },
    });
    expect(data.validateTemplate(template(16_384)).issues).toEqual([]);
    expect(data.validateTemplate(template(16_385)).issues.map((issue) => issue.code)).toEqual(['limit']);
  });
});

test('an import is matched with the exports of all stacks of the cluster', () => {
  const rule = rules.filter(({ id }) => id === 'export-import');
  const importer = (name: string) => `
Resources: {A: {Type: AWS::SNS::Topic, Properties: {DisplayName: {Fn::ImportValue: "${name}"}}}}
`;
  const exporter = `
Resources: {B: {Type: AWS::SNS::Topic}}
Outputs: {B: {Value: {Ref: B}, Export: {Name: "kube-1:topic"}}}
`;
  const found = (text: string) => judge(text, rule).findings.map((finding) => `${finding.artifact} ${finding.pointer}`);
  expect(found(`${importer('kube-1:topic')}---${exporter}`)).toEqual([]);
  expect(found(`${importer('kube-1:topics')}---${exporter}`)).toEqual([
    'cloudformation/stack-0/template.yaml /Resources/A/Properties/DisplayName/Fn::ImportValue',
  ]);
  expect(found(`${exporter}---${exporter}`)).toEqual(['cloudformation/stack-1/template.yaml /Outputs/B/Export/Name']);
});

function objects(value: JsonValue, path: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((entry: JsonValue, index) => objects(entry, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return [path, ...Object.entries(value).flatMap(([key, child]) => objects(child, [...path, key]))];
}

function at(value: JsonValue, path: readonly (string | number)[]): JsonValue {
  return path.reduce<JsonValue>((current, key) => (current as JsonObject)[key as string]!, value);
}
