// Certificates and keys as lib/pki.libsonnet says that they must be, made by openssl for one run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets by name, then key; and `admin`: {certificate, key} of somebody who may do everything. */
export function makeSecrets(folder, { hosts, serviceIp }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const at = (name) => join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: 'pipe' });
  const read = (name) => readFileSync(at(name), 'utf8');
  const authority = (name) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.crt`),
    );
  const sign = (name, issuer, subject, usage, names = []) => {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      subject,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
    );
    const lines = [`extendedKeyUsage=${usage}`, ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : [])];
    writeFileSync(at(`${name}.ext`), `${lines.join('\n')}\n`);
    openssl(
      'x509',
      '-req',
      '-days',
      '1',
      '-in',
      at(`${name}.csr`),
      '-CA',
      at(`${issuer}.crt`),
      '-CAkey',
      at(`${issuer}.key`),
      '-CAcreateserial',
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.crt`),
    );
  };
  for (const name of ['ca', 'etcd-ca', 'front-proxy-ca']) authority(name);
  const services = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`);
  sign('apiserver', 'ca', '/CN=kube-apiserver', 'serverAuth', [...services, `IP:${serviceIp}`, 'IP:127.0.0.1']);
  sign('apiserver-kubelet-client', 'ca', '/CN=kube-apiserver-kubelet-client', 'clientAuth');
  sign('controller-manager', 'ca', '/CN=system:kube-controller-manager', 'clientAuth');
  sign('scheduler', 'ca', '/CN=system:kube-scheduler', 'clientAuth');
  sign('kubelet-bootstrap', 'ca', '/O=system:bootstrappers/CN=bootstrap', 'clientAuth');
  sign('admin', 'ca', '/O=system:masters/CN=admin', 'clientAuth');
  sign('front-proxy-client', 'front-proxy-ca', '/CN=front-proxy-client', 'clientAuth');
  const members = [...hosts.map((host) => `DNS:${host}`), 'IP:127.0.0.1'];
  for (const name of ['server', 'peer']) sign(name, 'etcd-ca', `/CN=${name}`, 'serverAuth,clientAuth', members);
  sign('client', 'etcd-ca', '/CN=client', 'clientAuth');
  openssl('genrsa', '-out', at('service-account.key'), '2048');
  openssl('rsa', '-in', at('service-account.key'), '-pubout', '-out', at('service-account.pub'));

  const files = (...names) => Object.fromEntries(names.map((name) => [name, read(name)]));
  const pairs = (...names) => files(...names.flatMap((name) => [`${name}.crt`, `${name}.key`]));
  return {
    'control-plane-ca': files('ca.crt', 'ca.key'),
    'control-plane-tls': {
      ...pairs('apiserver', 'apiserver-kubelet-client', 'controller-manager', 'scheduler', 'kubelet-bootstrap'),
      ...pairs('front-proxy-client'),
      ...files('front-proxy-ca.crt'),
    },
    'service-account-key': files('service-account.key', 'service-account.pub'),
    'etcd-client-tls': { 'ca.crt': read('etcd-ca.crt'), ...pairs('client') },
    'etcd-member-tls': { 'ca.crt': read('etcd-ca.crt'), ...pairs('server', 'peer') },
    'worker-tls': { 'ca.crt': read('ca.crt'), ...pairs('kubelet-bootstrap') },
    admin: { certificate: read('admin.crt'), key: read('admin.key') },
  };
}
