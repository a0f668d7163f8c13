import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';

const FRESH = { 'cache-control': 'no-store' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.getStarterPack, ({ services }) =>
    Promise.resolve(json(services.starter.state(), { headers: FRESH })),
  ),
  POST: endpoint(OPERATIONS.addStarterPack, ({ services: { starter } }) => {
    const state = starter.state();
    if (state.status === 'complete') return Promise.resolve(json(state, { headers: FRESH }));
    // In the background: it logs its failures itself.
    void starter.install();
    const headers = { ...FRESH, location: OPERATIONS.getStarterPack.path };
    return Promise.resolve(json(starter.state(), { status: 202, headers }));
  }),
});
