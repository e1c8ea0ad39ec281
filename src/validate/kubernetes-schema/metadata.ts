/** Grammars of names, labels and annotations: k8s.io/apimachinery/pkg/util/validation and api/validation. */

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** The grammars that kinds give their names. */
export type NameGrammar = 'subdomain' | 'label' | 'dns1035' | 'path' | 'any';

/** What is wrong with a name, or undefined. */
export function nameFault(grammar: NameGrammar, name: string): string | undefined {
  switch (grammar) {
    case 'subdomain':
      if (name.length > 253) return `has ${name.length} characters; 253 are allowed`;
      return subdomain.test(name)
        ? undefined
        : 'takes lower-case letters, digits, - and ., and begins and ends with a letter or digit';
    case 'label':
      if (name.length > 63) return `has ${name.length} characters; 63 are allowed`;
      return label.test(name)
        ? undefined
        : 'takes lower-case letters, digits and -, and begins and ends with a letter or digit';
    case 'dns1035':
      if (name.length > 63) return `has ${name.length} characters; 63 are allowed`;
      return dns1035.test(name) ? undefined : 'takes lower-case letters, digits and -, and begins with a letter';
    case 'path':
      if (name === '.' || name === '..' || name === '') return 'must not be empty, . or ..';
      return /[/%]/.test(name) ? 'must not contain / or %' : undefined;
    default:
      return undefined;
  }
}

/** A label or annotation key: an optional DNS prefix and a name. */
export function keyFault(key: string): string | undefined {
  const parts = key.split('/');
  if (parts.length > 2) return 'has more than one /';
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix !== undefined) {
    if (prefix === '') return 'has an empty prefix before the /';
    if (prefix.length > 253 || !subdomain.test(prefix)) return `has the prefix ${prefix}, which is no DNS name`;
  }
  if (name === '') return 'has no name';
  if (name.length > 63) return `has a name of ${name.length} characters; 63 are allowed`;
  if (!qualifiedName.test(name)) return 'takes letters, digits, -, _ and ., and begins and ends with a letter or digit';
  return undefined;
}

/** A label's value. */
export function labelValueFault(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.length > 63) return `has ${value.length} characters; 63 are allowed`;
  if (!qualifiedName.test(value))
    return 'takes letters, digits, -, _ and ., and begins and ends with a letter or digit';
  return undefined;
}

/** Grammar of the names of a kind, by `group/Kind`; a DNS subdomain otherwise. */
const grammars: Readonly<Record<string, NameGrammar>> = {
  '/Namespace': 'label',
  '/Service': 'dns1035',
  'rbac.authorization.k8s.io/Role': 'path',
  'rbac.authorization.k8s.io/ClusterRole': 'path',
  'rbac.authorization.k8s.io/RoleBinding': 'path',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'path',
  'certificates.k8s.io/CertificateSigningRequest': 'any',
  'certificates.k8s.io/ClusterTrustBundle': 'any',
};

/** Kinds whose names go into a label or host name of what they make, which shortens them. */
const shorter: Readonly<Record<string, readonly [limit: number, reason: string]>> = {
  'batch/CronJob': [52, 'eleven characters are appended for each job'],
  'batch/Job': [63, 'it becomes a label of its pods'],
  'storage.k8s.io/CSIDriver': [63, 'it becomes part of socket paths'],
};

/** What is wrong with the name of an object of this kind, or undefined. */
export function objectNameFault(group: string, kind: string, name: string): string | undefined {
  const key = `${group}/${kind}`;
  const grammar = Object.hasOwn(grammars, key) ? grammars[key]! : 'subdomain';
  const fault = nameFault(grammar, name);
  if (fault !== undefined) return fault;
  const limit = Object.hasOwn(shorter, key) ? shorter[key] : undefined;
  return limit && name.length > limit[0]
    ? `has ${name.length} characters; ${limit[0]} are allowed, because ${limit[1]}`
    : undefined;
}
