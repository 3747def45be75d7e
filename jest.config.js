/** TypeScript without a build: types are checked by `npm run types`. */
const transform = {
	'^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
};

const project = (displayName, folder) => ({
	displayName,
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

/** A project whose tests wait for n8n: those that came near their time limits are told of in the end. */
const inN8n = (displayName, folder) => ({
	...project(displayName, folder),
	testEnvironment: '<rootDir>/test/environment.js',
});

/** Whatever imports zod, n8n-core included, gets the oldest one that n8n ships. */
const oldestZod = {
	...project('zod', 'zod'),
	testMatch: ['unit', 'context', 'zod'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	setupFiles: ['<rootDir>/test/context/quiet.js'],
	moduleNameMapper: { '^zod(/.*)?$': 'zod-oldest$1' },
};

module.exports = {
	projects: [
		project('unit', 'unit'),
		oldestZod,
		{ ...project('context', 'context'), setupFiles: ['<rootDir>/test/context/quiet.js'] },
		project('package', 'package'),
		inN8n('n8n', 'n8n/suites'),
		inN8n('packages', 'n8n/packages'),
		inN8n('guarantees', 'n8n/guarantees'),
		inN8n('examples', 'examples'),
		inN8n('browser', 'browser'),
		inN8n('queue', 'n8n/queue'),
		{
			...inN8n('n8n-1.x', 'n8n/suites'),
			// Filters, outputs and keys are reckoned from fields that have been read: no n8n has a part in that. How fields,
			// settings, credentials and executions come and go differs from n8n to n8n.
			testPathIgnorePatterns: ['/in-any-n8n'],
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		{
			...inN8n('guarantees-1.x', 'n8n/guarantees'),
			// What n8n 1.x does otherwise: it answers before it stores, and its errors have other classes.
			testMatch: ['unstored', 'credential'].map((name) => `<rootDir>/test/n8n/guarantees/${name}.test.ts`),
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		inN8n('queue-1.x', 'n8n/queue-1.x'),
		inN8n('catch-up', 'n8n/catch-up'),
		inN8n('catch-up-queue', 'n8n/catch-up-queue'),
		{
			...inN8n('catch-up-1.x', 'n8n/catch-up'),
			testMatch: ['undelivered', 'kills'].map((name) => `<rootDir>/test/n8n/catch-up/${name}.test.ts`),
			setupFiles: ['<rootDir>/test/n8n/host-1.x.js'],
		},
		inN8n('hostile', 'n8n/hostile'),
		inN8n('soak', 'n8n/soak'),
	],
	// Booting n8n and waiting for its executions takes seconds, on a busy machine many. This ends only what never would.
	testTimeout: 600_000,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
};
