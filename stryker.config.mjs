import jestConfig from './jest.config.js';

/** `npm run mutants`: whether the unit and context tests notice a change in the common code. */
const [context] = jestConfig.projects.filter(({ displayName }) => displayName === 'context');

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: ['nodes/{alerts,api,catch-up,delivery,memory,provider}/**/*.ts'],
	testRunner: 'jest',
	jest: {
		projectType: 'custom',
		config: {
			...context,
			// In one project, for Stryker measures the coverage of one; it merges this into jest.config.js, projects and all.
			projects: [],
			// What a mutant keeps waiting for ever fails soon.
			testTimeout: 15_000,
			testMatch: ['unit', 'context'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
		},
	},
	coverageAnalysis: 'perTest',
	timeoutMS: 1_500,
	incremental: true,
	incrementalFile: 'build/mutants/incremental.json',
	htmlReporter: { fileName: 'build/mutants/report.html' },
	jsonReporter: { fileName: 'build/mutants/report.json' },
	reporters: ['clear-text', 'html', 'json'],
	clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
	tempDirName: 'build/mutants/sandbox',
	// What the tests need of the project is copied; whole copies of n8n are not.
	ignorePatterns: ['host/.installed', 'dist', 'build', 'coverage', '.n8n-post-call', '*.tgz'],
};
