/** What Route 53 refuses in records beyond their schema. Source: the ChangeResourceRecordSets reference. */
import type { JsonObject } from '../../model.ts';
import { certainValues, resourcesOf, templateOf } from '../cloudformation-schema/resources.ts';
import { presenceOf } from '../cloudformation-schema/values.ts';
import { type ArtifactRule, asList, asObject } from '../rule.ts';

export const recordSet: ArtifactRule = {
  id: 'record-set',
  family: 'cloudformation',
  severity: 'error',
  title: 'records have one zone, a target or values, and a name inside their zone',
  scope: 'artifact',
  check(artifact, report) {
    const template = templateOf(artifact);
    if (!template) return;
    for (const { id, type, properties, pointer } of resourcesOf(
      template,
      'AWS::Route53::RecordSet',
      'AWS::Route53::RecordSetGroup',
    )) {
      checkZone(template, id, properties, pointer, report);
      if (type === 'AWS::Route53::RecordSet') checkRecord(template, id, properties, properties, pointer, report);
      else {
        asList(properties.RecordSets).forEach((entry, index) => {
          const record = asObject(entry);
          if (record) checkRecord(template, id, record, properties, `${pointer}/RecordSets/${index}`, report);
        });
      }
    }
  },
};

type Report = (pointer: string, message: string) => void;

function checkZone(template: JsonObject, id: string, properties: JsonObject, pointer: string, report: Report): void {
  const states = ['HostedZoneId', 'HostedZoneName'].map((name) => presenceOf(template, properties, name));
  if (states.every((state) => state === 'no'))
    report(pointer, `${id} has neither HostedZoneId nor HostedZoneName: give one.`);
  if (states.every((state) => state === 'yes')) report(pointer, `${id} has HostedZoneId and HostedZoneName: give one.`);
  for (const { value, pointer: at } of certainValues(
    template,
    properties.HostedZoneName,
    [],
    `${pointer}/HostedZoneName`,
  )) {
    if (typeof value === 'string' && !value.endsWith('.'))
      report(at, `${id}: HostedZoneName ${value} ends with a dot: ${value}.`);
  }
}

function checkRecord(
  template: JsonObject,
  id: string,
  record: JsonObject,
  owner: JsonObject,
  pointer: string,
  report: Report,
): void {
  const presence = (name: string) => presenceOf(template, record, name);
  const [alias, values, ttl] = [presence('AliasTarget'), presence('ResourceRecords'), presence('TTL')];
  if (alias === 'yes' && values === 'yes')
    report(pointer, `${id} has AliasTarget and ResourceRecords: a record has one.`);
  if (alias === 'no' && values === 'no') report(pointer, `${id} has neither AliasTarget nor ResourceRecords.`);
  if (alias === 'yes' && ttl === 'yes')
    report(`${pointer}/TTL`, `${id}: an alias has no TTL: it takes that of its target.`);
  if (alias === 'no' && values === 'yes' && ttl === 'no')
    report(pointer, `${id}: records that are no alias have a TTL.`);
  const routing = ['Failover', 'GeoLocation', 'MultiValueAnswer', 'Region', 'Weight'].filter(
    (name) => presence(name) === 'yes',
  );
  if (routing.length > 1) report(pointer, `${id} has ${routing.join(' and ')}: a record is routed one way.`);
  if (routing.length === 1 && presence('SetIdentifier') === 'no')
    report(pointer, `${id} has ${routing[0]} and needs a SetIdentifier.`);
  const zones = certainValues(template, owner.HostedZoneName, [], '').map(({ value }) =>
    String(value).replace(/\.$/, ''),
  );
  for (const { value, pointer: at } of certainValues(template, record.Name, [], `${pointer}/Name`)) {
    const name = String(value).replace(/\.$/, '');
    if (zones.length > 0 && !zones.some((zone) => name === zone || name.endsWith(`.${zone}`))) {
      report(at, `${id}: ${name} is not inside its zone ${zones.join(' or ')}.`);
    }
  }
}
