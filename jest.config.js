const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** TypeScript without a build: types are checked by `npm run types`. */
const transform = {
	'^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
};

/** What tests import. Jest watches these, and neither the packages nor the whole copies of n8n beside them. */
const roots = [
	...['credentials', 'docs', 'examples', 'lib', 'nodes', 'packages', 'scripts', 'test'],
	...readdirSync(join(__dirname, 'host'), { withFileTypes: true })
		.filter((each) => each.isDirectory() && each.name !== '.installed')
		.map(({ name }) => `host/${name}`),
];

const project = (displayName, folder) => ({
	displayName,
	roots: roots.map((folder) => `<rootDir>/${folder}`),
	testMatch: [`<rootDir>/test/${folder}/**/*.test.ts`],
	testEnvironment: 'node',
	transform,
	// The hosts hold whole copies of n8n; jest must not look for modules in them.
	modulePathIgnorePatterns: [
		'<rootDir>/host/.installed/',
		'<rootDir>/dist/',
		'<rootDir>/build/',
		'<rootDir>/.n8n-post-call/',
	],
});

/** A project whose tests wait for programs that they start: for minutes, and those that came near their limits are told of. */
const patient = (displayName, folder) => ({
	...project(displayName, folder),
	testEnvironment: '<rootDir>/test/environment.js',
});

/** In n8n 2.x as docs/install.md recommends to set it; other suites that want it set it themselves. */
const asRecommended = (displayName, folder) => ({
	...patient(displayName, folder),
	setupFiles: ['<rootDir>/test/n8n/as-recommended.js'],
});

/** What only IN_FULL=true runs, where there are machines of their own: mostly what other suites try too, in another n8n or zod. */
const IN_FULL = process.env.IN_FULL === 'true';

/** What n8n-core's contexts need: n8n's log is silent, and what the nodes wait for passes sooner. */
const inContexts = ['<rootDir>/test/context/quiet.js', '<rootDir>/test/context/fast-sleep.js'];

/** Whatever imports zod, n8n-core included, gets the oldest one that n8n ships. */
const oldestZod = {
	...project('zod', 'zod'),
	testMatch: ['unit', 'context', 'zod'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	testPathIgnorePatterns: [
		// No schema has a part in how two doors of a call meet.
		'unit/meetings',
		// In contexts, what reads a payload, or rows that are not as documented.
		...(IN_FULL ? [] : ['test/context/(?!receive|first-glance|third-provider|catch-up/(?:hostile-api|told-oddly))']),
	],
	setupFiles: inContexts,
	moduleNameMapper: { '^zod(/.*)?$': 'zod-oldest$1' },
};

module.exports = {
	projects: [
		project('unit', 'unit'),
		oldestZod,
		{ ...project('context', 'context'), setupFiles: inContexts },
		patient('package', 'package'),
		patient('n8n', 'n8n/suites'),
		patient('packages', 'n8n/packages'),
		asRecommended('guarantees', 'n8n/guarantees'),
		asRecommended('examples', 'examples'),
		asRecommended('browser', 'browser'),
		asRecommended('queue', 'n8n/queue'),
		{
			...patient('n8n-1.x', 'n8n/suites'),
			// What a call costs n8n's expression engine is 2.x's own; catching up alerts by the way that alerts.test.ts tries.
			testPathIgnorePatterns: [
				...['suites/cost.test.ts', 'catch-up-alerts.test.ts'],
				...(IN_FULL ? [] : ['each-setting', 'suites/alerts', 'last-node', 'ignored-output']),
			],
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		{
			...patient('guarantees-1.x', 'n8n/guarantees'),
			// What n8n 1.x does otherwise: it answers before it stores, and its errors have other classes.
			testMatch: ['unstored', 'credential'].map((name) => `<rootDir>/test/n8n/guarantees/${name}.test.ts`),
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		patient('queue-1.x', 'n8n/queue-1.x'),
		asRecommended('catch-up', 'n8n/catch-up'),
		{
			...patient('catch-up-1.x', 'n8n/catch-up'),
			testMatch: ['undelivered', 'kills', ...(IN_FULL ? ['another-trigger', 'qcall'] : [])].map(
				(name) => `<rootDir>/test/n8n/catch-up/${name}.test.ts`,
			),
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		patient('hostile', 'n8n/hostile'),
		{
			...patient('soak', 'n8n/soak'),
			// Unit tests (room, memory) have the limits of what is remembered too.
			testPathIgnorePatterns: IN_FULL ? [] : ['soak/limits'],
		},
	],
	testSequencer: '<rootDir>/test/longest-first.js',
	// Of a test that waits for nothing but itself; test/environment.js has that of the others.
	testTimeout: 15_000,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
};
