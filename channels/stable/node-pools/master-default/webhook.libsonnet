// The program that knows people: a container beside the API server, asked about tokens and about access.
//
// Its contract. It listens at `port` on the loopback. POST /authentication takes a TokenReview (authentication.k8s.io/v1)
// and fills in its status; POST /authorization takes a SubjectAccessReview (authorization.k8s.io/v1) and allows, or has no
// opinion: RBAC is asked after it, so it denies nobody. GET /healthcheck answers 200. --role names the roles that exist
// here; a person who has one gets the group of that name. Who has a role is the program's own knowledge.
local port = 8081;

{
  port:: port,
  address:: 'http://127.0.0.1:' + port,

  // A kubeconfig as the API server takes it for webhooks: an address, and nobody to be.
  kubeconfig(url):: {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'webhook', cluster: { server: url } }],
    users: [{ name: 'api-server', user: {} }],
    contexts: [{ name: 'webhook', context: { cluster: 'webhook', user: 'api-server' } }],
    'current-context': 'webhook',
  },

  // Roles of people. In production nobody can write at all times: Manual and Emergency are given for a while.
  roles(cluster, webhook)::
    ['ReadOnly', 'Administrator'] +
    (if cluster.environment == 'production' then ['Manual', 'Emergency'] else ['PowerUser']) +
    (if webhook.collaborator_administrators then ['CollaboratorAdministrator'] else []),

  container(cluster, webhook, restricted, stop):: {
    name: 'authnz-webhook',
    image: webhook.image,
    args: [
      '--listen=127.0.0.1:' + port,
      '--cluster-id=' + cluster.id,
      '--cluster-name=' + cluster.name,
      '--token-info-url=' + webhook.token_info_url,
      '--node-rate-limit=' + webhook.rate_limit,
    ] + ['--role=' + role for role in $.roles(cluster, webhook)],
    ports: [{ name: 'webhook', containerPort: port, hostPort: port }],
    livenessProbe: { httpGet: { path: '/healthcheck', port: port, host: '127.0.0.1' } },
    readinessProbe: { httpGet: { path: '/healthcheck', port: port, host: '127.0.0.1' } },
    lifecycle: stop,
    resources: { requests: { cpu: '50m', memory: '100Mi' }, limits: { memory: '100Mi' } },
    securityContext: restricted,
  },
}
