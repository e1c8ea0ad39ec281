// Constructors of objects.
{
  object(apiVersion, kind, name, namespace=null):: {
    apiVersion: apiVersion,
    kind: kind,
    metadata: { name: name, [if namespace != null then 'namespace']: namespace },
  },
  configMap(name, namespace, data):: $.object('v1', 'ConfigMap', name, namespace) { data: data },
}
