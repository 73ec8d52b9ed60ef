/** What `npm start` prints once everything runs. */

export function banner({ platform, applications, owner }) {
  const { origin, port, adminKey, upstream } = platform;
  const lines = [
    '',
    'Workflow is running. This is a local development instance: one machine, plain HTTP, keys in a file.',
    'Do not put it on a public address.',
    '',
    `Dashboard: ${origin}/sign-in?key=${adminKey}`,
    ...(owner ? [`Account:   ${owner}   makes the account that owns acme; works once`] : []),
    '',
    'Run something:',
    firstCall(platform, applications),
    '',
    'Tenants and applications:',
    ...applications.map(({ tenant, name }) => `  ${tenant.padEnd(8)} http://${name}.${tenant}.localhost:${port}   also ${origin}/in/${tenant}/${name}/`),
    '',
    `API:       ${origin}/api/v1   with the header  Authorization: Bearer <key>   (reference: ${origin}/docs)`,
    `Key:       ADMIN_API_KEY in .dev.vars; as the guides write it: export KEY=$(sed -n 's/^ADMIN_API_KEY=//p' .dev.vars)`,
    `Upstream:  ${upstream.origin}   the services that the examples call; GET /ledger shows what they did`,
    `State:     ${platform.stateDir}`,
    '',
    'Ctrl-C stops it. Everything that was started goes on at the next start.',
    '',
  ];
  return lines.join('\n');
}

/** A `curl` that starts an execution: an order where the examples are deployed, else whatever the application offers. */
function firstCall({ origin, adminKey }, applications) {
  const own = applications.filter(({ tenant }) => tenant === 'acme');
  const routes = own.flatMap(({ name, routes = [] }) => routes.map((route) => ({ name, ...route })));
  const orders = routes.find(({ name, path }) => name === 'orders' && path === '/api/orders');
  if (orders) return curl('POST', `${origin}/in/acme/orders/api/orders`, { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' });
  const route = routes[0];
  if (route) {
    const method = route.method === '*' ? 'POST' : route.method;
    const path = route.path.replaceAll(/\{[^}]*\}/g, '1');
    return curl(method, `${origin}/in/acme/${route.name}${path}`, ['GET', 'HEAD', 'DELETE'].includes(method) ? undefined : {});
  }
  const [application] = own;
  const call = { workflow: application?.name, pipeline: application?.pipelines?.[0], data: {} };
  return curl('POST', `${origin}/api/v1/executions`, call, `Authorization: Bearer ${adminKey}`);
}

function curl(method, url, body, header) {
  const parts = [`curl -i -X ${method} '${url}'`];
  if (header) parts.push(`-H '${header}'`);
  if (body) parts.push(`-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`);
  return parts.join(' ');
}
