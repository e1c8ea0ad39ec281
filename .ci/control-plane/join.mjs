// Whether a new node gets its certificate: with the one that all machines of its kind share it may ask for its own, the
// controller manager grants it, and nothing else is open to it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apiServer } from './client.mjs';

const roleBindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';

/** `shared`: {ca, certificate, key} of a machine that has just begun; `folder`: for scratch files. */
export async function joinsAsNode(server, out, shared, folder, { check, until }) {
  const bindings = join(out, 'kubernetes/authnz');
  for (const file of readdirSync(bindings).filter((name) => name.startsWith('clusterrolebinding'))) {
    const binding = parse(readFileSync(join(bindings, file), 'utf8'));
    await server.apply(binding, `${roleBindings}/${binding.metadata.name}`);
  }
  const machine = apiServer('https://127.0.0.1:8443', shared);
  const openssl = (...words) => execFileSync('openssl', words, { stdio: 'pipe', encoding: 'utf8' });
  const key = join(folder, 'node.key');
  const subject = '/O=system:nodes/CN=system:node:ip-10-99-0-5';
  const request = openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-subj', subject);
  const asked = await machine.post(requests, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'node' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      usages: ['digital signature', 'client auth'],
    },
  });
  check('a machine may ask for a certificate', asked.status === 201, asked.text);
  let certificate;
  await until('the controller manager grants it', async () => {
    certificate = JSON.parse((await server.get(`${requests}/node`)).text).status?.certificate;
    return certificate !== undefined;
  });
  for (const path of ['/api/v1/nodes', '/api/v1/namespaces/kube-system/secrets', '/api/v1/pods']) {
    check(`a machine that has just begun may not read ${path}`, (await machine.get(path)).status === 403);
  }
  if (certificate === undefined) return;
  writeFileSync(join(folder, 'node.crt'), Buffer.from(certificate, 'base64'));
  const node = apiServer('https://127.0.0.1:8443', {
    ca: shared.ca,
    certificate: Buffer.from(certificate, 'base64'),
    key: readFileSync(key),
  });
  const labels = { 'node.kubernetes.io/role': 'worker', 'node.kubernetes.io/node-pool': 'worker-1' };
  const own = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'ip-10-99-0-5', labels } };
  check('the node registers itself, with its labels', (await node.post('/api/v1/nodes', own)).status === 201);
  const other = { ...own, metadata: { name: 'ip-10-99-0-6' } };
  check('it may not register another', (await node.post('/api/v1/nodes', other)).status === 403);
  const raised = {
    ...own,
    metadata: { name: own.metadata.name, labels: { 'node-role.kubernetes.io/control-plane': '' } },
  };
  const answer = await node.apply(raised, '/api/v1/nodes/ip-10-99-0-5');
  check('it may not call itself a control-plane node', answer.status === 403, answer.text);
}
