/** `http.simple_proxy` under its longer name. */
import { defineModule } from '#modules/define-module';
import { byPrefix, prefixDoor } from '#modules/http/by-prefix';

export const httpProxy = defineModule({
  type: 'http.proxy',
  summary: 'The same as http.simple_proxy: sends the requests of its routes on to other services, by the prefix of their path.',
  config: byPrefix,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  door: prefixDoor,
  example: `
name: orders-proxy
type: http.proxy
config:
  targets:
    /api/orders: https://orders.example.com
`,
});
