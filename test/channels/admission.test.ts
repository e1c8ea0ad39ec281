/** The admission policies of the channel, evaluated: what they let through and what they refuse. */
import { evaluate } from '@marcbachmann/cel-js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model.ts';
import { at, type CompiledObject, compileObjects, list, nameOf, ofKind } from './compiled.ts';

let objects: readonly CompiledObject[];
beforeAll(async () => {
  objects = (await compileObjects(['kube-1'])).get('kube-1') ?? [];
});

/** Messages of the validations that refuse a request; undefined when the policy's conditions leave it alone. */
function refusals(name: string, request: JsonObject, object: JsonObject | null): readonly string[] | undefined {
  const policy = ofKind(objects, 'ValidatingAdmissionPolicy').find((candidate) => nameOf(candidate) === name);
  if (policy === undefined) throw new Error(`there is no policy ${name}`);
  const holds = (rule: unknown) =>
    evaluate(String(at(rule as JsonObject, 'expression')), { request, object } as Record<string, unknown>) === true;
  if (!list(policy, 'spec', 'matchConditions').every(holds)) return undefined;
  return list(policy, 'spec', 'validations')
    .filter((validation) => !holds(validation))
    .map((validation) => String(at(validation, 'message')));
}

describe('emergency-access', () => {
  const service = 'system:serviceaccount:emergency-access:emergency-access';
  const grant = {
    user: 'alice',
    role: 'Manual',
    requester: 'alice',
    approver: 'bob',
    reason: 'TICKET-1',
    granted_at: '2026-11-24T10:00:00Z',
    expires_at: '2026-11-24T12:00:00Z',
    audit_id: '4711',
  };
  const request = { operation: 'CREATE', userInfo: { username: service, groups: [] } };
  const configMap = (data: JsonObject, immutable = true): JsonObject => ({
    metadata: { name: 'grant-1' },
    immutable,
    data,
  });
  const judge = (change: JsonObject) => refusals('emergency-access', request, configMap({ ...grant, ...change }));

  it('admits what two people agreed on, for a while, and reported', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ role: 'Emergency' })).toEqual([]);
  });

  it.each([
    ['one who approves for themselves', { approver: 'alice' }, 'nobody approves'],
    ['a requester who approves for another', { requester: 'bob' }, 'nobody approves'],
    ['another role', { role: 'Administrator' }, 'Manual or Emergency'],
    ['a grant that is too long', { expires_at: '2026-11-24T18:00:01Z' }, 'a grant ends'],
    ['a grant that ended before it began', { expires_at: '2026-11-24T09:00:00Z' }, 'a grant ends'],
    ['a grant that was not reported', { audit_id: '' }, 'says'],
    ['a grant without a reason', { reason: '' }, 'says'],
  ])('refuses %s', (_, change, message) => {
    expect(judge(change)?.join('\n')).toContain(message);
  });

  it('fails on a grant without an end, and so refuses it: the policy fails closed', () => {
    expect(() => judge({ expires_at: '' })).toThrow();
    const policy = ofKind(objects, 'ValidatingAdmissionPolicy').find((object) => nameOf(object) === 'emergency-access');
    expect(at(policy, 'spec', 'failurePolicy')).toBe('Fail');
  });

  it('refuses a grant that lacks a key', () => {
    const { approver: _, ...rest } = grant;
    expect(refusals('emergency-access', request, configMap(rest))?.join('\n')).toContain('says user');
  });

  it('refuses a grant that could be changed, and a change of one', () => {
    expect(refusals('emergency-access', request, configMap(grant, false))?.join('\n')).toContain('immutable');
    const update = { ...request, operation: 'UPDATE' };
    expect(refusals('emergency-access', update, configMap(grant))?.join('\n')).toContain('never changed');
  });

  it('refuses a grant from anybody but the service', () => {
    const administrator = { ...request, userInfo: { username: 'carol', groups: ['Administrator'] } };
    expect(refusals('emergency-access', administrator, configMap(grant))?.join('\n')).toContain('service alone');
  });

  it('leaves the certificate alone that every namespace gets', () => {
    const root = { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } };
    expect(refusals('emergency-access', request, root)).toBeUndefined();
  });
});

describe('system-namespaces', () => {
  const request = { operation: 'CREATE', name: 'web', resource: { group: 'apps', resource: 'deployments' } };
  const by = (...groups: string[]) =>
    refusals('system-namespaces', { ...request, userInfo: { username: 'alice', groups } }, null);

  it('refuses people who are not meant to change the platform', () => {
    for (const group of ['ReadOnly', 'PowerUser', 'Manual']) expect(by('system:authenticated', group)).toHaveLength(1);
  });

  it('lets Administrator and Emergency through, whatever else they are', () => {
    expect(by('Administrator')).toBeUndefined();
    expect(by('ReadOnly', 'Administrator')).toEqual([]);
    expect(by('ReadOnly', 'Manual', 'Emergency')).toEqual([]);
  });

  it('lets people read routes through the proxy, and connect to nothing else', () => {
    const connect = (resource: string, name: string) =>
      refusals(
        'system-namespaces',
        {
          operation: 'CONNECT',
          name,
          resource: { group: '', resource },
          userInfo: { username: 'alice', groups: ['ReadOnly'] },
        },
        null,
      );
    expect(connect('services', 'skipper-ingress-routesrv:routes')).toBeUndefined();
    expect(connect('services', 'prometheus:80')).toHaveLength(1);
    expect(connect('pods', 'skipper-ingress-routesrv:routes')).toHaveLength(1);
  });

  it('does not judge programs', () => {
    expect(by('system:serviceaccounts', 'system:serviceaccounts:kube-system')).toBeUndefined();
    expect(by('system:nodes')).toBeUndefined();
  });
});
