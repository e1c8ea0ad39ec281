/** Rules of security groups that say nothing new or that EC2 refuses. Source: AuthorizeSecurityGroupIngress. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { resourcesOf, templateOf } from '../cloudformation-schema/resources.ts';
import { canonical } from '../kubernetes-schema/walk.ts';
import { type ArtifactRule, asList, asObject, get } from '../rule.ts';

const peers = [
  'CidrIp',
  'CidrIpv6',
  'DestinationPrefixListId',
  'DestinationSecurityGroupId',
  'SourcePrefixListId',
  'SourceSecurityGroupId',
  'SourceSecurityGroupName',
];

export const securityGroupRule: ArtifactRule = {
  id: 'security-group-rule',
  family: 'cloudformation',
  severity: 'error',
  title: 'rules of a security group are distinct and their port ranges are in order',
  scope: 'artifact',
  check(artifact, report) {
    const template = templateOf(artifact);
    if (!template) return;
    const seen = new Map<string, string>();
    const visit = (group: JsonValue, direction: string, rule: JsonObject, pointer: string, id: string): void => {
      const [from, to] = [Number(rule.FromPort), Number(rule.ToPort)];
      const icmp = /^(?:1|58|icmp|icmpv6)$/i.test(String(rule.IpProtocol));
      if (!icmp && from > to && to !== -1)
        report(`${pointer}/ToPort`, `${id}: FromPort ${from} is above ToPort ${to}.`);
      if (!icmp && (to > 65535 || from > 65535)) report(pointer, `${id}: a port is at most 65535.`);
      const key = canonical([
        group,
        direction,
        String(rule.IpProtocol).toLowerCase(),
        String(rule.FromPort),
        String(rule.ToPort),
        ...peers.map((name) => rule[name] ?? null),
      ]);
      const other = seen.get(key);
      if (other !== undefined) report(pointer, `${id} repeats the rule of ${other}: EC2 refuses a rule that exists.`);
      seen.set(key, id);
    };
    for (const { id, type, properties, pointer } of resourcesOf(template)) {
      if (type === 'AWS::EC2::SecurityGroup') {
        for (const direction of ['Ingress', 'Egress']) {
          asList(properties[`SecurityGroup${direction}`]).forEach((entry, index) => {
            const rule = asObject(entry);
            if (rule) visit(id, direction, rule, `${pointer}/SecurityGroup${direction}/${index}`, id);
          });
        }
      } else if (type === 'AWS::EC2::SecurityGroupIngress' || type === 'AWS::EC2::SecurityGroupEgress') {
        const group =
          get(properties, 'GroupId', 'Ref') ??
          get(properties, 'GroupId', 'Fn::GetAtt', 0) ??
          properties.GroupId ??
          null;
        visit(group, type.slice('AWS::EC2::SecurityGroup'.length), properties, pointer, id);
      }
    }
  },
};
