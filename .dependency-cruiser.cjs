/**
 * Who may import whom: edge -> domain -> kernel, and shared below all. `npm run check` fails on
 * anything else. A domain is every folder in server/src but kernel, edge, cli and demo. The files right
 * in server/src wire it all; cli and demo are entries of their own beside main.ts.
 */

const TESTS = ['[.]test[.]tsx?$', '^server/(test|bench|torture)/']
const NOT_DOMAIN = '(?:kernel|edge|cli|demo)/'
const ENTRIES = ['^server/src/(?:cli|demo)/', '^server/src/[^/]+[.]ts$']
const IN_DOMAIN = `^server/src/(?!${NOT_DOMAIN})([^/]+)/`

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment:
        'These modules need each other to run, so which one starts first is chance. Move what both need into a third one.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-circular-domains',
      comment:
        'These domains need each other, if only by type. Let one react to the other’s facts through the outbox, or take what it needs as a parameter.',
      severity: 'error',
      from: { path: IN_DOMAIN, pathNot: [...TESTS, '/tables[.]ts$'] },
      to: { circular: true, via: { path: IN_DOMAIN, pathNot: '^server/src/$1/' } },
    },
    {
      name: 'no-unresolvable',
      comment:
        'This import leads nowhere. Correct the path, or add the package to the workspace that uses it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'kernel-stands-alone',
      comment:
        'The kernel is what every domain stands on and knows none of them. Take what you need as a parameter, or move the code into the domain.',
      severity: 'error',
      from: { path: '^server/src/kernel/', pathNot: TESTS },
      to: { path: '^server/src/(?!kernel/|config[.]ts$)' },
    },
    {
      name: 'domain-through-its-index',
      comment:
        'A domain is reached through its index.ts only. Export what you need there, or react to its facts through the outbox.',
      severity: 'error',
      from: { path: IN_DOMAIN, pathNot: [...TESTS, '/tables[.]ts$'] },
      to: { path: IN_DOMAIN, pathNot: ['^server/src/$1/', '/index[.]ts$'] },
    },
    {
      name: 'tables-see-only-tables',
      comment:
        'The schema is one graph of foreign keys, so a tables.ts may import another domain’s tables.ts, and nothing else of it.',
      severity: 'error',
      from: { path: `${IN_DOMAIN}tables[.]ts$` },
      to: { path: IN_DOMAIN, pathNot: ['^server/src/$1/', '/tables[.]ts$'] },
    },
    {
      name: 'outside-through-the-index',
      comment:
        'Edges, commands and the wiring reach a domain through its index.ts, as other domains do. Export what you need there.',
      severity: 'error',
      from: { path: ['^server/src/edge/', ...ENTRIES], pathNot: TESTS },
      to: { path: IN_DOMAIN, pathNot: '/index[.]ts$' },
    },
    {
      name: 'nothing-imports-the-edge',
      comment:
        'The edge translates for the outside and nobody inside needs it. What a domain offers to HTTP it says with kernel/route.ts; the wiring hands it over.',
      severity: 'error',
      from: {
        path: '^(?:server|shared|client)/',
        pathNot: [...TESTS, '^server/src/edge/', ...ENTRIES],
      },
      to: { path: '^server/src/edge/' },
    },
    {
      name: 'nothing-imports-the-wiring',
      comment: 'The wiring knows everybody, so nobody may know it. Take what you need as a parameter.',
      severity: 'error',
      from: { pathNot: [...TESTS, ...ENTRIES] },
      to: { path: '^server/src/[^/]+[.]ts$', pathNot: '^server/src/config[.]ts$' },
    },
    {
      name: 'shared-imports-neither-side',
      comment: 'shared is the contract between server and client. Move what you need into it, or out of it.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(?:server|client)/' },
    },
    {
      name: 'client-imports-no-server',
      comment: 'What runs in a browser must not pull in the server. What both need belongs in shared.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/' },
    },
    {
      name: 'server-imports-no-client',
      comment:
        'The server serves the clients as built files. What both need belongs in shared. The demo’s viewers are clients.',
      severity: 'error',
      from: { path: '^server/', pathNot: [...TESTS, '^server/src/demo/'] },
      to: { path: '^client/' },
    },
    {
      name: 'apps-stand-apart',
      comment:
        'Studio, player, console and the embed’s own parts are built and loaded apart. What two of them need belongs in client/kit.',
      severity: 'error',
      from: { path: '^client/(studio|player|console|embed)/' },
      to: { path: '^client/(?:studio|player|console|embed)/', pathNot: '^client/$1/' },
    },
    {
      name: 'kit-knows-no-app',
      comment: 'The kit is what the apps stand on. Take what you need as a parameter or a prop.',
      severity: 'error',
      from: { path: '^client/kit/' },
      to: { path: '^client/(?:studio|player|console|embed)/' },
    },
    {
      name: 'player-stays-small',
      comment:
        'The player is embedded in other people’s pages and has a budget: zod/mini instead of zod, the browser’s RTCPeerConnection instead of mediasoup-client, a plain WebSocket instead of socket.io-client.',
      severity: 'error',
      from: { path: '^client/(?:player|kit)/', pathNot: [...TESTS, '^client/kit/rpc/'] },
      to: {
        path: 'node_modules/(?:zod/(?!mini/|v4/mini/)|socket[.]io-client/|mediasoup-client/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'player-takes-contracts-as-types',
      comment:
        'shared/api and shared/rpc are written with zod, which would land in the player. Use `import type`; shared/protocol is written with zod/mini and may be imported.',
      severity: 'error',
      from: { path: '^client/(?:player|kit)/', pathNot: [...TESTS, '^client/kit/rpc/'] },
      to: { path: '^shared/(?:api|rpc)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'protocol-in-zod-mini',
      comment: 'The room protocol is part of the player: zod/mini instead of zod.',
      severity: 'error',
      from: { path: '^shared/protocol/', pathNot: TESTS },
      to: { path: 'node_modules/zod/(?!mini/|v4/mini/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'player-without-rpc',
      comment: 'client/kit/rpc is for studio and console: it brings socket.io-client.',
      severity: 'error',
      from: { path: '^client/(?:player|kit/(?!rpc/))' },
      to: { path: '^client/kit/rpc/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'setup-before-npm-ci',
      comment:
        'Set-up runs before anything is installed: node’s own modules only, and nothing of the server.',
      severity: 'error',
      from: { path: '^server/setup/', pathNot: [...TESTS, '^server/setup/worker/smoke[.]mjs$'] },
      to: { pathNot: '^server/setup/', dependencyTypesNot: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', '^server/setup/worker/shims/'] },
    // An import of a type ties two modules as much as any other.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
    },
  },
}
