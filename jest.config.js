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

/** Files of tests that n8n 1.x runs only where N8N_1_IN_FULL says so: there is time for them on machines of their own. */
const inFull = (...files) => (process.env.N8N_1_IN_FULL === 'true' ? files : []);

/** What n8n-core's contexts need: n8n's log is silent, and what the nodes wait for passes sooner. */
const inContexts = ['<rootDir>/test/context/quiet.js', '<rootDir>/test/context/fast-sleep.js'];

/** What reads what others wrote: payloads, settings, and of catching up the rows that are not as documented. */
const READING = [
	'zod/**/*',
	'unit/**/*',
	'context/*',
	'context/reckoned/*',
	'context/catch-up/{hostile-api,told-oddly}',
];

/** Whatever imports zod, n8n-core included, gets the oldest one that n8n ships. */
const oldestZod = {
	...project('zod', 'zod'),
	testMatch: READING.map((files) => `<rootDir>/test/${files}.test.ts`),
	// Two doors of a call are played there for half a minute, with nothing to read.
	testPathIgnorePatterns: ['unit/meetings'],
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
			testMatch: [
				...['alerts', 'deduplication', 'ignored-output', 'in-one-n8n', 'last-node', 'verdicts'],
				...inFull('each-setting'),
				// Not: what a call costs n8n's expression engine is 2.x's own; catching up alerts by the way that alerts.test.ts tries.
			].map((name) => `<rootDir>/test/n8n/suites/${name}.test.ts`),
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
			testMatch: ['undelivered', 'kills', ...inFull('another-trigger', 'qcall')].map(
				(name) => `<rootDir>/test/n8n/catch-up/${name}.test.ts`,
			),
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		patient('hostile', 'n8n/hostile'),
		patient('soak', 'n8n/soak'),
	],
	testSequencer: '<rootDir>/test/longest-first.js',
	// Of a test that waits for nothing but itself; test/environment.js has that of the others.
	testTimeout: 15_000,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
};
